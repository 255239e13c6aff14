package io.throughline.bench;

/**
 * What storing took.
 *
 * @param linesPerSecond by the clock
 * @param linesPerCpuSecond by CPU time of the whole process, compiler and collector included
 * @param settledLinesPerCpuSecond the same of the second half of the lines, when most is compiled
 * @param bytes on disk
 * @param heapMegabytes the most that was in use after any batch of lines
 */
record LogStoring(double linesPerSecond, double linesPerCpuSecond, double settledLinesPerCpuSecond, long bytes,
        double heapMegabytes) {}
