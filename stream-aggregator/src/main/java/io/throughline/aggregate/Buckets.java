package io.throughline.aggregate;

import java.util.Arrays;

/**
 * The upper bounds of a classic histogram's buckets, ascending; a last one for everything above is implied.
 *
 * <p>The bounds at 2, 5 and 30 seconds are the platform's latency targets and alert thresholds, so that quantiles near
 * them do not depend on interpolation.
 */
@SuppressWarnings("ImmutableEnumChecker") // the arrays are never changed and never handed out
public enum Buckets {
    /** From 5 ms to 2 h, in seconds. */
    SECONDS(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200),
    /** From 16 to a million tokens. */
    TOKENS(16, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384, 32768, 65536, 131072, 262144, 1048576);

    private final double[] upperBounds;
    private final long[] upperBoundNanos;

    Buckets(double... upperBounds) {
        this.upperBounds = upperBounds;
        this.upperBoundNanos = Arrays.stream(upperBounds).mapToLong(Nanos::of).toArray();
    }

    /** The bounds, without the last one for everything above. */
    public double[] upperBounds() {
        return upperBounds.clone();
    }

    /** How many buckets there are, the one for everything above included. */
    public int count() {
        return upperBounds.length + 1;
    }

    /** The bucket that a value in nano-units falls into; bounds are inclusive. */
    int indexOf(long nanos) {
        int found = Arrays.binarySearch(upperBoundNanos, nanos);
        return found >= 0 ? found : -found - 1;
    }
}
