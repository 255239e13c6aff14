package io.throughline.replay;

import io.throughline.aggregate.Series;

/**
 * What one record added to one series.
 *
 * @param record where it stands
 * @param traceId its trace; empty when it names none
 * @param atNanos the event time in nanoseconds since 1970
 * @param series where it went
 * @param part for gauges that are put together from parts, the part; else empty
 * @param nanos how much, in nano-units
 * @param late whether it came too late for its window, and so is in the cumulative value alone
 */
public record Contribution(Coordinates record, String traceId, long atNanos, Series series, String part, long nanos,
        boolean late) {}
