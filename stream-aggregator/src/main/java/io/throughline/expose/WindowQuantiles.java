package io.throughline.expose;

import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.Quantile;
import io.prometheus.metrics.model.snapshots.Quantiles;
import io.prometheus.metrics.model.snapshots.SummarySnapshot;
import io.prometheus.metrics.model.snapshots.SummarySnapshot.SummaryDataPointSnapshot;
import io.throughline.aggregate.Label;
import io.throughline.aggregate.Metric;
import io.throughline.aggregate.Series;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

/**
 * Quantiles of the newest closed windows of one and of five minutes, as summaries without count and sum: Prometheus
 * keeps the label {@code quantile} for those. A series without a value in such a window is not shown, so that no value
 * is older than it looks. Thread-safe.
 */
final class WindowQuantiles {

    private static final List<Metric> SHOWN = List.of(Metric.JOB_DURATION_SECONDS, Metric.LLM_LATENCY_SECONDS,
            Metric.BATCH_PROCESSING_SECONDS, Metric.TOKENS_USED);
    private static final Map<String, Duration> WINDOWS = windows();
    private static final List<Double> QUANTILES = List.of(0.5, 0.95, 0.99);

    private final WindowStore store;
    private final BooleanSupplier ready;
    private final Progress progress;

    WindowQuantiles(WindowStore store, BooleanSupplier ready, Progress progress) {
        this.store = store;
        this.ready = ready;
        this.progress = progress;
    }

    /**
     * The summaries; none while the windows are being read, or while nobody knows up to when they are complete.
     *
     * @param owned whether this instance is the one to show a series
     */
    List<MetricSnapshot> summaries(Predicate<Series> owned) {
        Optional<Instant> completeUpTo = progress.completeUpTo();
        if (!ready.getAsBoolean() || completeUpTo.isEmpty()) {
            return List.of();
        }
        return SHOWN.stream().map(metric -> family(metric, completeUpTo.get(), owned)).toList();
    }

    private MetricSnapshot family(Metric metric, Instant completeUpTo, Predicate<Series> owned) {
        var family = SummarySnapshot.builder().name(metric.metricName() + "_window")
                .help("Quantiles of the newest closed window: " + metric.help());
        WINDOWS.forEach((name, length) -> {
            for (var answer : store.read(newestClosed(metric, completeUpTo, length), (start, totals) -> totals)) {
                WindowTotals totals = answer.windows().getFirst();
                if (owned.test(new Series(metric, List.copyOf(answer.labels().values()))) && totals.observed() > 0) {
                    family.dataPoint(SummaryDataPointSnapshot.builder().labels(labels(answer.labels(), name))
                            .quantiles(Quantiles.of(QUANTILES.stream()
                                    .map(q -> new Quantile(q, totals.quantile(q))).toList()))
                            .build());
                }
            }
        });
        return family.build();
    }

    private static WindowQuery newestClosed(Metric metric, Instant completeUpTo, Duration length) {
        long end = Math.floorDiv(completeUpTo.toEpochMilli(), length.toMillis()) * length.toMillis();
        return new WindowQuery(metric, Instant.ofEpochMilli(end).minus(length), Instant.ofEpochMilli(end), length,
                metric.labels().stream().map(Label::name).toList(), Map.of(), Map.of());
    }

    private static Labels labels(Map<String, String> of, String window) {
        List<String> names = new ArrayList<>(of.keySet());
        List<String> values = new ArrayList<>(of.values());
        names.add("window");
        values.add(window);
        return Labels.of(names, values);
    }

    private static Map<String, Duration> windows() {
        Map<String, Duration> windows = new LinkedHashMap<>();
        windows.put("1m", Duration.ofMinutes(1));
        windows.put("5m", Duration.ofMinutes(5));
        return windows;
    }
}
