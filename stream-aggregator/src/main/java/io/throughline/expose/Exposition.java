package io.throughline.expose;

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
import io.prometheus.metrics.model.snapshots.NativeHistogramBuckets;
import io.throughline.aggregate.Distribution;
import io.throughline.aggregate.Label;
import io.throughline.aggregate.Metric;
import io.throughline.aggregate.Nanos;
import io.throughline.aggregate.Series;
import java.time.Clock;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** The view as the Prometheus client library wants it, made anew for each scrape. Thread-safe. */
final class Exposition {

    private static final long NANOS_A_MILLI = 1_000_000;

    private final SeriesView view;
    private final LagWatch lag;
    private final WindowQuantiles quantiles;
    private final LongSupplier unreadableWindows;
    private final Clock clock;
    private final boolean nativeHistograms;
    private final Supplier<List<MetricSnapshot>> audit;

    Exposition(SeriesView view, LagWatch lag, WindowQuantiles quantiles, LongSupplier unreadableWindows, Clock clock,
            boolean nativeHistograms) {
        this(view, lag, quantiles, unreadableWindows, clock, nativeHistograms, List::of);
    }

    /** {@code audit} tells what the audit has to show. */
    Exposition(SeriesView view, LagWatch lag, WindowQuantiles quantiles, LongSupplier unreadableWindows, Clock clock,
            boolean nativeHistograms, Supplier<List<MetricSnapshot>> audit) {
        this.audit = audit;
        this.view = view;
        this.lag = lag;
        this.quantiles = quantiles;
        this.unreadableWindows = unreadableWindows;
        this.clock = clock;
        this.nativeHistograms = nativeHistograms;
    }

    /** Every series this instance owns at one moment; empty when that would not be all of them. */
    Optional<Scrape> scrape() {
        long now = clock.millis();
        Map<Metric, List<OwnedSeries>> byMetric = new EnumMap<>(Metric.class);
        Map<Metric, List<HistogramText.Shown>> histograms = new EnumMap<>(Metric.class);
        List<MetricSnapshot> snapshots = new ArrayList<>();
        boolean whole = view.read(owned -> {
            owned.forEach(series -> byMetric
                    .computeIfAbsent(series.series().metric(), metric -> new ArrayList<>()).add(series));
            byMetric.forEach((metric, family) -> {
                if (HistogramText.canWrite(metric)) {
                    histograms.put(metric, family.stream().map(series -> new HistogramText.Shown(
                            series.series().labelValues(), series.distribution(now))).toList());
                } else {
                    snapshots.add(snapshot(metric, family, now));
                }
            });
            snapshots.addAll(progress(byMetric.getOrDefault(Metric.THROUGHLINE_WATERMARK_TIMESTAMP_SECONDS,
                    List.of())));
        });
        if (!whole) {
            return Optional.empty();
        }
        snapshots.addAll(quantiles.summaries(view::owns));
        snapshots.addAll(audit.get());
        snapshots.add(gauge("throughline_exposed_series", "Series that this instance owns and shows.",
                byMetric.values().stream().mapToInt(List::size).sum()));
        snapshots.add(gauge("throughline_last_commit_timestamp_seconds",
                "When the newest commit that is shown here was stored.", view.lastAppendedMillis() / 1000.0));
        snapshots.add(counter("throughline_unreadable_series",
                "Records of the series topic that could not be read, and were passed over.",
                (double) view.unreadable()));
        snapshots.add(counter("throughline_unreadable_windows",
                "Records of the windows topic that could not be read, and were passed over.",
                (double) unreadableWindows.getAsLong()));
        return Optional.of(new Scrape(snapshots, histograms, () -> histograms.entrySet().stream()
                .map(family -> histogram(family.getKey(), family.getValue())).toList()));
    }

    /** Shown by whoever shows the topic's watermark, so that these too have one owner. */
    private List<MetricSnapshot> progress(List<OwnedSeries> watermarks) {
        var behind = GaugeSnapshot.builder().name("throughline_lag_records")
                .help("Records that are stored and not yet counted.");
        var complete = GaugeSnapshot.builder().name("throughline_complete_up_to_timestamp_seconds")
                .help("Everything that was stored up to then has been counted.");
        for (OwnedSeries watermark : watermarks) {
            Labels labels = labels(watermark.series());
            String topic = watermark.series().labelValues().getFirst();
            lag.recordsBehind(topic).ifPresent(records -> behind
                    .dataPoint(GaugeDataPointSnapshot.builder().labels(labels).value((double) records).build()));
            lag.completeUpToNanos(topic, watermark::newestFrom).ifPresent(nanos -> complete.dataPoint(
                    GaugeDataPointSnapshot.builder().labels(labels).value(Nanos.toDouble(nanos)).build()));
        }
        return List.of(behind.build(), complete.build());
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
            case HISTOGRAM -> histogram(metric, owned.stream().map(series -> new HistogramText.Shown(
                    series.series().labelValues(), series.distribution(now))).toList());
        };
    }

    private MetricSnapshot histogram(Metric metric, List<HistogramText.Shown> shown) {
        var family = HistogramSnapshot.builder().name(metric.metricName()).help(metric.help());
        shown.forEach(each -> family
                .dataPoint(histogram(new Series(metric, each.labelValues()), each.distribution())));
        return family.build();
    }

    private HistogramDataPointSnapshot histogram(Series series, Distribution distribution) {
        var point = HistogramDataPointSnapshot.builder();
        point.labels(labels(series)).sum(distribution.sum().value().doubleValue())
                .createdTimestampMillis(distribution.createdMillis()).exemplars(exemplars(distribution));
        point.classicHistogramBuckets(
                ClassicHistogramBuckets.of(distribution.buckets().upperBounds(), distribution.counts()));
        if (nativeHistograms) {
            var exponential = new TreeMap<>(distribution.exponential());
            point.nativeSchema(Distribution.SCHEMA).nativeZeroCount(distribution.zeros())
                    .nativeBucketsForPositiveValues(NativeHistogramBuckets.of(List.copyOf(exponential.keySet()),
                            List.copyOf(exponential.values())));
        }
        return point.build();
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

    private static CounterSnapshot counter(String name, String help, double value) {
        return CounterSnapshot.builder().name(name).help(help)
                .dataPoint(CounterDataPointSnapshot.builder().value(value).build()).build();
    }

    private static GaugeSnapshot gauge(String name, String help, double value) {
        return GaugeSnapshot.builder().name(name).help(help)
                .dataPoint(GaugeDataPointSnapshot.builder().value(value).build()).build();
    }
}
