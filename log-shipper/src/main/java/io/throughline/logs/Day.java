package io.throughline.logs;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.concurrent.TimeUnit;

/**
 * A day of event time in UTC, or the place for records of all days that have no index of their own.
 *
 * @param number days since 1970-01-01
 */
record Day(long number) implements Comparable<Day> {

    /** What is left over: more days than a store has indexes for. It comes before all others. */
    static final Day OTHER = new Day(Long.MIN_VALUE);

    private static final long NANOS = TimeUnit.DAYS.toNanos(1);
    private static final String OTHER_NAME = "other";

    static Day of(long epochNanos) {
        return new Day(Math.floorDiv(epochNanos, NANOS));
    }

    /** Reads what {@link #toString} wrote; refuses anything else with {@link IllegalArgumentException}. */
    static Day parse(String name) {
        try {
            return name.equals(OTHER_NAME) ? OTHER : new Day(LocalDate.parse(name).toEpochDay());
        } catch (DateTimeException e) {
            throw new IllegalArgumentException(name + " is no day such as 2026-01-28", e);
        }
    }

    /** When it is over; the earliest time of all for {@link #OTHER}. */
    Instant end() {
        return equals(OTHER)
                ? Instant.MIN
                : LocalDate.ofEpochDay(number + 1).atStartOfDay().toInstant(ZoneOffset.UTC);
    }

    @Override
    public int compareTo(Day that) {
        return Long.compare(number, that.number);
    }

    @Override
    public String toString() {
        return equals(OTHER) ? OTHER_NAME : LocalDate.ofEpochDay(number).toString();
    }
}
