package io.throughline.publish.prometheus;

import static org.assertj.core.api.Assertions.assertThat;

import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.throughline.publish.Accounting;
import io.throughline.publish.DropReason;
import io.throughline.redact.Finding;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class PublisherMetricsTest {

    @Test
    void accounting_isShownNumberForNumber() {
        var registry = new PrometheusRegistry();
        registry.register(new PublisherMetrics(() -> new Accounting(100, 60, Map.of(DropReason.SHED, 5L,
                DropReason.CLOSED, 2L), 10, 23, 7, 1), () -> Map.of(Finding.CARD, 3L)));
        Map<String, Double> shown = new TreeMap<>();
        registry.scrape().forEach(snapshot -> put(snapshot, shown));
        assertThat(shown).containsEntry("throughline_publisher_accepted", 100.0)
                .containsEntry("throughline_publisher_acknowledged", 60.0)
                .containsEntry("throughline_publisher_dropped{reason=\"shed\"}", 5.0)
                .containsEntry("throughline_publisher_dropped{reason=\"closed\"}", 2.0)
                .containsEntry("throughline_publisher_dropped{reason=\"queue_full\"}", 0.0)
                .containsEntry("throughline_publisher_queued", 10.0)
                .containsEntry("throughline_publisher_spilled", 23.0)
                .containsEntry("throughline_publisher_recovered", 7.0)
                .containsEntry("throughline_publisher_reports", 1.0)
                .containsEntry("throughline_publisher_redacted{kind=\"card\"}", 3.0)
                .hasSize(7 + DropReason.values().length);
    }

    private static void put(MetricSnapshot snapshot, Map<String, Double> shown) {
        String name = snapshot.getMetadata().getName();
        if (snapshot instanceof CounterSnapshot counter) {
            counter.getDataPoints().forEach(point -> shown.put(name + labels(point.getLabels()), point.getValue()));
        } else if (snapshot instanceof GaugeSnapshot gauge) {
            gauge.getDataPoints().forEach(point -> shown.put(name + labels(point.getLabels()), point.getValue()));
        }
    }

    private static String labels(Labels labels) {
        return labels.isEmpty() ? "" : '{' + labels.getName(0) + "=\"" + labels.getValue(0) + "\"}";
    }
}
