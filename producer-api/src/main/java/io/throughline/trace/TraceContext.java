package io.throughline.trace;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The ids that tie one request's events and log lines together.
 *
 * <p>Immutable and safe to share between threads. Ids are kept in the form they came in; new trace ids are made by
 * {@link TraceIds}.
 *
 * @param traceId id of the whole flow, never empty; a W3C id is 32 lower-case hex digits, other forms are kept as they
 *     came
 * @param requestId id of one request within the flow
 * @param userId the user on whose behalf the work is done
 * @param jobId the job being processed
 * @param batchId the batch being processed
 */
public record TraceContext(String traceId, @Nullable String requestId, @Nullable String userId,
        @Nullable String jobId, @Nullable String batchId) {

    /** Refuses an empty trace id with {@link IllegalArgumentException}. */
    public TraceContext {
        Objects.requireNonNull(traceId, "traceId");
        if (traceId.isBlank()) {
            throw new IllegalArgumentException("trace_id must not be empty");
        }
    }

    /** A context that knows its trace id only. */
    public static TraceContext of(String traceId) {
        return new TraceContext(traceId, null, null, null, null);
    }

    /** This context within another request. */
    public TraceContext withRequestId(@Nullable String requestId) {
        return new TraceContext(traceId, requestId, userId, jobId, batchId);
    }

    /** This context on behalf of another user. */
    public TraceContext withUserId(@Nullable String userId) {
        return new TraceContext(traceId, requestId, userId, jobId, batchId);
    }

    /** This context within another job. */
    public TraceContext withJobId(@Nullable String jobId) {
        return new TraceContext(traceId, requestId, userId, jobId, batchId);
    }

    /** This context within another batch. */
    public TraceContext withBatchId(@Nullable String batchId) {
        return new TraceContext(traceId, requestId, userId, jobId, batchId);
    }
}
