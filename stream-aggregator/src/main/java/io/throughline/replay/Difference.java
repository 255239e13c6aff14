package io.throughline.replay;

import io.throughline.aggregate.Distribution;
import io.throughline.aggregate.Metric;
import io.throughline.aggregate.Series;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Which series of a period change when it is counted by other rules, and how many series there are then. */
public final class Difference {

    /** Besides its buckets, a histogram is a sum and a count. */
    private static final int SUM_AND_COUNT = 2;

    private final Map<String, Totals> before;
    private final Map<String, Totals> after;

    /**
     * A series that changes.
     *
     * @param series as PromQL writes it
     * @param before what it took in the period, of a histogram the sum; null when there is no such series
     * @param after the same by the other rules
     * @param note what else changes; empty when nothing does
     */
    public record Change(String series, @Nullable BigDecimal before, @Nullable BigDecimal after, String note) {}

    /** Compares the same period, counted twice. */
    public Difference(Windows before, LabelRules labelsBefore, Windows after, LabelRules labelsAfter, MetricQuery query,
            List<Metric> metrics) {
        this.before = totals(before, labelsBefore, query, metrics);
        this.after = totals(after, labelsAfter, query, metrics);
    }

    private static Map<String, Totals> totals(Windows windows, LabelRules labels, MetricQuery query,
            List<Metric> metrics) {
        Map<String, Totals> totals = new TreeMap<>();
        for (Series series : windows.series()) {
            if (metrics.contains(series.metric())) {
                Totals of = totals.computeIfAbsent(
                        SeriesSelector.text(series.metric().metricName(), new TreeMap<>(labels.labels(series))),
                        unseen -> new Totals(series.metric(), windows.layout()));
                windows.of(series, query.from().toEpochMilli(), query.to().toEpochMilli()).values().forEach(of::add);
            }
        }
        return totals;
    }

    /** Every series that changes, by name. */
    public List<Change> changes() {
        var names = new TreeSet<>(before.keySet());
        names.addAll(after.keySet());
        List<Change> changes = new ArrayList<>();
        for (String name : names) {
            Totals old = before.get(name);
            Totals now = after.get(name);
            BigDecimal oldValue = old == null ? null : value(old);
            BigDecimal newValue = now == null ? null : value(now);
            String note = old == null ? "new" : now == null ? "gone" : buckets(old, now);
            boolean same = oldValue != null && newValue != null && oldValue.compareTo(newValue) == 0;
            if (!same || !note.isEmpty()) {
                changes.add(new Change(name, oldValue, newValue, note));
            }
        }
        return changes;
    }

    /** How many series were compared. */
    public int compared() {
        var names = new TreeSet<>(before.keySet());
        names.addAll(after.keySet());
        return names.size();
    }

    /** How many time series Prometheus has of them before. */
    public long seriesBefore() {
        return before.values().stream().mapToLong(Difference::timeSeries).sum();
    }

    /** How many time series Prometheus has of them after. */
    public long seriesAfter() {
        return after.values().stream().mapToLong(Difference::timeSeries).sum();
    }

    private static long timeSeries(Totals totals) {
        Distribution distribution = totals.distribution();
        return distribution == null ? 1 : distribution.buckets().count() + SUM_AND_COUNT;
    }

    private static BigDecimal value(Totals totals) {
        return Objects.requireNonNullElseGet(totals.last(), () -> totals.sum().signum() == 0
                ? BigDecimal.valueOf(totals.count())
                : totals.sum());
    }

    private static String buckets(Totals old, Totals now) {
        Distribution one = old.distribution();
        Distribution other = now.distribution();
        if (one == null || other == null || Arrays.equals(one.buckets().upperBounds(), other.buckets().upperBounds())) {
            return "";
        }
        return one.buckets().count() + " buckets become " + other.buckets().count() + ": "
                + Arrays.toString(other.counts());
    }
}
