package io.throughline.bench;

/**
 * What one run of one variant says of itself.
 *
 * @param alone one caller in bursts
 * @param crowd eight callers in bursts at the same time
 * @param perSecond records from the first call to the last acknowledgement, as fast as it goes; 0 where none go to a
 *     broker
 * @param processCpuNanos CPU time of the whole process for each of those
 * @param lost records that did not reach their end
 */
record ProducerSample(Calls alone, Calls crowd, double perSecond, double processCpuNanos, long lost) {

    /**
     * Calls of one kind.
     *
     * @param cpuNanos CPU time of the calling threads for each call, its record built before
     * @param wholeCpuNanos the same with the building of the record
     * @param bytes heap memory that the calling threads allocated for each call, its record built before
     * @param p50 time of a call in nanoseconds, its record built before, the median
     * @param p99 as above, the 99th percentile
     * @param p999 as above, the 99.9th percentile
     * @param max as above, the longest
     */
    record Calls(double cpuNanos, double wholeCpuNanos, double bytes, long p50, long p99, long p999, long max) {}
}
