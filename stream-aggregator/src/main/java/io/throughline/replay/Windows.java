package io.throughline.replay;

import io.throughline.aggregate.BucketLayout;
import io.throughline.aggregate.Cell;
import io.throughline.aggregate.CellKey;
import io.throughline.aggregate.Series;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The one-minute windows of every series, put together from the partial values of all input partitions. Merging is
 * associative and commutative, so the order of what is added is no matter. Not thread-safe.
 */
public final class Windows {

    private final BucketLayout layout;
    private final Map<Series, NavigableMap<Long, Map<String, Cell>>> bySeries = new HashMap<>();

    /** No windows yet; histograms will have the buckets of {@code layout}. */
    public Windows(BucketLayout layout) {
        this.layout = layout;
    }

    /** Adds a partial value of the window that begins at {@code startMillis}; {@code value} is only looked at. */
    public void add(CellKey key, long startMillis, Cell value) {
        bySeries.computeIfAbsent(key.series(), series -> new TreeMap<>())
                .computeIfAbsent(startMillis, start -> new HashMap<>())
                .computeIfAbsent(key.part(), part -> Cell.emptyWindow(key.series().metric(), layout, startMillis))
                .mergeWith(value);
    }

    /** Every series that has a window, in the order of the catalogue and then of the label values. */
    public SortedSet<Series> series() {
        var series = new TreeSet<>(Comparator.comparing(Series::metric)
                .thenComparing(each -> String.join("\0", each.labelValues())));
        series.addAll(bySeries.keySet());
        return series;
    }

    /** The cells of a series' windows from one start until before another, by start and part. */
    public NavigableMap<Long, Map<String, Cell>> of(Series series, long fromMillis, long toMillis) {
        NavigableMap<Long, Map<String, Cell>> windows = bySeries.get(series);
        return windows == null ? Collections.emptyNavigableMap() : windows.subMap(fromMillis, true, toMillis, false);
    }

    /** The layout of every histogram. */
    public BucketLayout layout() {
        return layout;
    }
}
