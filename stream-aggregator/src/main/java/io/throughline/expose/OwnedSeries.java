package io.throughline.expose;

import io.throughline.aggregate.Cell;
import io.throughline.aggregate.CellCodec.PartialKey;
import io.throughline.aggregate.Distribution;
import io.throughline.aggregate.Metric;
import io.throughline.aggregate.Nanos;
import io.throughline.aggregate.Newest;
import io.throughline.aggregate.Series;
import io.throughline.aggregate.Sum;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One series that this instance shows: the committed partial values of all input partitions, and until when it is held
 * at zero. Not thread-safe.
 */
final class OwnedSeries {

    /** How far back {@code active_users} looks. */
    static final Duration RECENT = Duration.ofMinutes(5);

    private static final long NANOS_A_MILLI = 1_000_000;

    private final Series series;
    private final Map<Partial, Cell> partials = new HashMap<>();
    private final long firstShownMillis;
    private long heldUntilMillis;
    private long newestAtNanos = Long.MIN_VALUE;
    private long newestAppendedMillis;

    private record Partial(String part, int inputPartition) {}

    /** A series that nobody has shown before, as far as this instance knows. */
    OwnedSeries(Series series, long nowMillis, Duration bornAtZero) {
        this.series = series;
        this.firstShownMillis = nowMillis;
        this.heldUntilMillis = nowMillis + bornAtZero.toMillis();
    }

    Series series() {
        return series;
    }

    void put(PartialKey key, @Nullable Cell cell, long appendedMillis) {
        var partial = new Partial(key.cell().part(), key.inputPartition());
        if (cell == null) {
            partials.remove(partial);
            return;
        }
        partials.put(partial, cell);
        if (cell instanceof Newest newest && newest.atNanos() > newestAtNanos) {
            newestAtNanos = newest.atNanos();
            newestAppendedMillis = appendedMillis;
        }
    }

    /** A series that existed before this instance read it was shown at zero by whoever owned it then. */
    void heldSince(long createdMillis, Duration bornAtZero) {
        heldUntilMillis = Math.min(heldUntilMillis, createdMillis + bornAtZero.toMillis());
    }

    boolean isHeldAtZero(long nowMillis) {
        return nowMillis < heldUntilMillis;
    }

    /** When it came to be; the same before and after a restart. */
    long createdMillis() {
        return partials.values().stream().mapToLong(Cell::createdMillis).min().orElse(firstShownMillis);
    }

    /** The value of a counter or gauge now. */
    double value(long nowMillis) {
        return switch (series.metric().kind()) {
            case COUNTER -> isHeldAtZero(nowMillis) ? 0 : sum();
            case LEVEL -> sum();
            case NEWEST -> Nanos.toDouble(merged().valueNanos());
            case NEWEST_SUMMED -> summedParts();
            case RECENT -> recentParts(nowMillis);
            case HISTOGRAM -> throw new IllegalStateException(series + " is a histogram");
        };
    }

    /** The distribution of a histogram now. */
    Distribution distribution(long nowMillis) {
        Metric metric = series.metric();
        var whole = new Distribution(metric.buckets(), createdMillis());
        if (!isHeldAtZero(nowMillis)) {
            partials.values().forEach(cell -> whole.merge((Distribution) cell));
        }
        return whole;
    }

    private double sum() {
        var whole = new Sum(Long.MAX_VALUE);
        partials.values().forEach(cell -> whole.merge((Sum) cell));
        return whole.value().doubleValue();
    }

    private Newest merged() {
        var whole = new Newest(Long.MAX_VALUE);
        partials.values().forEach(cell -> whole.merge((Newest) cell));
        return whole;
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
        long elapsedNanos = Math.max(0, nowMillis - newestAppendedMillis) * NANOS_A_MILLI;
        long horizon = newestAtNanos + elapsedNanos - RECENT.toNanos();
        return newestOfEachPart().values().stream().filter(newest -> newest.atNanos() > horizon).count();
    }

    private Map<String, Newest> newestOfEachPart() {
        Map<String, Newest> parts = new HashMap<>();
        partials.forEach((partial, cell) -> parts
                .computeIfAbsent(partial.part(), part -> new Newest(Long.MAX_VALUE)).merge((Newest) cell));
        return parts;
    }
}
