package io.throughline.bench;

/**
 * What finding took, in milliseconds.
 *
 * @param coldMedian traces by their ids, the first that this process and, where that can be arranged, the page cache saw
 * @param coldTail the slowest hundredth of them
 * @param warmMedian traces by their ids, when all have been asked for before
 * @param warmTail the slowest hundredth of them
 * @param textMedian the newest hundred lines with some words
 * @param heapMegabytes in use at the end
 */
record LogFinding(double coldMedian, double coldTail, double warmMedian, double warmTail, double textMedian,
        double heapMegabytes) {}
