package io.throughline.logs;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * A stretch of time cut into equal slices that begin at round times.
 *
 * @param from where the first slice begins
 * @param width how long each is
 * @param count how many there are, at least one
 */
record TimeSlices(Instant from, Duration width, int count) {

    static final int MOST = 1_000;

    private static final List<Duration> ROUND = List.of(Duration.ofMillis(1), Duration.ofMillis(10),
            Duration.ofMillis(100), Duration.ofSeconds(1), Duration.ofSeconds(2), Duration.ofSeconds(5),
            Duration.ofSeconds(10), Duration.ofSeconds(15), Duration.ofSeconds(30), Duration.ofMinutes(1),
            Duration.ofMinutes(2), Duration.ofMinutes(5), Duration.ofMinutes(10), Duration.ofMinutes(15),
            Duration.ofMinutes(30), Duration.ofHours(1), Duration.ofHours(2), Duration.ofHours(6),
            Duration.ofHours(12), Duration.ofDays(1), Duration.ofDays(7));

    TimeSlices {
        if (count < 1 || count > MOST || width.compareTo(Duration.ofMillis(1)) < 0) {
            throw new IllegalArgumentException("1 to " + MOST + " slices of at least a millisecond, got " + count
                    + " of " + width);
        }
    }

    /** At most {@code most} slices, at least two, of the smallest round width that cover {@code from} to {@code to}. */
    static TimeSlices covering(Instant from, Instant to, int most) {
        Duration width = ROUND.stream().filter(round -> fits(from, to, round, most)).findFirst()
                .orElseGet(() -> Duration.ofDays(7).multipliedBy(
                        1 + Duration.between(from, to).toDays() / (7L * Math.max(1, most - 1))));
        Instant begin = begin(from, width);
        return new TimeSlices(begin, width, count(begin, to, width));
    }

    /** The slice in which a time lies; negative or beyond {@link #count} when it lies outside. */
    long indexOf(long epochNanos) {
        long begin = EpochNanos.of(from);
        if (begin == Long.MIN_VALUE) {
            return Duration.between(from, Instant.ofEpochSecond(0, epochNanos)).dividedBy(width);
        }
        // Unsigned: from the earliest to the latest time there are more nanoseconds than a long counts.
        return epochNanos < begin ? -1 : Long.divideUnsigned(epochNanos - begin, width.toNanos());
    }

    /** Where the last slice ends. */
    Instant to() {
        return from.plus(width.multipliedBy(count));
    }

    private static boolean fits(Instant from, Instant to, Duration width, int most) {
        return Duration.between(from, to).dividedBy(width) <= most && count(begin(from, width), to, width) <= most;
    }

    private static int count(Instant begin, Instant to, Duration width) {
        return (int) Math.min(MOST, 1 + Math.max(0, Duration.between(begin, to).minusNanos(1).dividedBy(width)));
    }

    private static Instant begin(Instant from, Duration width) {
        long millis = width.toMillis();
        return Instant.ofEpochMilli(Math.floorDiv(from.toEpochMilli(), millis) * millis);
    }
}
