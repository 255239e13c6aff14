package io.throughline.aggregate;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;

/**
 * Amounts as whole numbers of 10⁻⁹ units: nanoseconds, nano-dollars, nano-tokens. Sums of whole numbers do not depend
 * on their order, which is what makes a recomputed number equal the live one to the last digit.
 */
public final class Nanos {

    /** One unit. */
    public static final long ONE = 1_000_000_000L;

    private static final double EXACT_PRODUCT = 1e6;

    private Nanos() {}

    /** An amount of up to 9.2 billion units, rounded to the nearest nano-unit. */
    public static long of(double units) {
        // Below that, the product is off by less than a quarter of a nano-unit, so it rounds as the decimal does.
        return Math.abs(units) < EXACT_PRODUCT ? Math.round(units * ONE) : of(BigDecimal.valueOf(units));
    }

    /** An amount of up to 9.2 billion units, rounded to the nearest nano-unit. */
    public static long of(BigDecimal units) {
        return units.movePointRight(9).setScale(0, RoundingMode.HALF_UP).longValueExact();
    }

    /** A whole number of units. */
    public static long ofWhole(long units) {
        return Math.multiplyExact(units, ONE);
    }

    /** An event time as nanoseconds since 1970, within what a long can hold (the years 1678 to 2261). */
    public static long ofInstant(Instant instant) {
        long seconds = Math.max(-9_000_000_000L, Math.min(9_000_000_000L, instant.getEpochSecond()));
        return seconds * ONE + instant.getNano();
    }

    /** The nearest double, for showing. */
    public static double toDouble(long nanos) {
        return BigDecimal.valueOf(nanos, 9).doubleValue();
    }
}
