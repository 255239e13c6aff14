package io.throughline.logs;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.throughline.trace.TraceContext;
import io.throughline.trace.TraceHeaders;
import java.io.IOException;
import java.io.StringWriter;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Records with their place, one JSON object on one line each: {@code kind}, {@code timestamp}, {@code topic},
 * {@code partition}, {@code offset}, {@code context} and last {@code record}, as it was stored.
 */
final class Envelopes {

    private static final JsonFactory JSON = new JsonFactory();
    /** Within a text the quotation marks would be escaped, so this stands in an envelope where the record begins. */
    private static final String RECORD = ",\"record\":";

    private Envelopes() {}

    static String write(StoredEntry entry) throws IOException {
        var text = new StringWriter(entry.json().length() + 300);
        try (JsonGenerator out = JSON.createGenerator(text)) {
            out.writeStartObject();
            out.writeStringField("kind", entry.kind().wireName());
            out.writeStringField("timestamp", Instant.ofEpochSecond(0, entry.timestampNanos()).toString());
            out.writeStringField("topic", entry.topic());
            out.writeNumberField("partition", entry.partition());
            out.writeNumberField("offset", entry.offset());
            out.writeObjectFieldStart("context");
            write(out, TraceHeaders.TRACE_ID, entry.context().traceId());
            write(out, TraceHeaders.REQUEST_ID, entry.context().requestId());
            write(out, TraceHeaders.USER_ID, entry.context().userId());
            write(out, TraceHeaders.JOB_ID, entry.context().jobId());
            write(out, TraceHeaders.BATCH_ID, entry.context().batchId());
            out.writeEndObject();
            out.writeFieldName("record");
            // Between tokens only, since texts cannot hold them: an event may have come on several lines.
            out.writeRawValue(entry.json().replace('\n', ' ').replace('\r', ' '));
            out.writeEndObject();
        }
        return text.toString();
    }

    /** Reads what {@link #write} wrote. */
    static StoredEntry read(String line) throws IOException {
        int record = line.indexOf(RECORD);
        if (record < 0 || !line.endsWith("}")) {
            throw new IOException("no record in " + line);
        }
        Map<String, String> fields = new HashMap<>();
        try (JsonParser in = JSON.createParser(line.substring(0, record) + '}')) {
            for (JsonToken token = in.nextToken(); token != null; token = in.nextToken()) {
                if (token.isScalarValue()) {
                    fields.put(in.currentName(), in.getText());
                }
            }
        }
        try {
            return new StoredEntry(Kind.of(field(fields, "kind")), field(fields, "topic"),
                    Integer.parseInt(field(fields, "partition")), Long.parseLong(field(fields, "offset")),
                    EpochNanos.of(Instant.parse(field(fields, "timestamp"))),
                    new TraceContext(field(fields, TraceHeaders.TRACE_ID), fields.get(TraceHeaders.REQUEST_ID),
                            fields.get(TraceHeaders.USER_ID), fields.get(TraceHeaders.JOB_ID),
                            fields.get(TraceHeaders.BATCH_ID)),
                    line.substring(record + RECORD.length(), line.length() - 1));
        } catch (IllegalArgumentException | java.time.DateTimeException e) {
            throw new IOException("no record: " + line, e);
        }
    }

    private static String field(Map<String, String> fields, String name) {
        return Objects.requireNonNullElse(fields.get(name), "");
    }

    private static void write(JsonGenerator out, String name, @Nullable String value) throws IOException {
        if (value != null) {
            out.writeStringField(name, value);
        }
    }
}
