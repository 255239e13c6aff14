package io.throughline.bench;

/**
 * What one aggregator measured of itself.
 *
 * @param startSeconds from the start of its JVM to the first whole page
 * @param pageBytes size of the page
 * @param firstSeconds the first scrape
 * @param plainSeconds a scrape afterwards, median
 * @param zippedSeconds the same with gzip, median
 * @param zippedBytes size of the page with gzip
 * @param heapMebibytes heap in use after a collection
 */
record ScrapeSample(double startSeconds, long pageBytes, double firstSeconds, double plainSeconds, double zippedSeconds,
        long zippedBytes, long heapMebibytes) {}
