package io.throughline.publish;

import io.throughline.trace.TraceContext;
import io.throughline.trace.TraceHeaders;
import io.throughline.trace.Traceparent;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * What the headers of a record say, read in one pass: looking each up by name costs as much as reading the event.
 *
 * @param isReplayed whether a replay published the record
 * @param schemaVersion null when it is missing or blank
 * @param context as {@link TraceHeaders#read} has it; null when no trace is named
 */
public record WireHeaders(boolean isReplayed, @Nullable String schemaVersion, @Nullable TraceContext context) {

    /** Reads them; of several with one name the last counts. */
    public static WireHeaders read(Headers headers) {
        boolean replayed = false;
        String version = null;
        String traceId = null;
        String traceparent = null;
        String requestId = null;
        String userId = null;
        String jobId = null;
        String batchId = null;
        for (Header header : headers) {
            switch (header.key()) {
                case TraceHeaders.TRACE_ID -> traceId = text(header);
                case TraceHeaders.REQUEST_ID -> requestId = text(header);
                case TraceHeaders.USER_ID -> userId = text(header);
                case TraceHeaders.JOB_ID -> jobId = text(header);
                case TraceHeaders.BATCH_ID -> batchId = text(header);
                case Traceparent.HEADER -> traceparent = text(header);
                case WireRecords.SCHEMA_VERSION -> version = text(header);
                case WireRecords.REPLAY_ID -> replayed = true;
                default -> {
                    // is somebody else's
                }
            }
        }
        if (traceId == null && traceparent != null) {
            traceId = Traceparent.parse(traceparent).map(Traceparent::traceId).orElse(null);
        }
        return new WireHeaders(replayed, version,
                traceId == null ? null : new TraceContext(traceId, requestId, userId, jobId, batchId));
    }

    private static @Nullable String text(Header header) {
        byte[] value = header.value();
        if (value == null) {
            return null;
        }
        String text = new String(value, StandardCharsets.UTF_8);
        return text.isBlank() ? null : text;
    }
}
