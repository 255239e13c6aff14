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

    /** Stands for an id that is there and of which nothing more is needed. */
    public static final String SOME = "some";

    private static final byte[] TRACE_ID = ascii(TraceHeaders.TRACE_ID);
    private static final byte[] REQUEST_ID = ascii(TraceHeaders.REQUEST_ID);
    private static final byte[] USER_ID = ascii(TraceHeaders.USER_ID);
    private static final byte[] JOB_ID = ascii(TraceHeaders.JOB_ID);
    private static final byte[] BATCH_ID = ascii(TraceHeaders.BATCH_ID);
    private static final byte[] TRACEPARENT = ascii(Traceparent.HEADER);
    private static final byte[] SCHEMA_VERSION = ascii(WireRecords.SCHEMA_VERSION);
    private static final byte[] REPLAY_ID = ascii(WireRecords.REPLAY_ID);
    /** In bytes; no id that is as short is refused for its length. */
    private static final int SHORT_ID = 512;
    private static final byte[] CURRENT_VERSION = ascii(WireRecords.CURRENT_SCHEMA_VERSION);

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
        return of(replayed, version, traceId, traceparent, requestId, userId, jobId, batchId);
    }

    /**
     * Reads them where they stand, in {@code record} from {@code start} on; of the context what counts, trace and user.
     * Its other ids are {@link #SOME} where they are there and short: they count nothing, but go before those of the body,
     * and a long one may be refused.
     *
     * @throws IllegalArgumentException when no headers stand there
     */
    public static WireHeaders counted(HeaderBytes in, byte[] record, int start, int end) {
        boolean replayed = false;
        String version = null;
        String traceId = null;
        int traceparentStart = -1;
        int traceparentEnd = -1;
        String requestId = null;
        String userId = null;
        String jobId = null;
        String batchId = null;
        int count = in.open(record, start, end);
        for (int i = 0; i < count; i++) {
            if (!in.next()) {
                throw new IllegalArgumentException("there are no headers from " + start + " on");
            }
            if (in.isNamed(TRACE_ID)) {
                traceId = in.text();
            } else if (in.isNamed(REQUEST_ID)) {
                requestId = in.textOr(SOME, SHORT_ID);
            } else if (in.isNamed(USER_ID)) {
                userId = in.text();
            } else if (in.isNamed(JOB_ID)) {
                jobId = in.textOr(SOME, SHORT_ID);
            } else if (in.isNamed(BATCH_ID)) {
                batchId = in.textOr(SOME, SHORT_ID);
            } else if (in.isNamed(TRACEPARENT)) {
                traceparentStart = in.valueStart();
                traceparentEnd = in.valueEnd();
            } else if (in.isNamed(SCHEMA_VERSION)) {
                version = in.holds(CURRENT_VERSION) ? WireRecords.CURRENT_SCHEMA_VERSION : in.text();
            } else if (in.isNamed(REPLAY_ID)) {
                replayed = true;
            }
        }
        // It stands beside the trace id in most records, and only makes up for it.
        String traceparent = traceId == null ? in.text(traceparentStart, traceparentEnd) : null;
        return of(replayed, version, traceId, traceparent, requestId, userId, jobId, batchId);
    }

    private static WireHeaders of(boolean replayed, @Nullable String version, @Nullable String traceId,
            @Nullable String traceparent, @Nullable String requestId, @Nullable String userId, @Nullable String jobId,
            @Nullable String batchId) {
        String trace = traceId == null && traceparent != null
                ? Traceparent.parse(traceparent).map(Traceparent::traceId).orElse(null)
                : traceId;
        return new WireHeaders(replayed, version,
                trace == null ? null : new TraceContext(trace, requestId, userId, jobId, batchId));
    }

    private static byte[] ascii(String name) {
        return name.getBytes(StandardCharsets.US_ASCII);
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
