package io.throughline.logs;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.throughline.event.LogRecord;
import io.throughline.trace.TraceContext;
import io.throughline.trace.TraceHeaders;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the ids of a record from its JSON, without building a tree. */
final class Contexts {

    private static final JsonFactory JSON = new JsonFactory();
    private static final List<String> FIELDS = List.of(TraceHeaders.TRACE_ID, TraceHeaders.REQUEST_ID,
            TraceHeaders.USER_ID, TraceHeaders.JOB_ID, TraceHeaders.BATCH_ID);

    private Contexts() {}

    /** Whether these bytes are the line as it would be written: one line of UTF-8 with its level, time and ids. */
    static boolean tells(byte[] value, LogRecord log) {
        if (value.length < 2 || value[0] != '{' || value[value.length - 1] != '}') {
            return false;
        }
        for (byte b : value) {
            if (b == '\n' || b == '\r') {
                return false;
            }
        }
        var ids = new @Nullable String[FIELDS.size()];
        boolean level = false;
        boolean time = false;
        try (JsonParser parser = JSON.createParser(value)) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                JsonToken token = parser.nextToken();
                int place = FIELDS.indexOf(name);
                if (place >= 0 && token == JsonToken.VALUE_STRING) {
                    ids[place] = parser.getText();
                } else if (name.equals("level")) {
                    level = parser.getText().equals(log.level().wireName());
                } else if (name.equals("timestamp")) {
                    time = parser.getText().endsWith("Z");
                } else {
                    parser.skipChildren();
                }
            }
        } catch (IOException e) {
            return false;
        }
        return level && time && log.context().equals(context(ids));
    }

    /** The ids that the JSON of a record tells; null when it tells no trace id or cannot be read. */
    static @Nullable TraceContext inJson(String json) {
        var ids = new @Nullable String[FIELDS.size()];
        try (JsonParser parser = JSON.createParser(json)) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                int place = FIELDS.indexOf(parser.currentName());
                JsonToken value = parser.nextToken();
                if (place >= 0 && value == JsonToken.VALUE_STRING) {
                    ids[place] = parser.getText();
                } else {
                    parser.skipChildren();
                }
            }
        } catch (IOException e) {
            return null;
        }
        return context(ids);
    }

    private static @Nullable TraceContext context(@Nullable String[] ids) {
        String traceId = ids[0];
        return traceId == null || traceId.isBlank()
                ? null
                : new TraceContext(traceId, ids[1], ids[2], ids[3], ids[4]);
    }
}
