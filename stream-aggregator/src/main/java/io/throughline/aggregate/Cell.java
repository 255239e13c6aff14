package io.throughline.aggregate;

/**
 * A partial value of a series, from the records of one input partition.
 *
 * <p>Merging is associative and commutative, so partial values of any number of partitions give one answer in any
 * order. Cells are mutable and not thread-safe; whoever shares one merges it into a cell of its own first.
 */
public sealed interface Cell permits Sum, Newest, Distribution, Users {

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
            case Users users -> other instanceof Users that && users.size() == that.size();
        };
    }

    /** An empty cumulative cell for such a metric. */
    static Cell empty(Metric metric, BucketLayout layout, long createdMillis) {
        return empty(metric, layout, Distribution.SCHEMA, createdMillis);
    }

    /** An empty cell for a window of such a metric. */
    static Cell emptyWindow(Metric metric, BucketLayout layout, long createdMillis) {
        return empty(metric, layout, Distribution.WINDOW_SCHEMA, createdMillis);
    }

    private static Cell empty(Metric metric, BucketLayout layout, int schema, long createdMillis) {
        return switch (metric.kind()) {
            case COUNTER, LEVEL -> new Sum(createdMillis);
            case NEWEST, NEWEST_SUMMED -> new Newest(createdMillis);
            case RECENT -> new Users(createdMillis);
            case HISTOGRAM -> new Distribution(layout.of(metric), schema, createdMillis);
        };
    }

    /** Makes it an empty cell again. */
    default void clear(long createdMillis) {
        switch (this) {
            case Sum sum -> sum.reset(createdMillis);
            case Newest newest -> newest.reset(createdMillis);
            case Distribution distribution -> distribution.reset(createdMillis);
            case Users users -> users.reset(createdMillis);
        }
    }

    /** Adds another cell of the same kind; a finer schema of exponential buckets is made coarser. */
    default void mergeWith(Cell other) {
        switch (this) {
            case Sum sum -> sum.merge((Sum) other);
            case Newest newest -> newest.merge((Newest) other);
            case Distribution distribution -> distribution.merge((Distribution) other);
            case Users users -> users.merge((Users) other);
        }
    }
}
