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
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * All series that this instance owns, by the partition of {@code throughline.series} they came from.
 *
 * <p>Shown whole or not at all, which is decided under the same lock as the look. Thread-safe: one lock, held for one
 * record or one scrape.
 */
final class SeriesView {

    private static final Series ACTIVE_JOBS = new Series(Metric.ACTIVE_JOBS, List.of());

    private final Map<Integer, Map<Series, OwnedSeries>> partitions = new HashMap<>();
    private final Set<Integer> catchingUp = new TreeSet<>();
    private final Visibility visibility;
    private final Clock clock;

    private boolean joined;
    private int partitionCount = 1;
    private long lastAppendedMillis;
    private long unreadable;

    SeriesView(Visibility visibility, Clock clock) {
        this.visibility = visibility;
        this.clock = clock;
    }

    /** Takes part in sharing out the topic, which has that many partitions: owning none of them is whole, too. */
    synchronized void join(int countOfPartitions) {
        partitionCount = countOfPartitions;
        joined = true;
    }

    /** Takes part no longer: nothing is owned, and nothing is shown until {@link #join}. */
    synchronized void leave() {
        joined = false;
        partitions.clear();
        catchingUp.clear();
    }

    /** A partition was assigned: nothing is whole until it has been read. */
    synchronized void expect(int partition) {
        catchingUp.add(partition);
    }

    /**
     * Begins to own a partition, which is catching up until {@link #caughtUp}: series whose labels are all known
     * beforehand are there at zero.
     */
    synchronized void own(int partition) {
        Map<Series, OwnedSeries> owned = new HashMap<>();
        knownBeforehand().filter(series -> partitionOf(series) == partition)
                .forEach(series -> owned.put(series, new OwnedSeries(series, visibility, clock.millis())));
        partitions.put(partition, owned);
        catchingUp.add(partition);
    }

    /** All has been applied that was there when the partition was assigned; what comes now is new. */
    synchronized void caughtUp(int partition) {
        catchingUp.remove(partition);
    }

    /** Ceases to own a partition; its series are not shown from here on. */
    synchronized void disown(int partition) {
        partitions.remove(partition);
        catchingUp.remove(partition);
    }

    /** Why a scrape would miss something now, in a sentence; null when it would not. */
    synchronized @Nullable String whyNotWhole() {
        if (!joined) {
            return "waiting for partitions";
        }
        return catchingUp.isEmpty() ? null : "reading what was committed before, in partitions " + catchingUp;
    }

    /** Whether no other instance shows anything. */
    synchronized boolean ownsAll() {
        return joined && partitions.size() == partitionCount;
    }

    /** Whether this instance is the one to show a series, and nobody shows it as the value {@code other}. */
    synchronized boolean owns(Series series) {
        Map<Series, OwnedSeries> owned = partitions.get(partitionOf(series));
        return owned != null && owned.containsKey(series);
    }

    /**
     * Takes a committed cell: a new value, or while the partition is catching up one that was there before.
     *
     * @param cell its cumulative value; null when it was dropped
     * @param appendedMillis when the broker stored it
     */
    synchronized void apply(int partition, PartialKey key, @Nullable Cell cell, long appendedMillis) {
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
        if (catchingUp.contains(partition)) {
            into.restore(key, cell, appendedMillis);
        } else {
            into.update(key, cell, appendedMillis, now);
        }
    }

    /**
     * Lets {@code reader} look at every series that is shown, while nothing changes.
     *
     * @return false, without a look, while not everything has been read that was committed before
     */
    synchronized boolean read(Consumer<Stream<OwnedSeries>> reader) {
        if (whyNotWhole() != null) {
            return false;
        }
        long now = clock.millis();
        reader.accept(partitions.values().stream().flatMap(owned -> owned.values().stream())
                .filter(series -> !series.isHidden(now)));
        return true;
    }

    /** How many jobs are active; empty when another instance shows it, or none does yet. */
    synchronized OptionalDouble activeJobs() {
        return whyNotWhole() != null
                ? OptionalDouble.empty()
                : partitions.values().stream().map(owned -> owned.get(ACTIVE_JOBS)).filter(Objects::nonNull)
                        .mapToDouble(series -> series.value(clock.millis())).findFirst();
    }

    /** One more record could not be read. */
    synchronized void countUnreadable() {
        unreadable++;
    }

    /** How many records could not be read. */
    synchronized long unreadable() {
        return unreadable;
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
