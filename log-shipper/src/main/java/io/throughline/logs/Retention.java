package io.throughline.logs;

import java.time.Duration;

/**
 * How long days are kept.
 *
 * @param age how long a day is kept after it has ended, or after its first record came if that was later
 * @param bytes how much all days together may take on disk before the oldest go; 0 sets no limit
 */
public record Retention(Duration age, long bytes) {

    /** Refuses what is negative, and an age of nothing, with {@link IllegalArgumentException}. */
    public Retention {
        if (age.isNegative() || age.isZero() || bytes < 0) {
            throw new IllegalArgumentException("retention must be longer than 0s and 0 bytes or more, got "
                    + age.toMillis() + "ms and " + bytes);
        }
    }

    /** Keeps everything. */
    public static Retention forever() {
        return new Retention(Duration.ofDays(100_000), 0);
    }
}
