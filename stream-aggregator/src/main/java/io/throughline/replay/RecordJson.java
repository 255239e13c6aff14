package io.throughline.replay;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * Records as lines of JSON: {@code topic}, {@code partition}, {@code offset}, {@code timestamp} (the record's),
 * {@code key}, {@code headers} and {@code value}. A value that is JSON stands as it came, digits and order untouched;
 * any other value stands as {@code value_base64}. Stateless.
 */
public final class RecordJson {

    private static final JsonFactory JSON = new JsonFactory();

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
            json.writeStringField("value_base64", Base64.getEncoder().encodeToString(value));
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
            json.writeStringField(name + "_base64", Base64.getEncoder().encodeToString(bytes));
        }
    }
}
