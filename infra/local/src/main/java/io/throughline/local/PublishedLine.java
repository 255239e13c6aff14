package io.throughline.local;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One line of NDJSON as it stands: {@code {"topic":…,"headers":{…},"key":…,"value":{…}}}. Immutable. */
final class PublishedLine {

    private static final JsonFactory JSON = JsonFactory.builder()
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            // A line of UTF-16 is cut in the middle of a character, and its offsets are not those of bytes.
            .disable(JsonFactory.Feature.CHARSET_DETECTION).build();
    private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

    private final @Nullable String topic;
    private final @Nullable String key;
    private final Map<String, String> headers;
    private final byte @Nullable [] value;
    private final Map<String, String> fields;

    private PublishedLine(@Nullable String topic, @Nullable String key, Map<String, String> headers,
            byte @Nullable [] value, Map<String, String> fields) {
        this.topic = topic;
        this.key = key;
        this.headers = headers;
        this.value = value;
        this.fields = fields;
    }

    /** The topic it names. */
    @Nullable
    String topic() {
        return topic;
    }

    /** The key it names. */
    @Nullable
    String key() {
        return key;
    }

    /** The headers it names. */
    Map<String, String> headers() {
        return headers;
    }

    /** The very bytes of the value; null for the JSON null, which is a tombstone. */
    byte @Nullable [] value() {
        return value;
    }

    /** The text of those fields of the value that are strings. */
    Map<String, String> fields() {
        return fields;
    }

    /** Reads a line; says why where that is not possible. */
    static PublishedLine parse(byte[] read) throws UnusableLineException {
        byte[] line = withoutByteOrderMark(read);
        try (JsonParser in = JSON.createParser(line)) {
            if (in.nextToken() != JsonToken.START_OBJECT) {
                throw new UnusableLineException(
                        "must be one JSON object {\"topic\":…,\"headers\":{…},\"key\":…,\"value\":{…}}");
            }
            PublishedLine parsed = envelope(in, line);
            if (in.nextToken() != null) {
                throw new UnusableLineException("has more than one JSON object");
            }
            return parsed;
        } catch (JsonProcessingException e) {
            throw new UnusableLineException("is not JSON: " + Printable.text(String.valueOf(e.getOriginalMessage())));
        } catch (IOException | RuntimeException e) {
            // Whatever is wrong with one line, the others have a right to be read.
            throw new UnusableLineException("is not JSON: " + Printable.text(String.valueOf(e.getMessage())));
        }
    }

    /** Some editors put one before the first line. */
    private static byte[] withoutByteOrderMark(byte[] line) {
        int length = BYTE_ORDER_MARK.length;
        return Arrays.mismatch(line, BYTE_ORDER_MARK) == length ? Arrays.copyOfRange(line, length, line.length) : line;
    }

    private static PublishedLine envelope(JsonParser in, byte[] line) throws IOException, UnusableLineException {
        String topic = null;
        String key = null;
        Map<String, String> headers = Map.of();
        byte[] value = null;
        Map<String, String> fields = new LinkedHashMap<>();
        boolean hasValue = false;
        while (in.nextToken() == JsonToken.FIELD_NAME) {
            String name = in.currentName();
            in.nextToken();
            switch (name) {
                case "topic" -> topic = text(in, "topic");
                case "key" -> key = text(in, "key");
                case "headers" -> headers = headers(in);
                case "value" -> {
                    value = value(in, line, fields);
                    hasValue = true;
                }
                default -> in.skipChildren();
            }
        }
        if (!hasValue) {
            throw new UnusableLineException(
                    "has no \"value\": a line is {\"topic\":…,\"headers\":{…},\"key\":…,\"value\":{…}}");
        }
        return new PublishedLine(topic, key, headers, value, fields);
    }

    private static @Nullable String text(JsonParser in, String field) throws IOException, UnusableLineException {
        if (in.currentToken() == JsonToken.VALUE_NULL) {
            return null;
        }
        if (in.currentToken().isStructStart()) {
            throw new UnusableLineException('"' + field + "\" must be a string");
        }
        return in.getText();
    }

    private static Map<String, String> headers(JsonParser in) throws IOException, UnusableLineException {
        Map<String, String> headers = new LinkedHashMap<>();
        if (in.currentToken() == JsonToken.VALUE_NULL) {
            return headers;
        }
        if (in.currentToken() != JsonToken.START_OBJECT) {
            throw new UnusableLineException("\"headers\" must be an object of strings");
        }
        while (in.nextToken() == JsonToken.FIELD_NAME) {
            String name = in.currentName();
            in.nextToken();
            String text = text(in, name);
            if (text != null) {
                headers.put(name, text);
            }
        }
        return headers;
    }

    /** Cuts the value out of the line, since writing it anew could change it: 1.10 is not 1.1 to everybody. */
    private static byte @Nullable [] value(JsonParser in, byte[] line, Map<String, String> fields)
            throws IOException {
        if (in.currentToken() == JsonToken.VALUE_NULL) {
            return null;
        }
        int start = (int) in.currentTokenLocation().getByteOffset();
        if (in.currentToken() == JsonToken.START_OBJECT) {
            readFields(in, fields);
        } else {
            in.skipChildren();
        }
        in.finishToken();
        return Arrays.copyOfRange(line, start, (int) in.currentLocation().getByteOffset());
    }

    private static void readFields(JsonParser in, Map<String, String> fields) throws IOException {
        while (in.nextToken() == JsonToken.FIELD_NAME) {
            String name = in.currentName();
            if (in.nextToken() == JsonToken.VALUE_STRING) {
                fields.put(name, in.getText());
            } else {
                in.skipChildren();
            }
        }
    }
}
