package io.throughline.expose;

import io.throughline.aggregate.Cell;
import io.throughline.aggregate.Metric;
import io.throughline.aggregate.Newest;
import io.throughline.aggregate.Series;
import io.throughline.aggregate.WindowKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * The committed windows of all series, of every minute that is kept: those within the retention before the newest one.
 *
 * <p>Thread-safe: one lock, held for one record or one answer.
 */
final class WindowStore {

    private static final long MINUTE_MILLIS = Duration.ofMinutes(1).toMillis();

    private final int retentionMinutes;
    private final Map<Metric, Map<Series, WindowSeries>> series = new EnumMap<>(Metric.class);
    /** The newest event time of each input partition in nanoseconds since 1970, by topic. */
    private final Map<String, Map<Integer, Long>> watermarks = new HashMap<>();
    private int newestMinute = Integer.MIN_VALUE;
    private int keptFromMinute = Integer.MIN_VALUE;

    /**
     * One series of an answer.
     *
     * @param labels those that were asked for, by name
     * @param windows all of the range that are kept, in their order, those without a value too
     */
    record Answer<W>(Map<String, String> labels, List<W> windows) {}

    /** A store without windows, that keeps them for so long. */
    WindowStore(Duration retention) {
        this.retentionMinutes = (int) Math.max(1, retention.toMinutes());
    }

    /**
     * Takes a committed cell of one minute.
     *
     * @param cell its cumulative value; null when it was dropped
     */
    synchronized void apply(WindowKey key, @Nullable Cell cell) {
        int minute = minute(key.startMillis());
        Series of = key.cell().series();
        if (cell != null && minute > newestMinute) {
            newestMinute = minute;
            forgetBefore(minute - retentionMinutes);
        }
        if (of.metric() == Metric.THROUGHLINE_WATERMARK_TIMESTAMP_SECONDS && cell instanceof Newest newest) {
            watermarks.computeIfAbsent(of.labelValues().getFirst(), topic -> new HashMap<>())
                    .merge(key.inputPartition(), newest.atNanos(), Math::max);
        }
        if (minute >= keptFromMinute) {
            var place = new WindowSeries.Place(hash(key.cell().part()), key.inputPartition(), key.generation());
            series.computeIfAbsent(of.metric(), unseen -> new HashMap<>())
                    .computeIfAbsent(of, unseen -> new WindowSeries())
                    .put(minute, place, cell == null ? null : WindowTotals.pack(cell));
        }
    }

    /** Forgets everything, to be read anew. */
    synchronized void clear() {
        series.clear();
        watermarks.clear();
        newestMinute = Integer.MIN_VALUE;
        keptFromMinute = Integer.MIN_VALUE;
    }

    /**
     * What {@code see} makes of each window that was asked for, while nothing changes. A window of which not every
     * minute is kept is left out.
     */
    synchronized <W> List<Answer<W>> read(WindowQuery query, BiFunction<Instant, WindowTotals, W> see) {
        int step = (int) query.step().toMinutes();
        int to = minute(query.to().toEpochMilli());
        int from = firstKept(minute(query.from().toEpochMilli()), step);
        Map<String, List<Map.Entry<Series, WindowSeries>>> groups = new TreeMap<>();
        for (var entry : series.getOrDefault(query.metric(), Map.of()).entrySet()) {
            if (query.matches(entry.getKey()) && entry.getValue().hasAny(from, to)) {
                groups.computeIfAbsent(String.join("\0", query.group(entry.getKey()).values()),
                        unseen -> new ArrayList<>()).add(entry);
            }
        }
        List<Answer<W>> answers = new ArrayList<>();
        for (var group : groups.values()) {
            List<W> windows = new ArrayList<>();
            for (int minute = from; minute < to; minute += step) {
                var totals = new WindowTotals(query.metric().kind());
                for (var one : group) {
                    one.getValue().read(minute, minute + step, totals::add);
                }
                windows.add(see.apply(start(minute), totals));
            }
            answers.add(new Answer<>(query.group(group.getFirst().getKey()), windows));
        }
        return answers;
    }

    /** The start of the oldest minute that is kept, or would be. */
    synchronized Instant keptFrom() {
        return keptFromMinute == Integer.MIN_VALUE ? Instant.EPOCH : start(keptFromMinute);
    }

    /** The newest event time from a partition of a topic, in nanoseconds since 1970. */
    synchronized OptionalLong newestFrom(String topic, int inputPartition) {
        Long newest = watermarks.getOrDefault(topic, Map.of()).get(inputPartition);
        return newest == null ? OptionalLong.empty() : OptionalLong.of(newest);
    }

    /** The newest event time from an input partition of any topic: they are read as one. */
    synchronized OptionalLong newestFrom(int inputPartition) {
        return watermarks.values().stream().filter(partitions -> partitions.containsKey(inputPartition))
                .mapToLong(partitions -> partitions.getOrDefault(inputPartition, Long.MIN_VALUE)).max();
    }

    /** The newest event time of all, in nanoseconds since 1970. */
    synchronized OptionalLong newest() {
        return watermarks.values().stream().flatMap(partitions -> partitions.values().stream())
                .mapToLong(Long::longValue).max();
    }

    /** How many series and minutes there are, for people. */
    synchronized String size() {
        long minutes = series.values().stream().flatMap(each -> each.values().stream()).mapToLong(WindowSeries::size)
                .sum();
        return minutes + " minutes of " + series.values().stream().mapToLong(Map::size).sum() + " series";
    }

    private int firstKept(int from, int step) {
        int first = from;
        if (first < keptFromMinute) {
            first += Math.ceilDiv(keptFromMinute - first, step) * step;
        }
        return first;
    }

    private void forgetBefore(int minute) {
        if (minute <= keptFromMinute) {
            return;
        }
        keptFromMinute = minute;
        series.values().forEach(each -> each.values().removeIf(windows -> windows.dropBefore(minute)));
    }

    private static int minute(long millis) {
        return Math.toIntExact(Math.floorDiv(millis, MINUTE_MILLIS));
    }

    private static Instant start(int minute) {
        return Instant.ofEpochMilli(minute * MINUTE_MILLIS);
    }

    /** FNV-1a with 64 bits: a day has millions of parts, so that two of one hash are not to be expected. */
    private static long hash(String part) {
        if (part.isEmpty()) {
            return 0;
        }
        long hash = 0xcbf29ce484222325L;
        for (int i = 0; i < part.length(); i++) {
            hash = (hash ^ part.charAt(i)) * 0x100000001b3L;
        }
        return hash;
    }
}
