package io.throughline.aggregate;

/**
 * One observation that a bucket can be explained with.
 *
 * @param traceId the trace it belongs to
 * @param valueNanos the observed value in nano-units
 * @param atNanos its event time in nanoseconds since 1970
 */
public record Exemplar(String traceId, long valueNanos, long atNanos) {

    /** OpenMetrics 1.0 allows 128 characters for an exemplar's label names and values together. */
    private static final int LONGEST_TRACE_ID = 128 - "trace_id".length();

    /** Whether an exemplar can name that trace. */
    static boolean fits(String traceId) {
        return traceId.codePointCount(0, traceId.length()) <= LONGEST_TRACE_ID;
    }

    boolean newerThan(Exemplar other) {
        return atNanos != other.atNanos ? atNanos > other.atNanos : traceId.compareTo(other.traceId) > 0;
    }
}
