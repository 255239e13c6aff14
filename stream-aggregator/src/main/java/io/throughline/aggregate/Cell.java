package io.throughline.aggregate;

/**
 * A partial value of a series, from the records of one input partition.
 *
 * <p>Merging is associative and commutative, so partial values of any number of partitions give one answer in any
 * order. Cells are mutable and not thread-safe; whoever shares one merges it into a cell of its own first.
 */
public sealed interface Cell permits Sum, Newest, Distribution {

    /** When the cell came to be, in milliseconds since 1970; of merged cells the earliest. */
    long createdMillis();

    /** An empty cell for such a metric. */
    static Cell empty(Metric metric, long createdMillis) {
        return switch (metric.kind()) {
            case COUNTER, LEVEL -> new Sum(createdMillis);
            case NEWEST, NEWEST_SUMMED, RECENT -> new Newest(createdMillis);
            case HISTOGRAM -> new Distribution(metric.buckets(), createdMillis);
        };
    }
}
