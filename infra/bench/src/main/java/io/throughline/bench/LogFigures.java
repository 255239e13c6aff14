package io.throughline.bench;

import java.util.Arrays;

/**
 * What a store was measured to do; NaN where it does not apply.
 *
 * @param name who
 * @param linesPerSecond stored, by the clock
 * @param linesPerCpuSecond stored, by CPU time
 * @param bytesPerLine on disk
 * @param toRaw the same to the bytes of the lines
 * @param traceMedianMillis a trace by its id
 * @param traceTailMillis the slowest hundredth
 * @param coldTailMillis the same, right after opening
 * @param textMedianMillis the newest hundred lines with two words
 * @param heapMegabytes the most that was used after a collection, or now
 */
record LogFigures(String name, double linesPerSecond, double linesPerCpuSecond, double bytesPerLine, double toRaw,
        double traceMedianMillis, double traceTailMillis, double coldTailMillis, double textMedianMillis,
        double heapMegabytes) {

    /** The value below which a share of these lies. */
    static double quantile(double[] values, double share) {
        if (values.length == 0) {
            return Double.NaN;
        }
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[(int) Math.min(sorted.length - 1L, Math.round(share * (sorted.length - 1)))];
    }
}
