package io.throughline.aggregate;

import java.util.Arrays;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A histogram: classic and exponential bucket counts, the exact sum, and the newest exemplar of each classic bucket.
 *
 * <p>Exponential buckets grow by 2^(1/2^schema), as those of Prometheus' native histograms do.
 */
public final class Distribution implements Cell {

    /** The schema of cumulative histograms: growth 2^(1/8), about 9 %. */
    public static final int SCHEMA = 3;
    /** The schema of histograms in windows: growth 2^(1/64), so a bucket's middle is within 0.55 % of what it holds. */
    public static final int WINDOW_SCHEMA = ExponentialCounts.FINEST;

    private final Buckets buckets;
    private final long[] counts;
    private @Nullable Exemplar @Nullable [] exemplars;
    private final ExponentialCounts exponential;
    private final Sum sum;
    private long zeros;

    /** Nothing observed yet, in exponential buckets of {@link #SCHEMA}. */
    public Distribution(Buckets buckets, long createdMillis) {
        this(buckets, SCHEMA, createdMillis);
    }

    /** Nothing observed yet, in exponential buckets of a schema from 0 to {@link #WINDOW_SCHEMA}. */
    public Distribution(Buckets buckets, int schema, long createdMillis) {
        this.buckets = buckets;
        this.counts = new long[buckets.count()];
        this.exponential = new ExponentialCounts(schema);
        this.sum = new Sum(createdMillis);
    }

    /** Observes a value ≥ 0 in nano-units, of that trace, at an event time in nanoseconds since 1970. */
    public void observe(long valueNanos, String traceId, long atNanos) {
        int bucket = observe(valueNanos);
        Exemplar held = exemplar(bucket);
        if ((held == null || atNanos >= held.atNanos()) && Exemplar.fits(traceId)) {
            offer(bucket, new Exemplar(traceId, valueNanos, atNanos));
        }
    }

    /** Observes a value without an exemplar; returns its classic bucket. */
    private int observe(long valueNanos) {
        int bucket = buckets.indexOf(valueNanos);
        counts[bucket]++;
        sum.add(valueNanos);
        if (valueNanos == 0) {
            zeros++;
        } else {
            exponential.observe(valueNanos);
        }
        return bucket;
    }

    /** Adds another distribution of the same layout, and of the same or a finer schema. */
    public void merge(Distribution other) {
        mergeCounts(other);
        if (other.exemplars != null) {
            for (int i = 0; i < counts.length; i++) {
                Exemplar exemplar = other.exemplars[i];
                if (exemplar != null) {
                    offer(i, exemplar);
                }
            }
        }
    }

    /** As {@link #merge}, exemplars left aside. */
    void mergeCounts(Distribution other) {
        for (int i = 0; i < counts.length; i++) {
            counts[i] += other.counts[i];
        }
        exponential.merge(other.exponential);
        zeros += other.zeros;
        sum.merge(other.sum);
    }

    /** The layout of the classic buckets. */
    public Buckets buckets() {
        return buckets;
    }

    /** The schema of the exponential buckets. */
    public int schema() {
        return exponential.schema();
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

    /** Counts of the exponential buckets by their index, ascending: bucket i ends at 2^(i/2^schema). */
    public SortedMap<Integer, Long> exponential() {
        var byIndex = new TreeMap<Integer, Long>();
        exponential.forEach(byIndex::put);
        return byIndex;
    }

    /** How many zeros were observed. */
    public long zeros() {
        return zeros;
    }

    /** The newest exemplar of a classic bucket; null when it has none. */
    public @Nullable Exemplar exemplar(int bucket) {
        return exemplars == null ? null : exemplars[bucket];
    }

    @Override
    public long createdMillis() {
        return sum.createdMillis();
    }

    ExponentialCounts exponentialCounts() {
        return exponential;
    }

    /** As if nothing had been observed. */
    void reset(long createdMillis) {
        Arrays.fill(counts, 0);
        exemplars = null;
        exponential.clear();
        sum.reset(createdMillis);
        zeros = 0;
    }

    /** Puts back the count of a bucket, which may be of an earlier layout. */
    void restoreBucket(long upperBoundNanos, long count) {
        counts[buckets.indexOf(upperBoundNanos)] += count;
    }

    /** Puts back the rest of the counts. */
    void restore(long zeroCount, Sum restoredSum) {
        zeros = zeroCount;
        sum.merge(restoredSum);
    }

    void restoreExemplar(Exemplar exemplar) {
        offer(buckets.indexOf(exemplar.valueNanos()), exemplar);
    }

    private void offer(int bucket, Exemplar exemplar) {
        if (exemplars == null) {
            exemplars = new Exemplar[counts.length];
        }
        Exemplar held = exemplars[bucket];
        if (held == null || exemplar.newerThan(held)) {
            exemplars[bucket] = exemplar;
        }
    }
}
