package io.throughline.expose;

import io.throughline.aggregate.Cell;
import io.throughline.aggregate.CellCodec;
import io.throughline.aggregate.CellCodec.PartialKey;
import io.throughline.aggregate.CellKey;
import io.throughline.aggregate.Metric;
import io.throughline.aggregate.Series;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
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
    private final Duration bornAtZero;
    private final Clock clock;

    private long lastAppendedMillis;

    SeriesView(Duration bornAtZero, Clock clock) {
        this.bornAtZero = bornAtZero;
        this.clock = clock;
    }

    /** Begins to own a partition: series whose labels are all known beforehand are there at zero. */
    synchronized void own(int partition, int partitionCount) {
        Map<Series, OwnedSeries> owned = new HashMap<>();
        for (Metric metric : Metric.values()) {
            knownBeforehand(metric).forEach(series -> {
                byte[] key = CellCodec.encodeKey(new CellKey(series, ""), 0);
                if (CellCodec.partitionOf(key, partitionCount) == partition) {
                    owned.put(series, new OwnedSeries(series, clock.millis(), bornAtZero));
                }
            });
        }
        partitions.put(partition, owned);
    }

    /** Ceases to own a partition; its series are not shown from here on. */
    synchronized void disown(int partition) {
        partitions.remove(partition);
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
        OwnedSeries series = owned.get(key.cell().series());
        if (series == null) {
            if (cell == null) {
                return;
            }
            series = new OwnedSeries(key.cell().series(), clock.millis(), bornAtZero);
            owned.put(series.series(), series);
        }
        if (!live && cell != null) {
            series.heldSince(cell.createdMillis(), bornAtZero);
        }
        series.put(key, cell, appendedMillis);
    }

    /** Lets {@code reader} look at every series, while nothing changes. */
    synchronized void read(Consumer<Stream<OwnedSeries>> reader) {
        reader.accept(partitions.values().stream().flatMap(owned -> owned.values().stream()));
    }

    /** When the broker stored the newest cell that was read, in milliseconds since 1970; 0 when there is none. */
    synchronized long lastAppendedMillis() {
        return lastAppendedMillis;
    }

    private static List<Series> knownBeforehand(Metric metric) {
        if (!metric.labels().stream().allMatch(label -> label.isClosed())) {
            return List.of();
        }
        String[] anyValues = new String[metric.labels().size()];
        Arrays.fill(anyValues, "");
        return new Series(metric, List.of(anyValues)).family().toList();
    }
}
