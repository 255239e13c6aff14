package io.throughline.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.throughline.event.DeadLetterReason;
import io.throughline.event.Decoded;
import io.throughline.event.Event;
import io.throughline.event.EventType;
import io.throughline.event.InvalidRecordException;
import io.throughline.event.LogRecord;
import io.throughline.event.Topic;
import io.throughline.publish.WireRecords;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The files for other languages and this library must say the same. */
class WireContractTest {

    private static final WireRecords RECORDS = new WireRecords("throughline.",
            Clock.fixed(Instant.parse("2026-01-28T16:00:00Z"), ZoneOffset.UTC));

    /** A line of {@code vectors.ndjson}. */
    record Vector(JsonNode json) {

        Topic topic() {
            return Topic.valueOf(json.path("topic").textValue().toUpperCase(Locale.ROOT));
        }

        byte[] value() {
            if (json.has("value_base64")) {
                return Base64.getDecoder().decode(json.path("value_base64").textValue());
            }
            return json.has("value") ? json.path("value").textValue().getBytes(UTF_8) : null;
        }

        Headers headers() {
            var headers = new RecordHeaders();
            json.path("headers").properties()
                    .forEach(header -> headers.add(header.getKey(), header.getValue().textValue().getBytes(UTF_8)));
            return headers;
        }

        String expected(String name) {
            return json.path("expect").path(name).textValue();
        }

        Decoded<?> read() throws InvalidRecordException {
            return topic() == Topic.LOGS ? RECORDS.log(headers(), value()) : RECORDS.event(topic(), headers(), value());
        }

        String schema() {
            return topic() == Topic.LOGS
                    ? "log"
                    : Schemas.json(json.path("value").textValue()).path("event_type").asText();
        }

        @Override
        public String toString() {
            return json.path("name").textValue();
        }
    }

    static Stream<Vector> vectors() throws IOException {
        return Files.readAllLines(Schemas.WIRE.resolve("vectors.ndjson")).stream().map(Schemas::json).map(Vector::new);
    }

    static Stream<Vector> valid() throws IOException {
        return vectors().filter(vector -> vector.expected("dead_letter_reason") == null);
    }

    static Stream<Vector> invalid() throws IOException {
        return vectors().filter(vector -> vector.expected("dead_letter_reason") != null);
    }

    static Stream<Vector> written() throws IOException {
        return valid().filter(vector -> vector.json.has("written"));
    }

    @ParameterizedTest
    @MethodSource("valid")
    void validVector_isReadAsExpectedAndPassesItsSchema(Vector vector) throws InvalidRecordException {
        Decoded<?> read = vector.read();
        assertThat(read.context().traceId()).isEqualTo(vector.expected("trace_id"));
        assertThat(read.context().userId()).isEqualTo(
                read.value() instanceof LogRecord log ? log.context().userId() : vector.expected("user_id"));
        if (read.value() instanceof Event event) {
            assertThat(event.type().wireName()).isEqualTo(vector.expected("type"));
        } else if (read.value() instanceof LogRecord log) {
            assertThat(log.level().wireName()).isEqualTo(vector.expected("level"));
        }
        assertThat(Schemas.errors(vector.schema(), Schemas.json(vector.json.path("value").textValue()))).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("written")
    void writtenVector_isWhatThisLibraryWritesToTheByte(Vector vector) throws InvalidRecordException {
        Decoded<?> read = vector.read();
        ProducerRecord<byte[], byte[]> record = read.value() instanceof Event event
                ? RECORDS.of(event, read.context())
                : RECORDS.of((LogRecord) read.value());
        assertThat(new String(record.value(), UTF_8)).isEqualTo(new String(vector.value(), UTF_8));
        assertThat(new String(record.key(), UTF_8)).isEqualTo(vector.json.path("key").textValue());
        Map<String, String> headers = new TreeMap<>();
        for (Header header : record.headers()) {
            headers.put(header.key(), new String(header.value(), UTF_8));
        }
        Map<String, String> expected = new TreeMap<>();
        vector.json.path("headers").properties().forEach(h -> expected.put(h.getKey(), h.getValue().textValue()));
        assertThat(headers).isEqualTo(expected);
        assertThat(Schemas.errors("headers", vector.json.path("headers"))).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("invalid")
    void invalidVector_hasItsReason(Vector vector) {
        var refused = catchThrowableOfType(InvalidRecordException.class, vector::read);
        assertThat(refused).isNotNull();
        assertThat(refused.reason().wireName()).isEqualTo(vector.expected("dead_letter_reason"));
        boolean bySchema = switch (refused.reason()) {
            case MISSING_FIELD, WRONG_TYPE, INVALID_VALUE -> !vector.json.has("beyond_schema");
            default -> false;
        };
        if (bySchema) {
            assertThat(Schemas.errors(vector.schema(), Schemas.json(vector.json.path("value").textValue())))
                    .isNotEmpty();
        }
    }

    @Test
    void everyReasonAndEveryType_hasAVector() throws IOException {
        assertThat(invalid().map(vector -> vector.expected("dead_letter_reason")).distinct())
                .containsExactlyInAnyOrderElementsOf(Arrays.stream(DeadLetterReason.values())
                        .map(DeadLetterReason::wireName).toList());
        assertThat(written().map(vector -> vector.expected("type")).filter(type -> type != null))
                .containsExactlyInAnyOrderElementsOf(
                        Arrays.stream(EventType.values()).map(EventType::wireName).toList());
    }

    /** Leaving out a field that a schema requires is refused by the library, and of the others by neither. */
    @ParameterizedTest
    @EnumSource(EventType.class)
    void requiredFields_areTheSameInSchemaAndLibrary(EventType type) throws IOException {
        Vector whole = written().filter(vector -> type.wireName().equals(vector.expected("type"))).findFirst()
                .orElseThrow();
        var value = (ObjectNode) Schemas
                .json(whole.json.path("value").textValue());
        for (var field : value.deepCopy().properties()) {
            var without = value.deepCopy().without(field.getKey());
            boolean library = catchThrowableOfType(InvalidRecordException.class, () -> RECORDS.event(type.topic(),
                    whole.headers(), Schemas.JSON.writeValueAsBytes(without))) == null;
            assertThat(Schemas.errors(type.wireName(), without).isEmpty()).as(field.getKey()).isEqualTo(library);
            if (!library) {
                var blank = value.deepCopy().put(field.getKey(), " ");
                assertThat(Schemas.errors(type.wireName(), blank)).as("blank " + field.getKey()).isNotEmpty();
            }
        }
    }

    @Test
    void headersSchema_refusesWhatNamesNoTrace() {
        assertThat(Schemas.errors("headers", Schemas.json("{\"user_id\":\"u\"}"))).isNotEmpty();
        assertThat(Schemas.errors("headers", Schemas.json("{\"trace_id\":\"t\",\"schema_version\":\"2\"}")))
                .isNotEmpty();
        assertThat(
                Schemas.errors("headers", Schemas.json("{\"traceparent\":\"00-" + "0".repeat(32) + "-" + "1".repeat(16)
                        + "-01\"}")))
                .isNotEmpty();
    }
}
