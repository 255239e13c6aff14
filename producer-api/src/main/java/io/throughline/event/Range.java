package io.throughline.event;

import java.math.BigDecimal;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The ranges that fields of events keep to; each refusal names the field as it stands on the wire, and the value. */
final class Range {

    private Range() {}

    static void notEmpty(String field, String text) {
        if (Objects.requireNonNull(text, field).isBlank()) {
            throw new IllegalArgumentException(field + " must not be empty");
        }
    }

    /** Seconds up to 100 years: more is a unit mixed up, and would not fit the sums. */
    static void seconds(String field, @Nullable Double seconds) {
        if (seconds != null && !(seconds >= 0 && seconds <= 3.2e9)) {
            throw new IllegalArgumentException(field + " must be seconds from 0 to 3.2e9, got " + seconds);
        }
    }

    /** A count up to a billion. */
    static void count(String field, @Nullable Long count) {
        if (count != null && (count < 0 || count > 1_000_000_000L)) {
            throw new IllegalArgumentException(field + " must be a whole number from 0 to 1000000000, got " + count);
        }
    }

    /** US dollars up to a billion. */
    static void usd(String field, @Nullable BigDecimal usd) {
        if (usd != null && (usd.signum() < 0 || usd.compareTo(BigDecimal.valueOf(1_000_000_000L)) > 0)) {
            throw new IllegalArgumentException(field + " must be US dollars from 0 to 1000000000, got " + usd);
        }
    }
}
