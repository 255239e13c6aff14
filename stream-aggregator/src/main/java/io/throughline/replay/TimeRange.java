package io.throughline.replay;

import io.throughline.aggregate.Nanos;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A stretch of event time.
 *
 * @param from inclusive; null for the beginning
 * @param to exclusive; null for the end
 */
public record TimeRange(@Nullable Instant from, @Nullable Instant to) {

    /** All of time. */
    public static final TimeRange ALL = new TimeRange(null, null);

    /** Refuses a range that ends before it begins, with {@link IllegalArgumentException}. */
    public TimeRange {
        if (from != null && to != null && !from.isBefore(to)) {
            throw new IllegalArgumentException("--from must be before --to, got " + from + " and " + to);
        }
    }

    /** Whether a time, in nanoseconds since 1970, lies in it. */
    public boolean contains(long nanos) {
        return (from == null || nanos >= Nanos.ofInstant(from)) && (to == null || nanos < Nanos.ofInstant(to));
    }
}
