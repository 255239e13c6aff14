package io.throughline.publish;

import static io.throughline.event.DeadLetterReason.MISSING_TRACE_ID;
import static io.throughline.event.DeadLetterReason.UNSUPPORTED_SCHEMA_VERSION;
import static io.throughline.event.DeadLetterReason.WRONG_TOPIC;
import static io.throughline.publish.Samples.ALL;
import static io.throughline.publish.Samples.EVENT;
import static io.throughline.publish.Samples.LOG;
import static io.throughline.publish.Samples.ORIGIN;
import static io.throughline.publish.Samples.TIME;
import static io.throughline.publish.Samples.TRACE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.throughline.event.CacheMiss;
import io.throughline.event.Codec;
import io.throughline.event.Decoded;
import io.throughline.event.Event;
import io.throughline.event.EventType;
import io.throughline.event.InvalidRecordException;
import io.throughline.event.Origin;
import io.throughline.event.Topic;
import io.throughline.trace.TraceContext;
import io.throughline.trace.TraceHeaders;
import io.throughline.trace.Traceparent;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class WireRecordsTest {

    private static final Instant NOW = TIME.plusSeconds(60);
    private static final Map<String, String> KEYS = Map.of("jobs", "j1", "batches", "b1", "llm", TRACE.traceId(),
            "cache", TRACE.traceId(), "services", "writer");

    private final WireRecords records = new WireRecords("test.", Clock.fixed(NOW, ZoneOffset.UTC));

    @Test
    void everyEvent_goesToItsTopicUnderItsKey() {
        assertThat(ALL).extracting(Event::type).containsExactlyInAnyOrder(EventType.values());
        assertThat(ALL).allSatisfy(event -> {
            ProducerRecord<byte[], byte[]> wire = records.of(event, TRACE);
            String topic = event.type().topic().name("");
            assertThat(wire.topic()).isEqualTo("test." + topic);
            assertThat(wire.key()).asString(UTF_8).isEqualTo(KEYS.get(topic));
            assertThat(wire.value()).isEqualTo(Codec.encode(event));
            assertThat(wire.partition()).isNull();
        });
    }

    @Test
    void everyEvent_isReadBackFromItsOwnTopicOnly() {
        assertThat(ALL).allSatisfy(event -> {
            ProducerRecord<byte[], byte[]> wire = records.of(event, TRACE);
            assertThat(records.event(event.type().topic(), wire.headers(), wire.value()).value()).isEqualTo(event);
            for (Topic other : Topic.values()) {
                if (other != event.type().topic()) {
                    assertRefused(other, wire.headers(), wire.value(), event.type().wireName() + " belongs on test."
                            + event.type().topic().name("") + ", not on test." + other.name(""));
                }
            }
        });
    }

    @Test
    void eventRecord_hasTheHeadersOfTheContract() {
        var context = new TraceContext(TRACE.traceId(), "r", "u", "j", "b");
        assertThat(texts(records.of(EVENT, context).headers())).isEqualTo(Map.of("trace_id", TRACE.traceId(),
                "request_id", "r", "user_id", "u", "job_id", "j", "batch_id", "b", "traceparent",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-a3ce929d0e0e4736-01", "schema_version", "1", "event_type",
                "cache.miss"));
    }

    @Test
    void traceparent_isValidForAnyW3cId() {
        for (String id : List.of("00000000000000000000000000000001", "a".repeat(16) + "0".repeat(16), "f".repeat(32))) {
            String header = texts(records.of(EVENT, TraceContext.of(id)).headers()).get(Traceparent.HEADER);
            assertThat(Traceparent.parse(String.valueOf(header))).map(Traceparent::traceId).contains(id);
        }
    }

    @Test
    void idInAnotherForm_isKeptAsItCameAndHasNoTraceparent() {
        assertThat(texts(records.of(EVENT, TraceContext.of("trace_ABC123")).headers()))
                .isEqualTo(Map.of("trace_id", "trace_ABC123", "schema_version", "1", "event_type", "cache.miss"));
    }

    @Test
    void logRecord_goesToItsTopicUnderItsTrace() throws Exception {
        ProducerRecord<byte[], byte[]> wire = records.of(LOG);
        assertThat(wire.topic()).isEqualTo("test.logs");
        assertThat(wire.key()).asString(UTF_8).isEqualTo(TRACE.traceId());
        assertThat(wire.timestamp()).isEqualTo(TIME.toEpochMilli());
        assertThat(texts(wire.headers())).containsOnlyKeys("trace_id", "traceparent", "schema_version");
        assertThat(records.log(wire.headers(), wire.value()).value()).isEqualTo(LOG);
    }

    @Test
    void eventTime_isTheRecordsTimestamp() {
        assertThat(records.of(EVENT, TRACE).timestamp()).isEqualTo(TIME.toEpochMilli());
    }

    @Test
    void timestampFarAhead_isClampedAndThePayloadKeepsIt() throws Exception {
        Instant ahead = NOW.plus(Duration.ofMinutes(30)).plusMillis(1);
        var event = new CacheMiss(new Origin("e1", ahead, "writer"), "prompts");
        ProducerRecord<byte[], byte[]> wire = records.of(event, TRACE);
        assertThat(wire.timestamp()).isEqualTo(ahead.minusMillis(1).toEpochMilli());
        assertThat(records.event(Topic.CACHE, wire.headers(), wire.value()).value()).isEqualTo(event);
    }

    @Test
    void timestampBefore1970_isClampedToZero() {
        Instant before = Instant.parse("1969-12-31T23:59:59.999Z");
        assertThat(records.of(new CacheMiss(new Origin("e1", before, "writer"), "prompts"), TRACE).timestamp())
                .isZero();
    }

    @Test
    void otherSchemaVersion_isRefused() {
        var headers = new RecordHeaders(records.of(EVENT, TRACE).headers().toArray());
        TraceHeaders.put(headers, WireRecords.SCHEMA_VERSION, "2");
        assertThatExceptionOfType(InvalidRecordException.class)
                .isThrownBy(() -> records.event(Topic.CACHE, headers, Codec.encode(EVENT)))
                .withMessage("schema_version is 2, this release reads 1")
                .satisfies(refusal -> assertThat(refusal.reason()).isEqualTo(UNSUPPORTED_SCHEMA_VERSION));
        assertThatExceptionOfType(InvalidRecordException.class)
                .isThrownBy(() -> records.log(headers, Codec.encode(LOG)))
                .satisfies(refusal -> assertThat(refusal.reason()).isEqualTo(UNSUPPORTED_SCHEMA_VERSION));
    }

    @Test
    void missingSchemaVersion_isReadAsTheCurrentOne() throws Exception {
        var headers = new RecordHeaders();
        TraceHeaders.write(TRACE, headers);
        assertThat(records.event(Topic.CACHE, headers, Codec.encode(EVENT)))
                .isEqualTo(new Decoded<>(EVENT, TRACE));
    }

    @Test
    void recordWithoutTrace_isRefused() {
        assertThatExceptionOfType(InvalidRecordException.class)
                .isThrownBy(() -> records.event(Topic.CACHE, new RecordHeaders(), Codec.encode(EVENT)))
                .satisfies(refusal -> assertThat(refusal.reason()).isEqualTo(MISSING_TRACE_ID));
    }

    @Test
    void headers_winAlsoWhereTheTraceIdStandsInTheBodyAlone() throws Exception {
        var headers = new RecordHeaders();
        TraceHeaders.put(headers, TraceHeaders.REQUEST_ID, "header");
        byte[] log = ("{\"timestamp\":\"2026-01-28T15:30:00Z\",\"level\":\"INFO\",\"message\":\"m\","
                + "\"trace_id\":\"t\",\"request_id\":\"body\",\"user_id\":\"u\"}").getBytes(UTF_8);
        byte[] event = new String(Codec.encode(EVENT), UTF_8)
                .replace("{", "{\"trace_id\":\"t\",\"request_id\":\"body\",\"user_id\":\"u\",").getBytes(UTF_8);
        var expected = TraceContext.of("t").withRequestId("header").withUserId("u");
        assertThat(records.log(headers, log).context()).isEqualTo(expected);
        assertThat(records.log(headers, log).value().context()).isEqualTo(expected);
        assertThat(records.event(Topic.CACHE, headers, event)).isEqualTo(new Decoded<>(EVENT, expected));
    }

    @Test
    void replayId_marksAReplayedRecord() {
        var headers = new RecordHeaders();
        assertThat(WireRecords.isReplayed(headers)).isFalse();
        TraceHeaders.put(headers, WireRecords.REPLAY_ID, "");
        assertThat(WireRecords.isReplayed(headers)).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void topicName_isPrefixAndSuffix(Topic topic) {
        assertThat(topic.name(Topic.DEFAULT_PREFIX)).matches("throughline\\.[a-z-]+");
    }

    @Test
    void clock_servesTheClampOnly() {
        assertThat(new WireRecords("test.", Clock.fixed(TIME.plusSeconds(86_400), ZoneOffset.UTC)).of(EVENT, TRACE)
                .timestamp()).isEqualTo(ORIGIN.timestamp().toEpochMilli());
    }

    private void assertRefused(Topic topic, Headers headers, byte[] value, String detail) {
        assertThatExceptionOfType(InvalidRecordException.class).isThrownBy(() -> records.event(topic, headers, value))
                .withMessage(detail).satisfies(refusal -> assertThat(refusal.reason()).isEqualTo(WRONG_TOPIC));
    }

    private static Map<String, String> texts(Headers headers) {
        Map<String, String> texts = new LinkedHashMap<>();
        headers.forEach(header -> assertThat(texts.put(header.key(), new String(header.value(), UTF_8)))
                .as("a second header %s", header.key()).isNull());
        return texts;
    }
}
