package io.throughline.expose;

import io.throughline.aggregate.Distribution;
import java.util.Arrays;

/** Counts of exponential buckets, added up from any number of histograms. Not thread-safe. */
final class QuantileCounts {

    private static final double BUCKETS_PER_OCTAVE = 1 << Distribution.WINDOW_SCHEMA;
    private static final double GROWTH = Math.pow(2, 1 / BUCKETS_PER_OCTAVE);

    private long[] counts = new long[0];
    /** The bucket index of {@code counts[0]}. */
    private int first;
    private long zeros;
    private long count;

    /**
     * How far a quantile can be off: a bucket holds the values above b and up to g·b, and 2·g·b/(g+1) is off by
     * (g−1)/(g+1) of the value at both ends.
     */
    static double relativeError() {
        return (GROWTH - 1) / (GROWTH + 1);
    }

    void addZeros(long more) {
        zeros += more;
        count += more;
    }

    void add(int index, long more) {
        reach(index);
        counts[index - first] += more;
        count += more;
    }

    /** How many values there are, zeros included. */
    long count() {
        return count;
    }

    /**
     * The value of rank ⌈q·count⌉, as near as its bucket tells.
     *
     * @param q from 0 to 1; 0 asks for the smallest value
     */
    double quantile(double q) {
        if (count == 0) {
            throw new IllegalStateException("no values, no quantile");
        }
        // A product such as 0.07 * 100 is a little above 7 and must not ask for the eighth value.
        long rank = Math.max(1, (long) Math.ceil(q * count - 1e-9 * count));
        long seen = zeros;
        if (rank <= seen) {
            return 0;
        }
        for (int i = 0; i < counts.length; i++) {
            seen += counts[i];
            if (rank <= seen) {
                double upper = Math.pow(2, (first + i) / BUCKETS_PER_OCTAVE);
                return 2 * upper / (GROWTH + 1);
            }
        }
        throw new IllegalStateException("counted " + count + ", found " + seen);
    }

    private void reach(int index) {
        if (counts.length == 0) {
            counts = new long[64];
            first = index - 16;
        } else if (index < first) {
            int more = Math.max(first - index, counts.length);
            long[] wider = new long[counts.length + more];
            System.arraycopy(counts, 0, wider, more, counts.length);
            counts = wider;
            first -= more;
        } else if (index - first >= counts.length) {
            counts = Arrays.copyOf(counts, Math.max(index - first + 1, 2 * counts.length));
        }
    }
}
