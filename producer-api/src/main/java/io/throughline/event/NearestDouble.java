package io.throughline.event;

import java.math.BigDecimal;

/** The double nearest to a decimal number. */
final class NearestDouble {

    /** Up to here every whole number is a double. */
    private static final long MOST_WHOLE = 1L << 53;
    /** The powers of ten that are doubles; the next would need 54 bits. */
    private static final double[] POWERS_OF_TEN = {1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12,
            1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

    private NearestDouble() {}

    /**
     * Equals {@code BigDecimal.valueOf(unscaled, scale).doubleValue()}. Where both parts are doubles, IEEE 754 rounds
     * their quotient or product once, to the nearest (Clinger, "How to read floating point numbers accurately").
     */
    static double of(long unscaled, int scale) {
        if (Math.abs(unscaled) > MOST_WHOLE || Math.abs(scale) >= POWERS_OF_TEN.length) {
            return BigDecimal.valueOf(unscaled, scale).doubleValue();
        }
        return scale >= 0 ? unscaled / POWERS_OF_TEN[scale] : unscaled * POWERS_OF_TEN[-scale];
    }
}
