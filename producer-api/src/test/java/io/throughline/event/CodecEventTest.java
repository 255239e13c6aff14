package io.throughline.event;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.throughline.trace.TraceContext;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class CodecEventTest {

    private static final TraceContext TRACE = TraceContext.of("4bf92f3577b34da6a3ce929d0e0e4736");
    private static final Origin ORIGIN = new Origin("e1", Instant.parse("2026-01-28T15:30:00.125Z"), "writer");
    private static final int ROUNDS = 500;

    record Sample(Event event, String type, String fields) {}

    static Stream<Sample> eventsAndTheirJson() {
        return Stream.of(
                new Sample(new JobCreated(ORIGIN, "j1", "video"), "job.created",
                        "'job_id':'j1','job_type':'video'"),
                new Sample(new JobStarted(ORIGIN, "j1", "video"), "job.started",
                        "'job_id':'j1','job_type':'video'"),
                new Sample(new JobCompleted(ORIGIN, "j1", "video", JobStatus.CANCELLED, 1.5, "stopped"),
                        "job.completed", "'job_id':'j1','job_type':'video','status':'cancelled',"
                                + "'duration_seconds':1.5,'error_code':'stopped'"),
                new Sample(new JobCompleted(ORIGIN, "j1", "video", JobStatus.SUCCESS, null, null), "job.completed",
                        "'job_id':'j1','job_type':'video','status':'success'"),
                new Sample(new BatchCreated(ORIGIN, "b1", 12L), "batch.created", "'batch_id':'b1','size':12"),
                new Sample(new BatchCreated(ORIGIN, "b1", null), "batch.created", "'batch_id':'b1'"),
                new Sample(new BatchCompleted(ORIGIN, "b1", JobStatus.FAILED, 0.25), "batch.completed",
                        "'batch_id':'b1','status':'failed','processing_seconds':0.25"),
                new Sample(
                        new LlmCompleted(ORIGIN, "gpt-4o", LlmStatus.RATE_LIMITED, 1.42, 374, 44, 300L, "openai", 0.3,
                                new BigDecimal("0.0000001"), "429"),
                        "llm.completed",
                        "'model':'gpt-4o','status':'rate_limited','latency_seconds':1.42,'prompt_tokens':374,"
                                + "'completion_tokens':44,'cached_tokens':300,'provider':'openai',"
                                + "'time_to_first_token_seconds':0.3,'cost_usd':0.0000001,'error_code':'429'"),
                new Sample(new CacheHit(ORIGIN, "prompts", new BigDecimal("1E+2"), 7L), "cache.hit",
                        "'cache':'prompts','saved_usd':100,'saved_tokens':7"),
                new Sample(new CacheMiss(ORIGIN, "prompts"), "cache.miss", "'cache':'prompts'"),
                new Sample(new CacheSize(ORIGIN, "prompts", 99, "i1"), "cache.size",
                        "'cache':'prompts','entries':99,'instance':'i1'"),
                new Sample(new RequestCompleted(ORIGIN, "GET", "/jobs/{id}", 204, 0.5), "request.completed",
                        "'method':'GET','route':'/jobs/{id}','status_code':204,'duration_seconds':0.5"),
                new Sample(new DatabaseError(ORIGIN, "main", "insert", "23505"), "database.error",
                        "'database':'main','operation':'insert','error_code':'23505'"),
                new Sample(new ServiceHeartbeat(ORIGIN, "i1"), "service.heartbeat", "'instance':'i1'"));
    }

    @ParameterizedTest
    @MethodSource("eventsAndTheirJson")
    void event_encodesToTheJsonOfTheContract(Sample sample) {
        String common = "'event_id':'e1','event_type':'" + sample.type
                + "','timestamp':'2026-01-28T15:30:00.125Z','service':'writer',";
        assertThat(new String(Codec.encode(sample.event), UTF_8))
                .isEqualTo(('{' + common + sample.fields + '}').replace('\'', '"'));
    }

    @Test
    void everyEventType_hasItsJsonChecked() {
        assertThat(eventsAndTheirJson().map(sample -> sample.event.type()).distinct())
                .containsExactlyInAnyOrder(EventType.values());
    }

    @ParameterizedTest
    @EnumSource
    void event_decodesBackEqual(EventType type) throws Exception {
        long seed = System.nanoTime();
        var events = new RandomEvents(new Random(seed));
        for (int round = 0; round < ROUNDS; round++) {
            Event event = events.next(type);
            byte[] json = Codec.encode(event);
            assertThat(Codec.decodeEvent(json, TRACE).value()).as("seed %d round %d: %s", seed, round, new String(json,
                    UTF_8)).isEqualTo(event);
        }
    }

    @ParameterizedTest
    @EnumSource
    void event_hasFlatJsonWithoutNullsAndCommonFieldsFirst(EventType type) throws IOException {
        long seed = System.nanoTime();
        var events = new RandomEvents(new Random(seed));
        for (int round = 0; round < ROUNDS; round++) {
            JsonNode json = new JsonMapper().readTree(Codec.encode(events.next(type)));
            assertThat(json).as("seed %d: %s", seed, json).allMatch(node -> node.isValueNode() && !node.isNull());
            List<String> names = new ArrayList<>();
            json.fieldNames().forEachRemaining(names::add);
            assertThat(names).as("seed %d", seed).startsWith("event_id", "event_type", "timestamp", "service");
        }
    }

    @Test
    void theContractsExample_decodes() throws Exception {
        Decoded<Event> decoded = Codec.decodeEvent(bytes("{'event_id':'018f7a3e-1111-7000-8000-000000000001',"
                + "'event_type':'llm.completed','timestamp':'2026-01-28T15:30:00.125Z','service':'script-writer',"
                + "'model':'gpt-4o','status':'success','latency_seconds':1.42,'prompt_tokens':374,"
                + "'completion_tokens':44}"), TRACE);
        assertThat(decoded).isEqualTo(new Decoded<Event>(
                new LlmCompleted(new Origin("018f7a3e-1111-7000-8000-000000000001", ORIGIN.timestamp(),
                        "script-writer"), "gpt-4o", LlmStatus.SUCCESS, 1.42, 374, 44, null, null, null, null, null),
                TRACE));
    }

    @Test
    void unknownFields_areIgnoredWhateverTheyHold() throws Exception {
        assertThat(decode(miss("'x':{'y':[1,{'z':null}]},'é':1e400,'':'','origin':{'service':'other'}")))
                .isEqualTo(new CacheMiss(ORIGIN, "prompts"));
    }

    @Test
    void nullFields_countAsAbsent() throws Exception {
        assertThat(decode(json("cache.hit", "'cache':'prompts','saved_usd':null,'saved_tokens':null")))
                .isEqualTo(new CacheHit(ORIGIN, "prompts", null, null));
    }

    @Test
    void fieldOrder_doesNotMatter() throws Exception {
        assertThat(decode("{'cache':'prompts','service':'writer','timestamp':'2026-01-28T15:30:00.125Z',"
                + "'event_type':'cache.miss','event_id':'e1'}")).isEqualTo(new CacheMiss(ORIGIN, "prompts"));
    }

    @ParameterizedTest
    @CsvSource({"374.0,374", "3.74e2,374", "0,0", "-0,0", "-0.0,0", "0e99,0", "1E9,1000000000"})
    void wholeNumber_isACountHoweverItIsWritten(String written, long count) throws Exception {
        assertThat(decode(json("cache.hit", "'cache':'prompts','saved_tokens':" + written)))
                .isEqualTo(new CacheHit(ORIGIN, "prompts", null, count));
    }

    @ParameterizedTest
    @CsvSource({"1.10", "0.0000001", "1000000000", "0.10000000000000000555111512312578270211815834045410156"})
    void money_isExact(String written) throws Exception {
        String json = json("cache.hit", "'cache':'prompts','saved_usd':" + written);
        assertThat(new String(Codec.encode(decode(json)), UTF_8)).isEqualTo(json.replace('\'', '"'));
    }

    @ParameterizedTest
    @CsvSource({"2026-01-28T15:30:00Z,2026-01-28T15:30:00Z", "2026-01-28T17:00:00.5+01:30,2026-01-28T15:30:00.5Z",
            "2026-01-28T15:30:00.1234567Z,2026-01-28T15:30:00.1234567Z",
            "2026-01-28T15:30:00.123456789-00:00,2026-01-28T15:30:00.123456789Z",
            "0000-01-01T00:00:00Z,0000-01-01T00:00:00Z",
            "9999-12-31T23:59:59.999999999Z,9999-12-31T23:59:59.999999999Z"})
    void timestamp_isReadToTheNanosecondInAnyOffset(String written, Instant time) throws Exception {
        assertThat(decode("{'event_id':'e1','event_type':'cache.miss','timestamp':'" + written
                + "','service':'writer','cache':'prompts'}").origin().timestamp()).isEqualTo(time);
    }

    @Test
    void traceId_isTakenFromTheBodyWhereHeadersNameNone() throws Exception {
        assertThat(Codec.decodeEvent(bytes(miss("'trace_id':'t1','user_id':'u1'")), null).context())
                .isEqualTo(TraceContext.of("t1").withUserId("u1"));
    }

    @Test
    void headerContext_winsOverTheBodysAndTheBodyFillsGaps() throws Exception {
        var headers = TraceContext.of("header").withUserId("header-user");
        String body = miss("'trace_id':'body','user_id':'body-user','request_id':'body-request','job_id':' '");
        assertThat(Codec.decodeEvent(bytes(body), headers).context())
                .isEqualTo(headers.withRequestId("body-request"));
    }

    @Test
    void loneSurrogate_travelsAsAnEscape() throws Exception {
        var event = new CacheMiss(ORIGIN, "half \ud83d pair é");
        assertThat(Codec.encode(event)).asString(UTF_8).contains("half \\uD83D pair");
        assertThat(Codec.decodeEvent(Codec.encode(event), TRACE).value()).isEqualTo(event);
    }

    @Test
    void nonAsciiText_travelsAsUtf8() {
        assertThat(Codec.encode(new CacheMiss(ORIGIN, "é中"))).asString(UTF_8).contains("\"é中\"");
    }

    @Test
    void event_outOfRangeCannotBeMade() {
        Set<Runnable> makers = Set.of(() -> new Origin(" ", ORIGIN.timestamp(), "writer"),
                () -> new Origin("e1", Instant.MAX, "writer"), () -> new Origin("e1", Instant.MIN, "writer"),
                () -> new JobCompleted(ORIGIN, "j", "t", JobStatus.FAILED, Double.NaN, null),
                () -> new JobCompleted(ORIGIN, "j", "t", JobStatus.FAILED, -0.1, null),
                () -> new JobCompleted(ORIGIN, "j", "t", JobStatus.FAILED, Double.POSITIVE_INFINITY, null),
                () -> new BatchCreated(ORIGIN, "b", -1L), () -> new CacheSize(ORIGIN, "c", 1_000_000_001L, null),
                () -> new CacheHit(ORIGIN, "c", new BigDecimal("1000000000.01"), null),
                () -> new CacheHit(ORIGIN, "c", new BigDecimal("-0.01"), null),
                () -> new CacheHit(ORIGIN, "c", new BigDecimal("1E-65"), null),
                () -> new RequestCompleted(ORIGIN, "GET", "/", 99, 1), () -> new RequestCompleted(ORIGIN, "GET", "/",
                        600, 1),
                () -> new LlmCompleted(ORIGIN, "m", LlmStatus.ERROR, 1, 5, 0, 6L, null, null, null, null));
        assertThat(makers).allSatisfy(maker -> assertThatIllegalArgumentException().isThrownBy(maker::run));
    }

    private static Event decode(String json) throws InvalidRecordException {
        return Codec.decodeEvent(bytes(json), TRACE).value();
    }

    private static String miss(String further) {
        return json("cache.miss", "'cache':'prompts'," + further);
    }

    private static String json(String type, String fields) {
        return "{'event_id':'e1','event_type':'" + type
                + "','timestamp':'2026-01-28T15:30:00.125Z','service':'writer'," + fields + '}';
    }

    private static byte[] bytes(String json) {
        return json.replace('\'', '"').getBytes(UTF_8);
    }
}
