package io.throughline.replay;

import io.throughline.aggregate.BucketLayout;
import io.throughline.aggregate.Cell;
import io.throughline.aggregate.Distribution;
import io.throughline.aggregate.Metric;
import io.throughline.aggregate.Newest;
import io.throughline.aggregate.Sum;
import io.throughline.aggregate.Users;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What any number of windows of one metric add up to. Not thread-safe. */
public final class Totals {

    private final Metric metric;
    private final BucketLayout layout;
    private final Map<String, Cell> parts = new HashMap<>();

    /** Nothing added yet. */
    public Totals(Metric metric, BucketLayout layout) {
        this.metric = metric;
        this.layout = layout;
    }

    /** Adds the cells of a window by their parts. */
    public void add(Map<String, Cell> window) {
        // Only gauges that are put together from parts keep the parts apart; of users, parts are mere portions.
        window.forEach((part, cell) -> parts
                .computeIfAbsent(metric.kind() == Metric.Kind.NEWEST_SUMMED ? part : "",
                        unseen -> empty(cell))
                .mergeWith(cell));
    }

    /** As fine as what is to be merged into it. */
    private Cell empty(Cell like) {
        return like instanceof Distribution distribution
                ? new Distribution(distribution.buckets(), distribution.schema(), like.createdMillis())
                : Cell.emptyWindow(metric, layout, like.createdMillis());
    }

    /** Whether anything was added. */
    public boolean any() {
        return !parts.isEmpty();
    }

    /** The exact sum of what a counter, level or histogram took; 0 for other kinds. */
    public BigDecimal sum() {
        return switch (parts.get("")) {
            case Sum sum -> sum.value();
            case Distribution distribution -> distribution.sum().value();
            case null, default -> BigDecimal.ZERO;
        };
    }

    /** How many values a histogram observed, or how many users were seen; 0 for other kinds. */
    public long count() {
        return switch (parts.get("")) {
            case Distribution distribution -> distribution.count();
            case Users users -> users.distinct();
            case null, default -> 0;
        };
    }

    /** What a gauge showed last; null when it was not set. */
    public @Nullable BigDecimal last() {
        if (parts.isEmpty()) {
            return null;
        }
        return switch (metric.kind()) {
            case NEWEST -> parts.values().stream().map(Newest.class::cast)
                    .map(newest -> BigDecimal.valueOf(newest.atNanos(), 9)).findFirst().orElse(null);
            case NEWEST_SUMMED -> parts.values().stream().map(Newest.class::cast)
                    .map(newest -> BigDecimal.valueOf(newest.valueNanos(), 9))
                    .reduce(BigDecimal.ZERO, BigDecimal::add);
            case COUNTER, LEVEL, RECENT, HISTOGRAM -> null;
        };
    }

    /** The histogram; null for other kinds and when nothing was added. */
    public @Nullable Distribution distribution() {
        return parts.get("") instanceof Distribution distribution ? distribution : null;
    }

    /**
     * The value of rank ⌈q·count⌉, as near as its exponential bucket tells: the value in the bucket that is off by the
     * same share of both its ends, 0.55 % at most.
     *
     * @param q from 0 to 1
     */
    public double quantile(double q) {
        Distribution distribution = distribution();
        if (distribution == null || distribution.count() == 0) {
            throw new IllegalStateException("no values, no quantile");
        }
        long count = distribution.count();
        // A product such as 0.07 * 100 is a little above 7 and must not ask for the eighth value.
        long rank = Math.max(1, (long) Math.ceil(q * count - 1e-9 * count));
        long seen = distribution.zeros();
        if (rank <= seen) {
            return 0;
        }
        double bucketsPerOctave = 1 << distribution.schema();
        for (Map.Entry<Integer, Long> bucket : distribution.exponential().entrySet()) {
            seen += bucket.getValue();
            if (rank <= seen) {
                double upper = Math.pow(2, bucket.getKey() / bucketsPerOctave);
                return 2 * upper / (Math.pow(2, 1 / bucketsPerOctave) + 1);
            }
        }
        throw new IllegalStateException("counted " + count + ", found " + seen);
    }
}
