package io.throughline.expose;

import io.throughline.aggregate.Cell;
import io.throughline.aggregate.CellCodec;
import io.throughline.aggregate.CellCodec.PartialKey;
import io.throughline.aggregate.Distribution;
import io.throughline.aggregate.Nanos;
import io.throughline.aggregate.Newest;
import io.throughline.aggregate.Series;
import io.throughline.aggregate.Sum;
import io.throughline.aggregate.Users;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * One series that this instance owns: the committed partial values of all input partitions, and what of them is shown.
 *
 * <p>A counter or histogram that a scraper does not know yet, or no longer, is held for a while at what a scraper knows
 * (zero, or the value it had when it was hidden) before it moves on, so that no increase is missed. Not thread-safe.
 */
final class OwnedSeries {

    /** How far back {@code active_users} looks. */
    static final Duration RECENT = Duration.ofMinutes(5);

    private final Series series;
    private final Visibility visibility;
    private final Map<Partial, Cell> partials = new HashMap<>();
    /** Of histograms, by input partition, as they are stored: as objects they would take several times the memory. */
    private byte[] @Nullable [] histograms = {};
    /** All partial values together; null after a change. Never changed once it is here. */
    private @Nullable Cell whole;
    private final long firstShownMillis;
    private @Nullable Cell held;
    private long heldUntilMillis;
    private long changedMillis;
    private long newestSeenMillis = Long.MIN_VALUE;
    private long newestAppendedMillis;

    private record Partial(String part, int inputPartition) {}

    /** A series that nobody has shown before, as far as this instance knows. */
    OwnedSeries(Series series, Visibility visibility, long nowMillis) {
        this.series = series;
        this.visibility = visibility;
        this.firstShownMillis = nowMillis;
        this.heldUntilMillis = nowMillis + visibility.heldMillis();
        this.held = Cell.empty(series.metric(), visibility.layout(), nowMillis);
    }

    Series series() {
        return series;
    }

    /** Takes a cell that was committed before this instance read it, and so was shown by whoever owned it then. */
    void restore(PartialKey key, Cell cell, long appendedMillis) {
        heldUntilMillis = Math.min(heldUntilMillis, cell.createdMillis() + visibility.heldMillis());
        put(key, cell, appendedMillis);
    }

    /** Takes a cell that was just committed. */
    void update(PartialKey key, Cell cell, long appendedMillis, long nowMillis) {
        if (isHidden(nowMillis)) {
            held = merged();
            heldUntilMillis = nowMillis + visibility.heldMillis();
        }
        put(key, cell, appendedMillis);
    }

    /** Takes away what was dropped. */
    void drop(PartialKey key) {
        whole = null;
        if (key.inputPartition() < histograms.length) {
            histograms[key.inputPartition()] = null;
        }
        partials.remove(partial(key));
    }

    /** Whether nothing has changed for so long that it need not be shown. */
    boolean isHidden(long nowMillis) {
        return hasPartials() && visibility.isIdle(series, changedMillis, nowMillis);
    }

    /** When it came to be; the same before and after a restart. */
    long createdMillis() {
        return hasPartials() ? merged().createdMillis() : firstShownMillis;
    }

    /** The value of a counter or gauge now. */
    double value(long nowMillis) {
        return switch (series.metric().kind()) {
            case COUNTER -> ((Sum) shown(nowMillis)).value().doubleValue();
            case LEVEL -> ((Sum) merged()).value().doubleValue();
            case NEWEST -> Nanos.toDouble(((Newest) merged()).atNanos());
            case NEWEST_SUMMED -> summedParts();
            case RECENT -> recentParts(nowMillis);
            case HISTOGRAM -> throw new IllegalStateException(series + " is a histogram");
        };
    }

    /** The distribution of a histogram now. */
    Distribution distribution(long nowMillis) {
        return (Distribution) shown(nowMillis);
    }

    /** The newest event time from an input partition, in nanoseconds since 1970. */
    OptionalLong newestFrom(int inputPartition) {
        return partials.get(new Partial("", inputPartition)) instanceof Newest newest
                ? OptionalLong.of(newest.atNanos())
                : OptionalLong.empty();
    }

    private void put(PartialKey key, Cell cell, long appendedMillis) {
        if (changes(key, cell)) {
            changedMillis = Math.max(changedMillis, appendedMillis);
        }
        whole = null;
        if (cell instanceof Users users && users.newestMillis() > newestSeenMillis) {
            newestSeenMillis = users.newestMillis();
            newestAppendedMillis = appendedMillis;
        }
    }

    private boolean changes(PartialKey key, Cell cell) {
        if (cell instanceof Distribution) {
            int partition = key.inputPartition();
            if (partition >= histograms.length) {
                histograms = Arrays.copyOf(histograms, partition + 1);
            }
            byte @Nullable [] before = histograms[partition];
            byte[] now = CellCodec.encode(cell);
            histograms[partition] = now;
            return !Arrays.equals(before, now);
        }
        Cell before = partials.put(partial(key), cell);
        return before == null || !before.sameAs(cell);
    }

    private boolean hasPartials() {
        return !partials.isEmpty() || Arrays.stream(histograms).anyMatch(Objects::nonNull);
    }

    private static Partial partial(PartialKey key) {
        return new Partial(key.cell().part(), key.inputPartition());
    }

    private Cell shown(long nowMillis) {
        Cell heldBack = held;
        if (heldBack != null && nowMillis < heldUntilMillis) {
            return heldBack;
        }
        held = null;
        return merged();
    }

    private Cell merged() {
        Cell known = whole;
        if (known == null) {
            known = Cell.empty(series.metric(), visibility.layout(), hasPartials() ? Long.MAX_VALUE : firstShownMillis);
            partials.values().forEach(known::mergeWith);
            for (byte[] histogram : histograms) {
                if (histogram != null) {
                    known.mergeWith(CellCodec.decode(series.metric(), histogram, visibility.layout()));
                }
            }
            whole = known;
        }
        return known;
    }

    private double summedParts() {
        return newestOfEachPart().values().stream().map(newest -> BigDecimal.valueOf(newest.valueNanos(), 9))
                .reduce(BigDecimal.ZERO, BigDecimal::add).doubleValue();
    }

    /**
     * Now in event time is the newest event time, moved on by how long ago the aggregator committed it: live traffic
     * ages while nothing comes in, and a back-fill is counted by its own time.
     */
    private double recentParts(long nowMillis) {
        if (partials.isEmpty()) {
            return 0;
        }
        long elapsedMillis = Math.max(0, nowMillis - newestAppendedMillis);
        return Users.distinctSince(partials.values().stream().map(Users.class::cast).toList(),
                newestSeenMillis + elapsedMillis - RECENT.toMillis());
    }

    private Map<String, Newest> newestOfEachPart() {
        Map<String, Newest> parts = new HashMap<>();
        partials.forEach((partial, cell) -> parts
                .computeIfAbsent(partial.part(), part -> new Newest(Long.MAX_VALUE)).merge((Newest) cell));
        return parts;
    }
}
