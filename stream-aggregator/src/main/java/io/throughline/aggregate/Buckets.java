package io.throughline.aggregate;

import java.util.Arrays;

/** The upper bounds of a classic histogram's buckets, ascending; a last one for everything above is implied. */
public final class Buckets {

    private static final int MOST = 200;

    private final double[] upperBounds;
    private final long[] upperBoundNanos;

    private Buckets(double[] upperBounds) {
        this.upperBounds = upperBounds;
        this.upperBoundNanos = Arrays.stream(upperBounds).mapToLong(Nanos::of).toArray();
    }

    /** Refuses bounds that are not ascending, not positive or too many, with {@link IllegalArgumentException}. */
    public static Buckets of(double... upperBounds) {
        boolean ascending = upperBounds.length > 0 && upperBounds[0] > 0;
        for (int i = 1; i < upperBounds.length; i++) {
            ascending &= upperBounds[i] > upperBounds[i - 1];
        }
        if (!ascending || upperBounds.length > MOST || upperBounds[upperBounds.length - 1] > 4e9) {
            throw new IllegalArgumentException("bucket bounds must be 1 to " + MOST
                    + " ascending numbers above 0 and up to 4e9, got " + Arrays.toString(upperBounds));
        }
        return new Buckets(upperBounds.clone());
    }

    /** The bounds, and last positive infinity. */
    public double[] upperBounds() {
        double[] bounds = Arrays.copyOf(upperBounds, count());
        bounds[upperBounds.length] = Double.POSITIVE_INFINITY;
        return bounds;
    }

    /** How many buckets there are, the one for everything above included. */
    public int count() {
        return upperBounds.length + 1;
    }

    /**
     * The bucket that a value in nano-units falls into; bounds are inclusive. So is the bucket that takes what another
     * layout counted up to a bound: cumulative counts stay exact at every bound that both layouts have.
     */
    int indexOf(long nanos) {
        int found = Arrays.binarySearch(upperBoundNanos, nanos);
        return found >= 0 ? found : -found - 1;
    }

    /** The upper bound of a bucket in nano-units; of the last one the largest number there is. */
    long upperBoundNanos(int bucket) {
        return bucket == upperBoundNanos.length ? Long.MAX_VALUE : upperBoundNanos[bucket];
    }
}
