package io.throughline.replay;

import io.throughline.aggregate.Cell;
import io.throughline.aggregate.Distribution;
import io.throughline.aggregate.Metric;
import io.throughline.aggregate.Series;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Recomputed numbers as OpenMetrics text with timestamps, as {@code promtool tsdb create-blocks-from openmetrics} takes
 * it.
 *
 * <p>Counters and histograms are cumulative, as on {@code /metrics}: at the end of the last window there is to be, they
 * have the value that live has when it has counted the same records. At an earlier moment the events of later windows are
 * left out; what came too late for any window counts from the beginning. Samples stand at the end of each step, so the
 * same range gives the same samples however often it is written. Prometheus drops samples that it has already. Left out is
 * {@code active_users}, which has no value of a minute. Stateless.
 */
public final class OpenMetrics {

    private OpenMetrics() {}

    /**
     * Writes the metrics.
     *
     * @param windows of everything from the query's beginning to the end of the topics
     * @param cumulative the values after all of it
     * @param extra labels that every series gets
     */
    public static void write(Windows windows, Map<Series, Totals> cumulative, MetricQuery query, List<Metric> metrics,
            Map<String, String> extra, PrintStream out) {
        for (Metric metric : metrics) {
            if (metric.kind() != Metric.Kind.RECENT) {
                family(windows, cumulative, query, metric, extra, out);
            }
        }
        out.print("# EOF\n");
        out.flush();
    }

    private static void family(Windows windows, Map<Series, Totals> cumulative, MetricQuery query, Metric metric,
            Map<String, String> extra, PrintStream out) {
        String name = metric.metricName();
        String family = metric.kind() == Metric.Kind.COUNTER
                ? name.substring(0, name.length() - "_total".length())
                : name;
        out.print("# HELP " + family + ' ' + SeriesSelector.escaped(metric.help()) + '\n');
        out.print("# TYPE " + family + ' ' + switch (metric.kind()) {
            case COUNTER -> "counter";
            case LEVEL, NEWEST, NEWEST_SUMMED, RECENT -> "gauge";
            case HISTOGRAM -> "histogram";
        } + '\n');
        for (Series series : windows.series()) {
            Totals end = cumulative.get(series);
            if (series.metric() == metric && end != null) {
                new Line(windows, series, end, query, labels(series, extra), out).write();
            }
        }
    }

    private static Map<String, String> labels(Series series, Map<String, String> extra) {
        Map<String, String> labels = new LinkedHashMap<>(extra);
        for (int i = 0; i < series.labelValues().size(); i++) {
            labels.put(series.metric().labels().get(i).name(), series.labelValues().get(i));
        }
        return labels;
    }

    /** The samples of one series. */
    private record Line(Windows windows, Series series, Totals end, MetricQuery query, Map<String, String> labels,
            PrintStream out) {

        void write() {
            switch (series.metric().kind()) {
                case COUNTER, LEVEL -> sums();
                case NEWEST, NEWEST_SUMMED -> gauges();
                case HISTOGRAM -> histogram();
                case RECENT -> {
                    // has no value of a minute
                }
            }
        }

        private void sums() {
            BigDecimal value = end.sum().subtract(from(query.from().toEpochMilli()).sum());
            for (long start = begin(); start < finish(); start += step()) {
                value = value.add(between(start, start + step()).sum());
                sample("", labels, MetricQuery.text(value), start + step());
            }
        }

        private void gauges() {
            for (long start = begin(); start < finish(); start += step()) {
                BigDecimal last = between(start, start + step()).last();
                if (last != null) {
                    sample("", labels, MetricQuery.text(last), start + step());
                }
            }
        }

        private void histogram() {
            Distribution total = end.distribution();
            if (total == null) {
                return;
            }
            long[] counts = total.counts();
            Totals since = from(query.from().toEpochMilli());
            BigDecimal sum = total.sum().value().subtract(since.sum());
            add(counts, since, -1);
            double[] bounds = total.buckets().upperBounds();
            for (long start = begin(); start < finish(); start += step()) {
                Totals step = between(start, start + step());
                add(counts, step, 1);
                sum = sum.add(step.sum());
                long below = 0;
                for (int i = 0; i < counts.length; i++) {
                    below += counts[i];
                    Map<String, String> withBound = new LinkedHashMap<>(labels);
                    withBound.put("le", Double.isInfinite(bounds[i]) ? "+Inf" : Double.toString(bounds[i]));
                    sample("_bucket", withBound, Long.toString(below), start + step());
                }
                sample("_count", labels, Long.toString(below), start + step());
                sample("_sum", labels, MetricQuery.text(sum), start + step());
            }
        }

        private static void add(long[] counts, Totals more, int sign) {
            Distribution distribution = more.distribution();
            if (distribution != null) {
                long[] added = distribution.counts();
                for (int i = 0; i < counts.length; i++) {
                    counts[i] += sign * added[i];
                }
            }
        }

        private void sample(String suffix, Map<String, String> with, String value, long atMillis) {
            out.print(SeriesSelector.text(series.metric().metricName() + suffix, with) + ' ' + value + ' '
                    + atMillis / 1000 + '\n');
        }

        private Totals from(long start) {
            return between(start, Long.MAX_VALUE);
        }

        private Totals between(long start, long until) {
            var totals = new Totals(series.metric(), windows.layout());
            for (Map<String, Cell> cells : windows.of(series, start, until).values()) {
                totals.add(cells);
            }
            return totals;
        }

        private long begin() {
            return query.from().toEpochMilli();
        }

        private long finish() {
            return query.to().toEpochMilli();
        }

        private long step() {
            return query.step().toMillis();
        }
    }
}
