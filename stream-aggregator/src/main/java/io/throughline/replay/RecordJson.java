package io.throughline.replay;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;

/**
 * Records as lines of JSON: {@code topic}, {@code partition}, {@code offset}, {@code timestamp} (the record's),
 * {@code key}, {@code headers} and {@code value}. A value that is JSON stands as it came, digits and order untouched;
 * any other value stands as {@code value_base64}. Stateless.
 */
public final class RecordJson {

    private static final JsonFactory JSON = new JsonFactory();
    private static final String BASE64 = "_base64";

    private RecordJson() {}

    /** One line, without its end. */
    public static byte[] line(InputRecord input) {
        var line = new ByteArrayOutputStream(1024);
        try (JsonGenerator json = JSON.createGenerator(line, JsonEncoding.UTF8)) {
            write(input, json);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // nothing is written to but memory
        }
        return line.toByteArray();
    }

    /**
     * The record that a line stands for; its value is the text of the line.
     *
     * @throws ReplayException when the line is not one of {@link #line}
     */
    public static ConsumerRecord<byte[], byte[]> read(String line) {
        try (JsonParser json = JSON.createParser(line)) {
            var parsed = new Parsed();
            require(json.nextToken() == JsonToken.START_OBJECT, line);
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String name = json.currentName();
                json.nextToken();
                parsed.take(name, json, line);
            }
            return parsed.record();
        } catch (IOException | IllegalArgumentException | DateTimeException e) {
            throw new ReplayException("not a record: " + e.getMessage(), e);
        }
    }

    private static void require(boolean met, String line) {
        if (!met) {
            throw new ReplayException("not a record: " + line.substring(0, Math.min(80, line.length())), null);
        }
    }

    /** What has been read of a line. */
    private static final class Parsed {
        private String topic = "";
        private int partition;
        private long offset;
        private long timestamp;
        private byte @Nullable [] key;
        private byte @Nullable [] value;
        private final RecordHeaders headers = new RecordHeaders();

        void take(String name, JsonParser json, String line) throws IOException {
            switch (name) {
                case "topic" -> topic = json.getText();
                case "partition" -> partition = json.getIntValue();
                case "offset" -> offset = json.getLongValue();
                case "timestamp" -> timestamp = Instant.parse(json.getText()).toEpochMilli();
                case "key", "key_base64" -> key = bytes(name, json);
                case "value_base64" -> value = bytes(name, json);
                case "headers" -> {
                    while (json.nextToken() == JsonToken.FIELD_NAME) {
                        String header = json.currentName();
                        json.nextToken();
                        headers.add(header.endsWith(BASE64)
                                ? header.substring(0, header.length() - BASE64.length())
                                : header, bytes(header, json));
                    }
                }
                case "value" -> {
                    int begin = (int) json.currentTokenLocation().getCharOffset();
                    json.skipChildren();
                    json.finishToken();
                    value = json.currentToken() == JsonToken.VALUE_NULL
                            ? null
                            : line.substring(begin, (int) json.currentLocation().getCharOffset())
                                    .getBytes(StandardCharsets.UTF_8);
                }
                default -> json.skipChildren();
            }
        }

        ConsumerRecord<byte[], byte[]> record() {
            return new ConsumerRecord<>(topic, partition, offset, timestamp, TimestampType.CREATE_TIME,
                    ConsumerRecord.NULL_SIZE, ConsumerRecord.NULL_SIZE, key, value, headers, Optional.empty());
        }

        private static byte @Nullable [] bytes(String name, JsonParser json) throws IOException {
            if (json.currentToken() == JsonToken.VALUE_NULL) {
                return null;
            }
            return name.endsWith(BASE64)
                    ? Base64.getDecoder().decode(json.getText())
                    : json.getText().getBytes(StandardCharsets.UTF_8);
        }
    }

    private static void write(InputRecord input, JsonGenerator json) throws IOException {
        ConsumerRecord<byte[], byte[]> kafka = input.kafka();
        json.writeStartObject();
        json.writeStringField("topic", kafka.topic());
        json.writeNumberField("partition", kafka.partition());
        json.writeNumberField("offset", kafka.offset());
        json.writeStringField("timestamp", Instant.ofEpochMilli(kafka.timestamp()).toString());
        text("key", kafka.key(), json);
        json.writeObjectFieldStart("headers");
        for (Header header : kafka.headers()) {
            text(header.key(), header.value(), json);
        }
        json.writeEndObject();
        value(input, json);
        json.writeEndObject();
    }

    private static void value(InputRecord input, JsonGenerator json) throws IOException {
        byte[] value = input.kafka().value();
        if (value == null) {
            json.writeNullField("value");
        } else if (input.json().isMissingNode()) {
            json.writeStringField("value" + BASE64, Base64.getEncoder().encodeToString(value));
        } else {
            String raw = new String(value, StandardCharsets.UTF_8).strip();
            json.writeFieldName("value");
            // A document that was written over several lines would break the line.
            if (raw.indexOf('\n') < 0 && raw.indexOf('\r') < 0) {
                json.writeRawValue(raw);
            } else {
                json.writeRawValue(input.json().toString());
            }
        }
    }

    /** Bytes that are no UTF-8 stand as Base64 under {@code <name>_base64}. */
    private static void text(String name, byte @Nullable [] bytes, JsonGenerator json) throws IOException {
        if (bytes == null) {
            json.writeNullField(name);
            return;
        }
        try {
            json.writeStringField(name,
                    StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
        } catch (CharacterCodingException e) {
            json.writeStringField(name + BASE64, Base64.getEncoder().encodeToString(bytes));
        }
    }
}
