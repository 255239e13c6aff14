package io.throughline.replay;

import io.throughline.aggregate.Label;
import io.throughline.aggregate.Metric;
import io.throughline.aggregate.Series;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Which numbers are wanted; what {@code /api/v1/windows} answers to the same question is the same, bucket by bucket.
 *
 * @param from start of the first window, a multiple of {@code step} since 1970
 * @param to end of the last window, a multiple of {@code step} since 1970
 * @param step length of a window, a whole number of minutes
 * @param by the labels that tell one series of the answer from another; null for all of them
 */
public record MetricQuery(Instant from, Instant to, Duration step, @Nullable List<String> by) {

    /** The quantiles that are told of a histogram. */
    public static final List<Double> QUANTILES = List.of(0.5, 0.95, 0.99);

    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final long FEW_WINDOWS = 60;
    private static final long MOST_WINDOWS = 100_000;
    private static final int[] STEPS = {1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440};
    private static final MathContext DIGITS = new MathContext(9, RoundingMode.HALF_EVEN);
    private static final MathContext QUANTILE_DIGITS = new MathContext(6, RoundingMode.HALF_EVEN);

    /**
     * A window of a series. What the metric's kind does not have is null.
     *
     * @param sum of a counter, level or histogram
     * @param count of a histogram's values, or of users
     * @param rate a second: of a counter's or level's sum, or of a histogram's count
     * @param mean of a histogram
     * @param quantiles of a histogram, by {@link #QUANTILES}
     * @param last of a gauge
     */
    public record Window(Instant start, Instant end, @Nullable BigDecimal sum, @Nullable Long count,
            @Nullable BigDecimal rate, @Nullable BigDecimal mean, Map<Double, BigDecimal> quantiles,
            @Nullable BigDecimal last) {

        /** The number that a line through the windows shows. */
        public double shown() {
            BigDecimal value = last != null ? last : count != null ? BigDecimal.valueOf(count) : sum;
            return value == null ? Double.NaN : value.doubleValue();
        }
    }

    /**
     * A series of the answer.
     *
     * @param windows all of the range, those without a value too
     * @param whole the range as one window
     */
    public record Row(Metric metric, Map<String, String> labels, List<Window> windows, Window whole) {}

    /**
     * A query whose range is widened to whole steps.
     *
     * @param step null for one that makes at most 60 windows
     * @throws IllegalArgumentException for a step that is no whole minute, or makes too many windows
     */
    public static MetricQuery of(Instant from, Instant to, @Nullable Duration step, @Nullable List<String> by) {
        Duration length = step == null ? stepFor(Duration.between(from, to)) : step;
        if (length.compareTo(MINUTE) < 0 || !MINUTE.multipliedBy(length.toMinutes()).equals(length)) {
            throw new IllegalArgumentException("--step must be a whole number of minutes, at least 1m, such as 1m, 5m"
                    + " or 1h, got " + length);
        }
        long millis = length.toMillis();
        var query = new MetricQuery(Instant.ofEpochMilli(Math.floorDiv(from.toEpochMilli(), millis) * millis),
                Instant.ofEpochMilli(Math.ceilDiv(to.toEpochMilli(), millis) * millis), length, by);
        if (query.windows() > MOST_WINDOWS) {
            throw new IllegalArgumentException("at most " + MOST_WINDOWS + " windows, these would be "
                    + query.windows() + ": choose a longer --step or a shorter range");
        }
        return query;
    }

    private static Duration stepFor(Duration range) {
        for (int minutes : STEPS) {
            if (range.toMinutes() <= minutes * FEW_WINDOWS) {
                return Duration.ofMinutes(minutes);
            }
        }
        return Duration.ofDays(Math.ceilDiv(range.toDays(), FEW_WINDOWS));
    }

    /** The range of all windows. */
    public TimeRange range() {
        return new TimeRange(from, to);
    }

    /** How many windows each series has. */
    public long windows() {
        return Duration.between(from, to).dividedBy(step);
    }

    /** The rows of a metric; {@link IllegalArgumentException} when it has none of the labels asked for. */
    public List<Row> rows(Windows windows, Metric metric) {
        Map<String, List<Series>> groups = new TreeMap<>();
        for (Series series : windows.series()) {
            if (series.metric() == metric && !windows.of(series, from.toEpochMilli(), to.toEpochMilli()).isEmpty()) {
                groups.computeIfAbsent(String.join("\0", labels(series).values()), key -> new ArrayList<>())
                        .add(series);
            }
        }
        return groups.values().stream().map(group -> row(windows, metric, group)).toList();
    }

    private Row row(Windows windows, Metric metric, List<Series> group) {
        List<Window> values = new ArrayList<>();
        var whole = new Totals(metric, windows.layout());
        for (Instant start = from; start.isBefore(to); start = start.plus(step)) {
            var totals = new Totals(metric, windows.layout());
            for (Series series : group) {
                windows.of(series, start.toEpochMilli(), start.plus(step).toEpochMilli()).values().forEach(cells -> {
                    totals.add(cells);
                    whole.add(cells);
                });
            }
            values.add(window(metric, start, start.plus(step), totals));
        }
        return new Row(metric, labels(group.getFirst()), values, window(metric, from, to, whole));
    }

    private static Window window(Metric metric, Instant start, Instant end, Totals totals) {
        return switch (metric.kind()) {
            case COUNTER, LEVEL -> new Window(start, end, plain(totals.sum()), null,
                    rate(totals.sum(), start, end), null, Map.of(), null);
            case NEWEST, NEWEST_SUMMED -> new Window(start, end, null, null, null, null, Map.of(),
                    totals.any() ? plain(totals.last()) : null);
            case RECENT -> new Window(start, end, null, totals.count(), null, null, Map.of(), null);
            case HISTOGRAM -> histogram(start, end, totals);
        };
    }

    private static Window histogram(Instant start, Instant end, Totals totals) {
        long count = totals.count();
        Map<Double, BigDecimal> quantiles = new LinkedHashMap<>();
        if (count > 0) {
            QUANTILES.forEach(
                    q -> quantiles.put(q, new BigDecimal(totals.quantile(q), QUANTILE_DIGITS).stripTrailingZeros()));
        }
        return new Window(start, end, plain(totals.sum()), count, rate(BigDecimal.valueOf(count), start, end),
                count == 0 ? null : plain(totals.sum().divide(BigDecimal.valueOf(count), DIGITS)), quantiles, null);
    }

    private static @Nullable BigDecimal rate(BigDecimal amount, Instant start, Instant end) {
        return plain(amount.divide(BigDecimal.valueOf(Duration.between(start, end).toSeconds()), DIGITS));
    }

    /** Without zeros at the end, and never as 1E+3. */
    private static @Nullable BigDecimal plain(@Nullable BigDecimal value) {
        if (value == null) {
            return null;
        }
        BigDecimal stripped = value.stripTrailingZeros();
        return stripped.scale() < 0 ? stripped.setScale(0) : stripped;
    }

    /** A number for people and programs: without zeros at the end, and never as 1E+3. */
    public static String text(BigDecimal value) {
        return value.signum() == 0 ? "0" : value.stripTrailingZeros().toPlainString();
    }

    private Map<String, String> labels(Series series) {
        Map<String, String> labels = new LinkedHashMap<>();
        List<Label> names = series.metric().labels();
        for (int i = 0; i < names.size(); i++) {
            if (by == null || by.contains(names.get(i).name())) {
                labels.put(names.get(i).name(), series.labelValues().get(i));
            }
        }
        return labels;
    }
}
