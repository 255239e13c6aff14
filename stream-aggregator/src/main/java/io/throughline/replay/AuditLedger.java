package io.throughline.replay;

import io.throughline.aggregate.BucketLayout;
import io.throughline.aggregate.Cell;
import io.throughline.aggregate.CellKey;
import io.throughline.aggregate.CellSink;
import io.throughline.aggregate.Distribution;
import io.throughline.aggregate.Metric;
import io.throughline.aggregate.Newest;
import io.throughline.aggregate.Series;
import io.throughline.aggregate.Sum;
import io.throughline.aggregate.Users;
import io.throughline.aggregate.WindowKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The windows that an audit counted beside those that live committed.
 *
 * <p>Both are compared once a window is closed, and again whenever either changes. Live may have committed more than the
 * audit has read, so a difference is only doubt at first; it is told when both sides have stood still for {@link #ROUNDS}
 * rounds and differ: had live merely been ahead, the audit, which reads what live has committed before each round, would have
 * followed. Not thread-safe.
 */
final class AuditLedger {

    /** For how many rounds a difference must stand before it is told. */
    static final int ROUNDS = 3;

    private static final long MINUTE_MILLIS = WindowKey.LENGTH.toMillis();
    private static final String NOTHING = "nothing";
    private final BucketLayout layout;
    private final long delayMillis;
    private final long keptMillis;
    private final long firstStartMillis;
    private final AuditReach reach;
    private final NavigableMap<Long, Map<Integer, Minute>> minutes = new TreeMap<>();
    private final Map<Integer, Long> lifeCyclesFrom = new HashMap<>();
    private long forgottenBefore = Long.MIN_VALUE;
    private long mismatches;
    private long windows;
    private long unjudged;
    private OptionalLong auditedUpTo = OptionalLong.empty();

    /**
     * A window of a series on which the two do not agree.
     *
     * @param inputPartition whose partial value it is
     * @param start of the window
     * @param part for gauges that are put together from parts, the part; else empty
     * @param counted what the audit has
     * @param committed what live has
     */
    record Mismatch(int inputPartition, Instant start, Series series, String part, String counted, String committed) {}

    private record Place(CellKey cell, long generation) {}

    private record Doubt(String counted, String committed, int rounds) {}

    private static final class Minute {
        final Map<Place, Cell> counted = new HashMap<>();
        final Map<Place, Cell> committed = new HashMap<>();
        final Map<CellKey, Doubt> doubts = new HashMap<>();
        final Set<CellKey> told = new HashSet<>();
        final Set<CellKey> unjudged = new HashSet<>();
        int unjudgedTold;
        boolean open = true;
        boolean audited;
    }

    /**
     * A ledger without windows.
     *
     * @param delayMillis how long after its end, in stream time, a window is closed
     * @param keptMillis how long after its end, in stream time, a window can change
     * @param firstStartMillis start of the first window that is audited
     * @param reach leaves out what depends on events from before
     */
    AuditLedger(BucketLayout layout, long delayMillis, long keptMillis, long firstStartMillis,
            AuditReach reach) {
        this.layout = layout;
        this.delayMillis = delayMillis;
        this.keptMillis = keptMillis;
        this.firstStartMillis = firstStartMillis;
        this.reach = reach;
    }

    /** Takes what the audit counts of an input partition; the cells are looked at later, as they are then. */
    CellSink counted(int inputPartition) {
        return new CellSink() {
            @Override
            public void cell(CellKey key, @Nullable Cell cumulative) {
                // the windows are what is compared
            }

            @Override
            public void window(CellKey key, long generation, long startMillis, Cell value) {
                put(key, inputPartition, startMillis, minute -> minute.counted.put(new Place(key, generation), value));
            }
        };
    }

    /** Takes what live committed; null for a window that is no longer kept. */
    void committed(WindowKey key, @Nullable Cell value) {
        var place = new Place(key.cell(), key.generation());
        if (value != null) {
            put(key.cell(), key.inputPartition(), key.startMillis(), minute -> minute.committed.put(place, value));
        }
    }

    private void put(CellKey key, int inputPartition, long startMillis, Consumer<Minute> change) {
        if (startMillis >= firstStartMillis && startMillis >= forgottenBefore) {
            Minute minute = minutes.computeIfAbsent(startMillis, start -> new HashMap<>())
                    .computeIfAbsent(inputPartition, partition -> new Minute());
            if (reach.judges(key.series().metric())) {
                change.accept(minute);
            } else {
                minute.unjudged.add(key);
            }
            minute.open = true;
        }
    }

    /** Life cycles of an input partition cannot be judged in windows that begin before a time. */
    void lifeCyclesFrom(int inputPartition, long millis) {
        lifeCyclesFrom.put(inputPartition, millis);
    }

    /** One round: compares what is closed and not settled, and returns what is certain to differ. */
    List<Mismatch> compare(long streamTimeMillis) {
        List<Mismatch> found = new ArrayList<>();
        long closedBefore = streamTimeMillis - delayMillis - MINUTE_MILLIS + 1;
        long upTo = Long.MIN_VALUE;
        boolean unsettled = false;
        for (var entry : minutes.headMap(closedBefore).entrySet()) {
            long start = entry.getKey();
            entry.getValue().forEach((partition, minute) -> {
                if (minute.open) {
                    compare(partition, start, minute, found);
                }
            });
            unsettled |= entry.getValue().values().stream().anyMatch(minute -> minute.open);
            if (!unsettled) {
                upTo = start + MINUTE_MILLIS;
            }
        }
        if (upTo > auditedUpTo.orElse(Long.MIN_VALUE)) {
            auditedUpTo = OptionalLong.of(upTo);
        }
        mismatches += found.size();
        forget(streamTimeMillis - keptMillis - MINUTE_MILLIS);
        return found;
    }

    /** How many windows of series were found to differ. */
    long mismatches() {
        return mismatches;
    }

    /** How many minutes of input partitions were compared. */
    long windows() {
        return windows;
    }

    /** How many windows of series could not be judged, because the audit began too late for them. */
    long unjudged() {
        return unjudged;
    }

    /** The end of the newest window up to which everything was compared, in milliseconds since 1970. */
    OptionalLong auditedUpToMillis() {
        return auditedUpTo;
    }

    private void compare(int partition, long start, Minute minute, List<Mismatch> found) {
        Map<CellKey, String> counted = texts(minute.counted);
        Map<CellKey, String> committed = texts(minute.committed);
        Set<CellKey> keys = new HashSet<>(counted.keySet());
        keys.addAll(committed.keySet());
        Set<Metric> folded = folded(keys);
        boolean lifeCycles = start >= lifeCyclesFrom.getOrDefault(partition, Long.MIN_VALUE);
        keys.stream().filter(key -> folded.contains(key.series().metric())
                || (!lifeCycles && AuditReach.isOfLifeCycles(key.series().metric()))).forEach(minute.unjudged::add);
        keys.removeIf(key -> minute.unjudged.contains(key)
                || Objects.equals(counted.get(key), committed.get(key)));
        minute.doubts.keySet().retainAll(keys);
        boolean certain = true;
        for (CellKey key : keys) {
            String ours = counted.getOrDefault(key, NOTHING);
            String theirs = committed.getOrDefault(key, NOTHING);
            Doubt before = minute.doubts.get(key);
            int rounds = before != null && before.counted().equals(ours) && before.committed().equals(theirs)
                    ? before.rounds() + 1
                    : 1;
            minute.doubts.put(key, new Doubt(ours, theirs, rounds));
            certain &= rounds >= ROUNDS;
            if (rounds >= ROUNDS && minute.told.add(key)) {
                found.add(new Mismatch(partition, Instant.ofEpochMilli(start), key.series(), key.part(), ours, theirs));
            }
        }
        if (certain) {
            minute.open = false;
            windows += minute.audited ? 0 : 1;
            unjudged += minute.unjudged.size() - minute.unjudgedTold;
            minute.unjudgedTold = minute.unjudged.size();
            minute.audited = true;
        }
    }

    /** In a minute in which a metric has folded values, it cannot be judged by one that began late. */
    private Set<Metric> folded(Set<CellKey> keys) {
        Set<Metric> folded = EnumSet.noneOf(Metric.class);
        keys.stream().filter(key -> !reach.judgesFolded() && key.series().labelValues().contains("other"))
                .forEach(key -> folded.add(key.series().metric()));
        return folded;
    }

    /** The values of cells put together from their generations, so that equal ones have equal texts. */
    private Map<CellKey, String> texts(Map<Place, Cell> cells) {
        Map<CellKey, Cell> merged = new HashMap<>();
        cells.forEach((place, cell) -> {
            // The parts of users are mere portions.
            CellKey key = cell instanceof Users ? new CellKey(place.cell().series(), "") : place.cell();
            merged.computeIfAbsent(key, unseen -> Cell.emptyWindow(key.series().metric(), layout, 0)).mergeWith(cell);
        });
        Map<CellKey, String> texts = new HashMap<>();
        merged.forEach((key, cell) -> texts.put(key, text(cell)));
        return texts;
    }

    /** Everything that counts of a cell, for people. */
    private static String text(Cell cell) {
        return switch (cell) {
            case Sum sum -> sum.value().toPlainString();
            case Newest newest -> newest.valueNanos() + " at " + newest.atNanos();
            case Distribution distribution -> distribution.count() + " values, sum "
                    + distribution.sum().value().toPlainString() + ", buckets " + Arrays.toString(distribution.counts())
                    + ", zeros " + distribution.zeros() + ", " + distribution.exponential();
            case Users users -> {
                var hashes = new TreeSet<Long>();
                users.forEach((start, hash) -> hashes.add(hash));
                yield hashes.size() + " users, " + Integer.toHexString(hashes.hashCode());
            }
        };
    }

    private void forget(long beforeMillis) {
        if (beforeMillis > forgottenBefore) {
            var old = minutes.headMap(beforeMillis);
            old.values().forEach(byPartition -> byPartition.values().removeIf(minute -> !minute.open));
            old.values().removeIf(Map::isEmpty);
            forgottenBefore = beforeMillis;
        }
    }
}
