package io.throughline.bench;

import java.util.Arrays;

/**
 * What a store was measured to do; NaN where it does not apply.
 *
 * @param name who
 * @param linesPerSecond stored, by the clock
 * @param linesPerCpuSecond stored, by CPU time
 * @param settledLinesPerCpuSecond the same of the second half of the lines
 * @param bytesPerLine on disk
 * @param toRaw the same to the bytes of the lines
 * @param traceMedianMillis a trace by its id
 * @param traceTailMillis the slowest hundredth
 * @param coldMedianMillis a trace by its id, of the first hundred in a new process
 * @param coldTailMillis the slowest hundredth of those
 * @param textMedianMillis the newest hundred lines with two words
 * @param heapMegabytes the most that was used after a collection, or now
 */
record LogFigures(String name, double linesPerSecond, double linesPerCpuSecond,
        double settledLinesPerCpuSecond, double bytesPerLine, double toRaw, double traceMedianMillis,
        double traceTailMillis, double coldMedianMillis, double coldTailMillis, double textMedianMillis,
        double heapMegabytes) {

    static LogFigures of(String name, LogSample sample, LogStoring stored, LogFinding found) {
        return new LogFigures(name, stored.linesPerSecond(), stored.linesPerCpuSecond(),
                stored.settledLinesPerCpuSecond(), (double) stored.bytes() / sample.lines(), (double) stored.bytes()
                        / sample.rawBytes(),
                found.warmMedian(), found.warmTail(), found.coldMedian(), found.coldTail(), found.textMedian(),
                Math.max(stored.heapMegabytes(), found.heapMegabytes()));
    }

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
