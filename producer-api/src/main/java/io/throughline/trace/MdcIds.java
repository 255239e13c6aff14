package io.throughline.trace;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/** The five ids as they stand in SLF4J's MDC of one thread. */
record MdcIds(@Nullable String traceId, @Nullable String requestId, @Nullable String userId, @Nullable String jobId,
        @Nullable String batchId) {

    private static final MdcIds NONE = new MdcIds(null, null, null, null, null);

    static MdcIds of(@Nullable TraceContext context) {
        return context == null
                ? NONE
                : new MdcIds(context.traceId(), context.requestId(), context.userId(), context.jobId(),
                        context.batchId());
    }

    static MdcIds current() {
        return new MdcIds(MDC.get(TraceHeaders.TRACE_ID), MDC.get(TraceHeaders.REQUEST_ID),
                MDC.get(TraceHeaders.USER_ID), MDC.get(TraceHeaders.JOB_ID), MDC.get(TraceHeaders.BATCH_ID));
    }

    /** Puts these where {@code there} stand; what is equal is left alone, because some MDCs copy a map for each put. */
    void putInPlaceOf(MdcIds there) {
        put(TraceHeaders.TRACE_ID, traceId, there.traceId);
        put(TraceHeaders.REQUEST_ID, requestId, there.requestId);
        put(TraceHeaders.USER_ID, userId, there.userId);
        put(TraceHeaders.JOB_ID, jobId, there.jobId);
        put(TraceHeaders.BATCH_ID, batchId, there.batchId);
    }

    private static void put(String key, @Nullable String id, @Nullable String there) {
        if (Objects.equals(id, there)) {
            return;
        }
        if (id == null) {
            MDC.remove(key);
        } else {
            MDC.put(key, id);
        }
    }
}
