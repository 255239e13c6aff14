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

    /** Whether another state of this cell says the same, exemplars aside. */
    default boolean sameAs(Cell other) {
        return switch (this) {
            case Sum sum -> other instanceof Sum that && sum.value().compareTo(that.value()) == 0;
            case Newest newest -> other instanceof Newest that && newest.atNanos() == that.atNanos()
                    && newest.valueNanos() == that.valueNanos();
            case Distribution distribution -> other instanceof Distribution that
                    && distribution.count() == that.count() && distribution.sum().sameAs(that.sum());
        };
    }

    /** An empty cell for such a metric. */
    static Cell empty(Metric metric, BucketLayout layout, long createdMillis) {
        return switch (metric.kind()) {
            case COUNTER, LEVEL -> new Sum(createdMillis);
            case NEWEST, NEWEST_SUMMED, RECENT -> new Newest(createdMillis);
            case HISTOGRAM -> new Distribution(layout.of(metric), createdMillis);
        };
    }
}
