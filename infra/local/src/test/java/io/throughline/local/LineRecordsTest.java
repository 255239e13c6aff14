package io.throughline.local;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.throughline.local.demo.DemoRecords;
import io.throughline.publish.WireRecords;
import io.throughline.trace.TraceHeaders;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LineRecordsTest {

    private static final Instant NOW = Instant.parse("2026-01-28T15:30:00Z");
    private static final String W3C = "4bf92f3577b34da6a3ce929d0e0e4736";

    private final LineRecords records = new LineRecords("throughline.", Clock.fixed(NOW, ZoneOffset.UTC));

    @ParameterizedTest
    @CsvSource({"job.created,throughline.jobs,j", "job.started,throughline.jobs,j", "job.completed,throughline.jobs,j",
            "batch.created,throughline.batches,b", "batch.completed,throughline.batches,b",
            "llm.completed,throughline.llm,t", "cache.hit,throughline.cache,t", "cache.miss,throughline.cache,t",
            "cache.size,throughline.cache,t", "request.completed,throughline.services,s",
            "database.error,throughline.services,s", "service.heartbeat,throughline.services,s"})
    void eventType_decidesTopicAndKey(String type, String topic, String key) throws Exception {
        var record = record("""
                {"value":{"event_type":"%s","trace_id":"t","job_id":"j","batch_id":"b","service":"s"}}"""
                .formatted(type));

        assertThat(record.topic()).isEqualTo(topic);
        assertThat(record.key()).asString(UTF_8).isEqualTo(key);
        assertThat(header(record, "event_type")).isEqualTo(type);
    }

    @Test
    void whatThePublisherSends_comesBackAsTheSameRecord() throws Exception {
        var wire = new WireRecords("throughline.", Clock.fixed(NOW, ZoneOffset.UTC));
        for (ProducerRecord<byte[], byte[]> sent : DemoRecords.of(wire, 42, 1000)) {
            var record = record("{\"headers\":{\"trace_id\":\"" + header(sent, "trace_id") + "\"},\"value\":"
                    + new String(sent.value(), UTF_8) + "}");

            assertThat(record.topic()).isEqualTo(sent.topic());
            assertThat(record.key()).isEqualTo(sent.key());
            assertThat(record.value()).isEqualTo(sent.value());
            assertThat(record.timestamp()).isEqualTo(sent.timestamp());
            assertThat(header(record, "traceparent")).isEqualTo(header(sent, "traceparent"));
            assertThat(header(record, "event_type")).isEqualTo(header(sent, "event_type"));
        }
    }

    @Test
    void levelAndMessage_areALogLine() throws Exception {
        var record = record("""
                {"value":{"level":"INFO","message":"hello","trace_id":"trace_abc123"}}""");

        assertThat(record.topic()).isEqualTo("throughline.logs");
        assertThat(record.key()).asString(UTF_8).isEqualTo("trace_abc123");
        assertThat(header(record, "event_type")).isEmpty();
        assertThat(header(record, "schema_version")).isEqualTo("1");
    }

    @Test
    void namedTopicAndKey_winOverTheValue() throws Exception {
        var record = record("""
                {"topic":"mine","key":"k","value":{"event_type":"llm.completed","trace_id":"t"}}""");

        assertThat(record.topic()).isEqualTo("mine");
        assertThat(record.key()).asString(UTF_8).isEqualTo("k");
    }

    @Test
    void unprefixedTopic_isNotGuessedAt() throws Exception {
        assertThat(record("{\"topic\":\"llm\",\"value\":{}}").topic()).isEqualTo("llm");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"a\":1.10,\"b\":1E2,  \"c\":\"\\u00e9é\"}", "{\"x\":12345678901234567890.00}",
            "{\"job_id\":\"1\",\"job_id\":\"2\"}", "[1, 2 ]", "\"text\"", "12.50", "true", "{}"})
    void value_keepsItsBytes(String value) throws Exception {
        assertThat(record("{\"topic\":\"throughline.jobs\",\"value\": " + value + " ,\"key\":\"k\"}").value())
                .asString(UTF_8).isEqualTo(value);
        assertThat(record("{\"topic\":\"throughline.jobs\",\"value\":" + value + "}").value()).asString(UTF_8)
                .isEqualTo(value);
    }

    @Test
    void nullValue_isATombstone() throws Exception {
        assertThat(record("{\"topic\":\"throughline.jobs\",\"key\":\"k\",\"value\":null}").value()).isNull();
    }

    @Test
    void invalidEvent_isPublishedWhenItsTopicIsKnown() throws Exception {
        assertThat(record("{\"topic\":\"throughline.llm\",\"value\":{\"event_type\":\"nonsense\"}}").topic())
                .isEqualTo("throughline.llm");
        assertThat(record("{\"value\":{\"event_type\":\"job.created\"}}").key()).isNull();
    }

    @Test
    void headers_areKeptAndThoseMissingAdded() throws Exception {
        var record = record("""
                {"headers":{"trace_id":"%s","user_id":"u1","mine":7},"value":{"event_type":"cache.miss",
                "trace_id":"other"}}""".formatted(W3C).replace("\n", ""));

        assertThat(header(record, "trace_id")).isEqualTo(W3C);
        assertThat(header(record, "user_id")).isEqualTo("u1");
        assertThat(header(record, "mine")).isEqualTo("7");
        assertThat(header(record, "event_type")).isEqualTo("cache.miss");
        assertThat(header(record, "schema_version")).isEqualTo("1");
        assertThat(header(record, "traceparent")).startsWith("00-" + W3C + "-");
    }

    @Test
    void headersThatAreThere_areNotReplaced() throws Exception {
        String traceparent = "00-" + W3C + "-00f067aa0ba902b7-00";
        var record = record("""
                {"headers":{"trace_id":"%s","traceparent":"%s","schema_version":"2","event_type":"x"},
                "value":{"event_type":"cache.miss"}}""".formatted(W3C, traceparent).replace("\n", ""));

        assertThat(header(record, "traceparent")).isEqualTo(traceparent);
        assertThat(header(record, "schema_version")).isEqualTo("2");
        assertThat(header(record, "event_type")).isEqualTo("x");
    }

    @Test
    void traceOfTheBody_becomesTheHeaderWhereThereIsNone() throws Exception {
        assertThat(header(record("{\"value\":{\"event_type\":\"cache.miss\",\"trace_id\":\"trace_1\"}}"), "trace_id"))
                .isEqualTo("trace_1");
    }

    @Test
    void traceparent_winsOverTheTraceOfTheBody() throws Exception {
        var record = record("""
                {"headers":{"traceparent":"00-%s-00f067aa0ba902b7-01"},"value":{"event_type":"cache.miss",
                "trace_id":"trace_1"}}""".formatted(W3C).replace("\n", ""));

        assertThat(header(record, "trace_id")).isEqualTo(W3C);
    }

    @Test
    void idThatIsNotW3c_getsNoTraceparent() throws Exception {
        assertThat(header(record("{\"value\":{\"event_type\":\"cache.miss\",\"trace_id\":\"trace_1\"}}"),
                "traceparent")).isEmpty();
    }

    @Test
    void eventTime_isTheTimestamp() throws Exception {
        assertThat(record("{\"value\":{\"event_type\":\"cache.miss\",\"timestamp\":\"2023-11-16T18:15:46.6805900Z\"}}")
                .timestamp()).isEqualTo(1700158546680L);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"yesterday\"", "17", "null", "\"2026-01-28 15:30:00\""})
    void timeThatCannotBeRead_isNow(String time) throws Exception {
        assertThat(record("{\"value\":{\"event_type\":\"cache.miss\",\"timestamp\":" + time + "}}").timestamp())
                .isEqualTo(NOW.toEpochMilli());
    }

    @Test
    void timeFarAhead_isClamped() throws Exception {
        assertThat(record("{\"value\":{\"event_type\":\"cache.miss\",\"timestamp\":\"+999999999-01-01T00:00:00Z\"}}")
                .timestamp()).isEqualTo(NOW.plusSeconds(1800).toEpochMilli());
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '\'', value = {"nonsense|is not JSON", "[]|must be one JSON object",
            "{\"value\":{}}|names no \"topic\"", "{\"value\":{\"event_type\":\"x.y\"}}|event_type \"x.y\"",
            "{\"topic\":\"t\"}|has no \"value\"", "{\"topic\":\"t\",\"value\":{} |is not JSON",
            "{\"topic\":\"t\",\"value\":{}}{}|more than one", "{\"topic\":{},\"value\":{}}|\"topic\" must be a string",
            "{\"topic\":\"t\",\"headers\":[],\"value\":{}}|\"headers\" must be an object",
            "{\"topic\":\"throughline.series\",\"value\":{}}|aggregator alone",
            "{\"topic\":\"throughline.windows\",\"value\":{}}|aggregator alone",
            "{\"value\":\"text\"}|names no \"topic\"",
            "{\"topic\":\"t\",\"value\":{\"a\":nul}}|is not JSON"}, delimiter = '|')
    void unusableLine_saysWhy(String line, String why) {
        assertThatThrownBy(() -> record(line)).isInstanceOf(UnusableLineException.class).hasMessageContaining(why);
    }

    private ProducerRecord<byte[], byte[]> record(String line) throws UnusableLineException {
        return records.of(PublishedLine.parse(line.getBytes(UTF_8)));
    }

    private static String header(ProducerRecord<byte[], byte[]> record, String name) {
        String text = TraceHeaders.text(record.headers(), name);
        return text == null ? "" : text;
    }
}
