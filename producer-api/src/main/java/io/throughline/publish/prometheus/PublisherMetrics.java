package io.throughline.publish.prometheus;

import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.throughline.publish.Accounting;
import io.throughline.publish.DropReason;
import io.throughline.publish.Publisher;
import io.throughline.redact.Finding;
import java.util.Map;
import java.util.function.Supplier;

/**
 * A publisher's {@link Accounting} for Prometheus: {@code PrometheusRegistry.defaultRegistry.register(new
 * PublisherMetrics(publisher))}. All values of one scrape are of one instant, so that they add up:
 * {@code throughline_publisher_accepted_total = throughline_publisher_acknowledged_total +
 * sum(throughline_publisher_dropped_total) + throughline_publisher_queued + throughline_publisher_spilled}. Thread-safe.
 */
public final class PublisherMetrics implements MultiCollector {

    private static final String PREFIX = "throughline_publisher_";

    private final Supplier<Accounting> accounting;
    private final Supplier<Map<Finding, Long>> redactions;

    /** Of this publisher; a process with several registers each in a registry of its own. */
    public PublisherMetrics(Publisher publisher) {
        this(publisher::accounting, publisher::redactions);
    }

    PublisherMetrics(Supplier<Accounting> accounting, Supplier<Map<Finding, Long>> redactions) {
        this.accounting = accounting;
        this.redactions = redactions;
    }

    @Override
    public MetricSnapshots collect() {
        Accounting now = accounting.get();
        return new MetricSnapshots(
                counter("accepted", "Records handed over, found on disk at start, or own reports of losses.",
                        now.accepted()),
                counter("acknowledged", "Records stored by the brokers.", now.acknowledged()), dropped(now),
                redacted(),
                counter("recovered", "Records that an earlier process had left on disk.", now.recovered()),
                counter("reports", "Own log lines about losses.", now.reports()),
                gauge("queued", "Records in memory, not yet acknowledged.", now.queued()),
                gauge("spilled", "Records on disk, not yet acknowledged.", now.spilled()));
    }

    private static CounterSnapshot counter(String name, String help, long value) {
        return CounterSnapshot.builder().name(PREFIX + name).help(help)
                .dataPoint(CounterDataPointSnapshot.builder().value((double) value).build()).build();
    }

    private static CounterSnapshot dropped(Accounting now) {
        var counter = CounterSnapshot.builder().name(PREFIX + "dropped").help("Records given up, by reason.");
        for (DropReason reason : DropReason.values()) {
            counter.dataPoint(CounterDataPointSnapshot.builder().labels(Labels.of("reason", reason.label()))
                    .value((double) now.dropped(reason)).build());
        }
        return counter.build();
    }

    private CounterSnapshot redacted() {
        var counter = CounterSnapshot.builder().name(PREFIX + "redacted")
                .help("Secrets replaced before a record was encoded, by kind.");
        redactions.get().forEach((finding, count) -> counter.dataPoint(CounterDataPointSnapshot.builder()
                .labels(Labels.of("kind", finding.wireName())).value((double) count).build()));
        return counter.build();
    }

    private static GaugeSnapshot gauge(String name, String help, long value) {
        return GaugeSnapshot.builder().name(PREFIX + name).help(help)
                .dataPoint(GaugeDataPointSnapshot.builder().value((double) value).build()).build();
    }
}
