package io.throughline.expose;

import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Exemplar;
import io.prometheus.metrics.model.snapshots.Exemplars;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.prometheus.metrics.model.snapshots.NativeHistogramBuckets;
import io.throughline.aggregate.Distribution;
import io.throughline.aggregate.Label;
import io.throughline.aggregate.Metric;
import io.throughline.aggregate.Nanos;
import io.throughline.aggregate.Series;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The view as the Prometheus client library wants it, made anew for each scrape. Thread-safe. */
final class Exposition implements MultiCollector {

    private static final long NANOS_A_MILLI = 1_000_000;

    private final SeriesView view;
    private final Clock clock;
    private final boolean nativeHistograms;

    Exposition(SeriesView view, Clock clock, boolean nativeHistograms) {
        this.view = view;
        this.clock = clock;
        this.nativeHistograms = nativeHistograms;
    }

    @Override
    public MetricSnapshots collect() {
        long now = clock.millis();
        Map<Metric, List<OwnedSeries>> byMetric = new EnumMap<>(Metric.class);
        List<MetricSnapshot> snapshots = new ArrayList<>();
        view.read(owned -> {
            owned.forEach(series -> byMetric
                    .computeIfAbsent(series.series().metric(), metric -> new ArrayList<>()).add(series));
            byMetric.forEach((metric, family) -> snapshots.add(snapshot(metric, family, now)));
        });
        snapshots.add(gauge("throughline_exposed_series", "Series that this instance owns and shows.",
                byMetric.values().stream().mapToInt(List::size).sum()));
        snapshots.add(gauge("throughline_last_commit_timestamp_seconds",
                "When the newest commit that is shown here was stored.", view.lastAppendedMillis() / 1000.0));
        return new MetricSnapshots(snapshots);
    }

    private MetricSnapshot snapshot(Metric metric, List<OwnedSeries> owned, long now) {
        return switch (metric.kind()) {
            case COUNTER -> {
                var family = CounterSnapshot.builder().name(metric.metricName()).help(metric.help());
                owned.forEach(series -> family.dataPoint(CounterDataPointSnapshot.builder()
                        .labels(labels(series.series())).value(series.value(now))
                        .createdTimestampMillis(series.createdMillis()).build()));
                yield family.build();
            }
            case LEVEL, NEWEST, NEWEST_SUMMED, RECENT -> {
                var family = GaugeSnapshot.builder().name(metric.metricName()).help(metric.help());
                owned.forEach(series -> family.dataPoint(GaugeDataPointSnapshot.builder()
                        .labels(labels(series.series())).value(series.value(now)).build()));
                yield family.build();
            }
            case HISTOGRAM -> {
                var family = HistogramSnapshot.builder().name(metric.metricName()).help(metric.help());
                owned.forEach(series -> family.dataPoint(histogram(series, now)));
                yield family.build();
            }
        };
    }

    private HistogramDataPointSnapshot histogram(OwnedSeries series, long now) {
        Distribution distribution = series.distribution(now);
        var point = HistogramDataPointSnapshot.builder();
        point.labels(labels(series.series())).sum(distribution.sum().value().doubleValue())
                .createdTimestampMillis(distribution.createdMillis()).exemplars(exemplars(distribution));
        point.classicHistogramBuckets(
                ClassicHistogramBuckets.of(upperBounds(series.series().metric()), distribution.counts()));
        if (nativeHistograms) {
            var exponential = new TreeMap<>(distribution.exponential());
            point.nativeSchema(Distribution.SCHEMA).nativeZeroCount(distribution.zeros())
                    .nativeBucketsForPositiveValues(NativeHistogramBuckets.of(List.copyOf(exponential.keySet()),
                            List.copyOf(exponential.values())));
        }
        return point.build();
    }

    private static double[] upperBounds(Metric metric) {
        double[] bounds = metric.buckets().upperBounds();
        double[] withInfinity = Arrays.copyOf(bounds, bounds.length + 1);
        withInfinity[bounds.length] = Double.POSITIVE_INFINITY;
        return withInfinity;
    }

    private static Exemplars exemplars(Distribution distribution) {
        var exemplars = Exemplars.builder();
        for (int bucket = 0; bucket < distribution.counts().length; bucket++) {
            var exemplar = distribution.exemplar(bucket);
            if (exemplar != null) {
                exemplars.exemplar(Exemplar.builder().traceId(exemplar.traceId())
                        .value(Nanos.toDouble(exemplar.valueNanos()))
                        .timestampMillis(exemplar.atNanos() / NANOS_A_MILLI).build());
            }
        }
        return exemplars.build();
    }

    private static Labels labels(Series series) {
        var labels = Labels.builder();
        List<Label> names = series.metric().labels();
        for (int i = 0; i < names.size(); i++) {
            labels.label(names.get(i).name(), series.labelValues().get(i));
        }
        return labels.build();
    }

    private static GaugeSnapshot gauge(String name, String help, double value) {
        return GaugeSnapshot.builder().name(name).help(help)
                .dataPoint(GaugeDataPointSnapshot.builder().value(value).build()).build();
    }
}
