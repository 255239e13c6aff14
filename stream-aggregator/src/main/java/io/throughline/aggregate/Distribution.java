package io.throughline.aggregate;

import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A histogram: classic and exponential bucket counts, the exact sum, and the newest exemplar of each classic bucket.
 *
 * <p>Exponential buckets grow by 2^(1/8), about 9 % (schema 3 of Prometheus' native histograms).
 */
public final class Distribution implements Cell {

    /** Prometheus' schema of the exponential buckets. */
    public static final int SCHEMA = 3;

    private static final double BUCKETS_PER_OCTAVE = 1 << SCHEMA;

    private final Buckets buckets;
    private final long[] counts;
    private final @Nullable Exemplar[] exemplars;
    private final Map<Integer, Long> exponential = new TreeMap<>();
    private final Sum sum;
    private long zeros;

    /** Nothing observed yet. */
    public Distribution(Buckets buckets, long createdMillis) {
        this.buckets = buckets;
        this.counts = new long[buckets.count()];
        this.exemplars = new Exemplar[buckets.count()];
        this.sum = new Sum(createdMillis);
    }

    /** Observes a value ≥ 0 in nano-units, of that trace, at an event time in nanoseconds since 1970. */
    public void observe(long valueNanos, String traceId, long atNanos) {
        int bucket = buckets.indexOf(valueNanos);
        counts[bucket]++;
        sum.add(valueNanos);
        if (valueNanos == 0) {
            zeros++;
        } else {
            exponential.merge(exponentialIndex(valueNanos), 1L, Long::sum);
        }
        if (Exemplar.fits(traceId)) {
            offer(bucket, new Exemplar(traceId, valueNanos, atNanos));
        }
    }

    /** Adds another distribution of the same layout. */
    public void merge(Distribution other) {
        for (int i = 0; i < counts.length; i++) {
            counts[i] += other.counts[i];
            Exemplar exemplar = other.exemplars[i];
            if (exemplar != null) {
                offer(i, exemplar);
            }
        }
        other.exponential.forEach((index, count) -> exponential.merge(index, count, Long::sum));
        zeros += other.zeros;
        sum.merge(other.sum);
    }

    /** The layout of the classic buckets. */
    public Buckets buckets() {
        return buckets;
    }

    /** How many values were observed. */
    public long count() {
        long count = 0;
        for (long each : counts) {
            count += each;
        }
        return count;
    }

    /** Sum of the values. */
    public Sum sum() {
        return sum;
    }

    /** Counts of the classic buckets, not cumulative, the last for everything above. */
    public long[] counts() {
        return counts.clone();
    }

    /** Counts of the exponential buckets by their index, ascending: bucket i ends at 2^(i/8). */
    public Map<Integer, Long> exponential() {
        return Map.copyOf(exponential);
    }

    /** How many zeros were observed. */
    public long zeros() {
        return zeros;
    }

    /** The newest exemplar of a classic bucket; null when it has none. */
    public @Nullable Exemplar exemplar(int bucket) {
        return exemplars[bucket];
    }

    @Override
    public long createdMillis() {
        return sum.createdMillis();
    }

    /** Puts back the count of a bucket, which may be of an earlier layout. */
    void restoreBucket(double upperBound, long count) {
        counts[buckets.indexOfBound(upperBound)] += count;
    }

    /** Puts back all the rest. */
    void restore(Map<Integer, Long> exponentialCounts, long zeroCount, Sum restoredSum) {
        exponential.putAll(exponentialCounts);
        zeros = zeroCount;
        sum.merge(restoredSum);
    }

    void restoreExemplar(Exemplar exemplar) {
        offer(buckets.indexOf(exemplar.valueNanos()), exemplar);
    }

    private void offer(int bucket, Exemplar exemplar) {
        Exemplar held = exemplars[bucket];
        if (held == null || exemplar.newerThan(held)) {
            exemplars[bucket] = exemplar;
        }
    }

    private static int exponentialIndex(long valueNanos) {
        double octave = Math.log((double) valueNanos / Nanos.ONE) / Math.log(2);
        return (int) Math.ceil(octave * BUCKETS_PER_OCTAVE);
    }
}
