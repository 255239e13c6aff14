package io.throughline.event;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.throughline.trace.TraceContext;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Arrays;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the fast path must take: if it left these to the slow one, nothing would fail but the speed. */
class FlatFieldsTest {

    private static final TraceContext TRACE = TraceContext.of("4bf92f3577b34da6a3ce929d0e0e4736");
    private static final Origin ORIGIN = new Origin("e1", Instant.parse("2026-01-28T15:30:00.125Z"), "writer");
    private static final String EXAMPLE = "{'event_id':'018f7a3e-1111-7000-8000-000000000001',"
            + "'event_type':'llm.completed','timestamp':'2026-01-28T15:30:00.125Z','service':'script-writer',"
            + "'model':'gpt-4o','status':'success','latency_seconds':1.42,'prompt_tokens':374,'completion_tokens':44}";

    static Stream<Event> plainEvents() {
        return CodecEventTest.eventsAndTheirJson().map(CodecEventTest.Sample::event);
    }

    @ParameterizedTest
    @MethodSource("plainEvents")
    void eventThatTheCodecWrote_isFlat(Event event) {
        assertThat(flat(Codec.encode(event), TRACE)).extracting(Decoded::value).isEqualTo(event);
    }

    @Test
    void theContractsExample_isFlat() {
        assertFlat(EXAMPLE);
    }

    @Test
    void exampleWithBlanksBetweenItsTokens_isFlat() {
        assertFlat(EXAMPLE.replace(",", ", ").replace("':", "' : "));
    }

    @ParameterizedTest
    @ValueSource(strings = {"2026-01-28T15:30:00Z", "2026-01-28T15:30:00.1Z", "2026-01-28T15:30:00.123456789Z",
            "2026-01-28T15:30:00.125000+00:00", "2024-02-29T23:59:59Z"})
    void commonTimestamp_isFlat(String time) {
        assertFlat(EXAMPLE.replace("2026-01-28T15:30:00.125Z", time));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "2", "1.4200000762939453", "5.0E-4", "1e-7", "0.30000000000000004"})
    void commonNumber_isFlat(String number) {
        assertFlat(EXAMPLE.replace("1.42", number));
    }

    @Test
    void unknownFieldsWithPlainValues_areFlat() {
        assertFlat(EXAMPLE.replace("}", ",'region':'eu','retries':-1,'streamed':true,'parent':null,'ratio':0.5}"));
    }

    @Test
    void bodyWithoutHeaders_isFlat() {
        var body = new TraceContext("t", "r", "u", "j", null);
        String value = EXAMPLE.replace("}",
                ",'trace_id':'t','request_id':'r','user_id':'u','job_id':'j','batch_id':' '}");
        assertThat(flat(bytes(value), null)).extracting(Decoded::context).isEqualTo(body);
    }

    @Test
    void money_keepsItsZeros() {
        var event = new CacheHit(ORIGIN, "prompts", new BigDecimal("1.10"), null);
        assertThat(flat(Codec.encode(event), TRACE)).isEqualTo(new Decoded<>(event, TRACE));
    }

    @Test
    void fields_haveABitEachInALong() {
        assertThat(Field.values()).hasSizeLessThan(Long.SIZE);
    }

    @Test
    void labelOfTwoEvents_isOneString() throws Exception {
        assertThat(model(EXAMPLE)).isSameAs(model(EXAMPLE.replace("374", "375")));
    }

    @Test
    void moreLabelsThanAreKept_areStillRight() throws Exception {
        for (int i = 0; i < 10_000; i++) {
            assertThat(model(EXAMPLE.replace("gpt-4o", "model-" + i))).isEqualTo("model-" + i);
        }
    }

    private static void assertFlat(String value) {
        byte[] bytes = bytes(value);
        assertThat(flat(bytes, TRACE)).as(value).isNotNull()
                .satisfies(decoded -> assertThat(decoded).isEqualTo(Codec.eventFromTree(bytes, TRACE)));
    }

    private static String model(String value) throws InvalidRecordException {
        return ((LlmCompleted) Codec.decodeEvent(bytes(value), TRACE).value()).model();
    }

    private static byte[] bytes(String value) {
        return value.replace('\'', '"').getBytes(UTF_8);
    }

    /** Within other bytes, as it stands in what a broker answers. */
    static @Nullable Decoded<Event> flat(byte[] value, @Nullable TraceContext headers) {
        byte[] around = new byte[value.length + 20];
        Arrays.fill(around, (byte) '1');
        System.arraycopy(value, 0, around, 7, value.length);
        return Codec.eventFromBytes(around, 7, 7 + value.length, headers);
    }
}
