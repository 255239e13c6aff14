package io.throughline.aggregate;

/** Is told of each single observation while a record is counted; serves to explain numbers. */
@FunctionalInterface
public interface Observed {

    /**
     * One observation, just added.
     *
     * @param series where it went, so after values beyond the label limit have been folded
     * @param part for gauges that are put together from parts, the part; else empty
     * @param nanos the amount in nano-units
     * @param atNanos the event time in nanoseconds since 1970
     */
    void observed(Series series, String part, long nanos, long atNanos);
}
