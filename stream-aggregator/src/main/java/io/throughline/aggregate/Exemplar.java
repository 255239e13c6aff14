package io.throughline.aggregate;

import java.util.Comparator;

/**
 * One observation that a bucket can be explained with.
 *
 * @param traceId the trace it belongs to
 * @param valueNanos the observed value in nano-units
 * @param atNanos its event time in nanoseconds since 1970
 */
public record Exemplar(String traceId, long valueNanos, long atNanos) {

    private static final Comparator<Exemplar> NEWEST_LAST = Comparator.comparingLong(Exemplar::atNanos)
            .thenComparing(Exemplar::traceId).thenComparingLong(Exemplar::valueNanos);

    /** OpenMetrics 1.0 allows 128 characters for an exemplar's label names and values together. */
    private static final int LONGEST_TRACE_ID = 128 - "trace_id".length();

    /** Whether an exemplar can name that trace. */
    static boolean fits(String traceId) {
        return traceId.codePointCount(0, traceId.length()) <= LONGEST_TRACE_ID;
    }

    /** A total order, so that whichever comes first the same one stays. */
    boolean newerThan(Exemplar other) {
        return atNanos != other.atNanos ? atNanos > other.atNanos : NEWEST_LAST.compare(this, other) > 0;
    }
}
