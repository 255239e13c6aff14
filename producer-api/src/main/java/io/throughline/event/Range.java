package io.throughline.event;

import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The ranges that fields of events keep to; each refusal names the field as it stands on the wire, and the value. */
final class Range {

    private static final Instant EARLIEST = Instant.parse("0000-01-01T00:00:00Z");
    private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59.999999999Z");
    private static final int LONGEST_NAME = 1024;
    private static final double MOST_SECONDS = 3.2e9;
    private static final BigDecimal MOST_USD = BigDecimal.valueOf(1_000_000_000L);
    private static final BigDecimal MOST_MILLISECONDS = new BigDecimal("3.2e12");
    private static final int MOST_DIGITS = 100;
    private static final MathContext SHOWN = new MathContext(17);

    /** With the largest amounts above, a number that keeps to it is written in under 80 characters. */
    static final int MOST_DECIMALS = 64;

    private Range() {}

    static void notEmpty(String field, String text) {
        if (Objects.requireNonNull(text, field).isBlank()) {
            throw new IllegalArgumentException(field + " must not be empty");
        }
        notTooLong(field, text);
    }

    /** Names and ids become parts of keys, which have to fit a record whatever they are escaped to. */
    static void notTooLong(String field, @Nullable String text) {
        if (text != null && text.length() > LONGEST_NAME) {
            throw new IllegalArgumentException(
                    field + " must have at most " + LONGEST_NAME + " characters, got " + text.length());
        }
    }

    /** RFC 3339 has years of four digits; a time beyond them could be written, and then not be read again. */
    static void time(String field, Instant time) {
        if (Objects.requireNonNull(time, field).isBefore(EARLIEST) || time.isAfter(LATEST)) {
            throw new IllegalArgumentException(field + " must be a time in the years 0000 to 9999, got " + time);
        }
    }

    /** Seconds up to 100 years: more is a unit mixed up, and would not fit the sums. Minus zero becomes zero. */
    static double seconds(String field, double seconds) {
        if (!(seconds >= 0 && seconds <= MOST_SECONDS)) {
            throw new IllegalArgumentException(field + " must be seconds from 0 to 3.2e9, got " + seconds);
        }
        return seconds + 0.0;
    }

    static @Nullable Double optionalSeconds(String field, @Nullable Double seconds) {
        return seconds == null ? null : Double.valueOf(seconds(field, seconds));
    }

    /** A count up to a billion. */
    static void count(String field, @Nullable Long count) {
        if (count != null && (count < 0 || count > 1_000_000_000L)) {
            throw new IllegalArgumentException(field + " must be a whole number from 0 to 1000000000, got " + count);
        }
    }

    /**
     * US dollars up to a billion with up to 64 decimals: whoever rounds 1e-999999999 to cents would first write it out
     * in full. Whole amounts lose their exponent, as they do on the wire.
     */
    static @Nullable BigDecimal usd(String field, @Nullable BigDecimal usd) {
        return usd == null ? null : amount(field, usd, MOST_USD, "US dollars from 0 to 1000000000");
    }

    /** Milliseconds up to 100 years, with the decimals of {@link #usd}. */
    static @Nullable BigDecimal milliseconds(String field, @Nullable BigDecimal milliseconds) {
        return milliseconds == null
                ? null
                : amount(field, milliseconds, MOST_MILLISECONDS, "milliseconds from 0 to 3.2e12");
    }

    /**
     * A number of any size with at most 100 digits: one that is read near the limit of the parser may be written with
     * a few characters more, and could then not be read again.
     */
    static void digits(String field, BigDecimal number) {
        if (number.precision() > MOST_DIGITS) {
            throw new IllegalArgumentException(
                    field + " must be of numbers with at most " + MOST_DIGITS + " digits, got " + number.round(SHOWN));
        }
    }

    /** More than nine digits before the point: to compare numbers of another scale takes longer than to count. */
    private static boolean isLong(BigDecimal amount) {
        return (long) amount.precision() - amount.scale() > 9;
    }

    private static BigDecimal amount(String field, BigDecimal amount, BigDecimal most, String range) {
        if (amount.signum() < 0 || (isLong(amount) && amount.compareTo(most) > 0)) {
            throw new IllegalArgumentException(field + " must be " + range + ", got " + amount);
        }
        if (amount.scale() > MOST_DECIMALS) {
            throw new IllegalArgumentException(
                    field + " must have at most " + MOST_DECIMALS + " decimals, got " + amount.round(SHOWN));
        }
        return amount.scale() < 0 ? amount.setScale(0) : amount;
    }
}
