package io.throughline.http;

import io.throughline.trace.TraceContext;
import io.throughline.trace.TraceIds;
import io.throughline.trace.TraceScope;
import io.throughline.trace.Traceparent;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** The ids of an HTTP request: taken from its headers where they are fit to be sent back, else made. Stateless. */
public final class HttpIds {

    /** Header of the trace id, in and out. */
    public static final String TRACE_ID = "X-Trace-ID";
    /** Header of the request id, in and out. */
    public static final String REQUEST_ID = "X-Request-ID";

    private static final int LONGEST_ID = 128;
    private static final TraceIds IDS = new TraceIds(RandomGenerator.of("SecureRandom"));

    private HttpIds() {}

    /**
     * The context of a request: {@code X-Trace-ID}, else the trace of the current OpenTelemetry span, else that of a
     * valid {@code traceparent}, else a new W3C id; and {@code X-Request-ID}, else a new one. An id that is not of
     * printable ASCII or longer than 128 characters counts as none.
     *
     * @param header gives the first header of a name, and null where there is none
     */
    public static TraceContext of(UnaryOperator<@Nullable String> header) {
        String traceId = acceptable(header.apply(TRACE_ID));
        String requestId = acceptable(header.apply(REQUEST_ID));
        TraceContext trace = traceId == null ? unnamed(header) : TraceContext.of(traceId);
        return trace.withRequestId(requestId == null ? "req_" + IDS.newSpanId() : requestId);
    }

    private static TraceContext unnamed(UnaryOperator<@Nullable String> header) {
        TraceContext span = TraceScope.currentOrNull();
        String traceparent = header.apply(Traceparent.HEADER);
        if (span != null || traceparent == null) {
            return TraceContext.of(span == null ? TraceScope.newTrace().traceId() : span.traceId());
        }
        return Traceparent.parse(traceparent).map(parent -> TraceContext.of(parent.traceId()))
                .orElseGet(TraceScope::newTrace);
    }

    private static @Nullable String acceptable(@Nullable String id) {
        boolean good = id != null && !id.isEmpty() && id.length() <= LONGEST_ID
                && id.chars().allMatch(c -> c > ' ' && c < 127);
        return good ? id : null;
    }
}
