package io.throughline.expose;

import io.throughline.aggregate.Cell;
import io.throughline.aggregate.CellCodec;
import io.throughline.aggregate.CellCodec.PartialKey;
import io.throughline.aggregate.CellKey;
import io.throughline.aggregate.Metric;
import io.throughline.aggregate.Series;
import java.time.Clock;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * All series that this instance owns, by the partition of {@code throughline.series} they came from. Thread-safe: one
 * lock, held for one record or one scrape.
 */
final class SeriesView {

    private final Map<Integer, Map<Series, OwnedSeries>> partitions = new HashMap<>();
    private final Visibility visibility;
    private final Clock clock;

    private int partitionCount = 1;
    private long lastAppendedMillis;

    SeriesView(Visibility visibility, Clock clock) {
        this.visibility = visibility;
        this.clock = clock;
    }

    /** Begins to own a partition: series whose labels are all known beforehand are there at zero. */
    synchronized void own(int partition, int countOfPartitions) {
        partitionCount = countOfPartitions;
        Map<Series, OwnedSeries> owned = new HashMap<>();
        knownBeforehand().filter(series -> partitionOf(series) == partition)
                .forEach(series -> owned.put(series, new OwnedSeries(series, visibility, clock.millis())));
        partitions.put(partition, owned);
    }

    /** Ceases to own a partition; its series are not shown from here on. */
    synchronized void disown(int partition) {
        partitions.remove(partition);
    }

    /** Whether this instance is the one to show a series. */
    synchronized boolean owns(Series series) {
        return partitions.containsKey(partitionOf(series));
    }

    /**
     * Takes a committed cell.
     *
     * @param cell its cumulative value; null when it was dropped
     * @param appendedMillis when the broker stored it
     * @param live whether it is new; false while what was there before is being read
     */
    synchronized void apply(int partition, PartialKey key, @Nullable Cell cell, long appendedMillis, boolean live) {
        Map<Series, OwnedSeries> owned = partitions.get(partition);
        if (owned == null) {
            return;
        }
        lastAppendedMillis = Math.max(lastAppendedMillis, appendedMillis);
        Series series = key.cell().series();
        if (cell == null) {
            OwnedSeries held = owned.get(series);
            if (held != null) {
                held.drop(key);
            }
            return;
        }
        long now = clock.millis();
        OwnedSeries into = owned.computeIfAbsent(series, unseen -> new OwnedSeries(unseen, visibility, now));
        if (live) {
            into.update(key, cell, appendedMillis, now);
        } else {
            into.restore(key, cell, appendedMillis);
        }
    }

    /** Lets {@code reader} look at every series that is shown, while nothing changes. */
    synchronized void read(Consumer<Stream<OwnedSeries>> reader) {
        long now = clock.millis();
        reader.accept(partitions.values().stream().flatMap(owned -> owned.values().stream())
                .filter(series -> !series.isHidden(now)));
    }

    /** When the broker stored the newest cell that was read, in milliseconds since 1970; 0 when there is none. */
    synchronized long lastAppendedMillis() {
        return lastAppendedMillis;
    }

    private int partitionOf(Series series) {
        return CellCodec.partitionOf(CellCodec.encodeKey(new CellKey(series, ""), 0), partitionCount);
    }

    private static Stream<Series> knownBeforehand() {
        return Stream.of(Metric.values())
                .map(metric -> new Series(metric, Collections.nCopies(metric.labels().size(), "")))
                .filter(Series::isKnownBeforehand).flatMap(Series::family);
    }
}
