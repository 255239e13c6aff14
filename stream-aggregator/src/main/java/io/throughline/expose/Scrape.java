package io.throughline.expose;

import io.prometheus.metrics.config.EscapingScheme;
import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.throughline.aggregate.Metric;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Everything that is shown at one moment, to be written in any format after the moment has passed.
 *
 * @param others what the library writes
 * @param histograms what {@link HistogramText} writes as the library would
 * @param asSnapshots the histograms, as the library wants them
 */
record Scrape(List<MetricSnapshot> others, Map<Metric, List<HistogramText.Shown>> histograms,
        Supplier<List<MetricSnapshot>> asSnapshots) {

    private static final byte[] END = "# EOF\n".getBytes(StandardCharsets.US_ASCII);

    /** All of it for the library, in whatever format. */
    MetricSnapshots snapshots() {
        return new MetricSnapshots(Stream.concat(others.stream(), asSnapshots.get().stream()).toList());
    }

    /**
     * Writes the same bytes as {@code writer} would of {@link #snapshots}.
     *
     * @param openMetrics whether that is what {@code writer} writes; else it is Prometheus' older text
     */
    void write(OutputStream out, ExpositionFormatWriter writer, boolean openMetrics) throws IOException {
        List<MetricSnapshot> pending = new ArrayList<>();
        List<Metric> metrics = new ArrayList<>(histograms.keySet());
        metrics.sort(Comparator.comparing(Metric::metricName));
        List<MetricSnapshot> sorted = new MetricSnapshots(others).stream().toList();
        int next = 0;
        for (Metric metric : metrics) {
            while (next < sorted.size() && name(sorted.get(next)).compareTo(metric.metricName()) < 0) {
                pending.add(sorted.get(next++));
            }
            writeAndClear(pending, out, writer);
            new HistogramText(out, openMetrics).write(metric, histograms.getOrDefault(metric, List.of()));
        }
        pending.addAll(sorted.subList(next, sorted.size()));
        writeAndClear(pending, out, writer);
        if (openMetrics) {
            out.write(END);
        }
    }

    private static void writeAndClear(List<MetricSnapshot> some, OutputStream out, ExpositionFormatWriter writer)
            throws IOException {
        if (some.isEmpty()) {
            return;
        }
        var text = new ByteArrayOutputStream();
        writer.write(text, new MetricSnapshots(some), EscapingScheme.DEFAULT);
        byte[] bytes = text.toByteArray();
        some.clear();
        boolean ended = bytes.length >= END.length && Arrays.equals(bytes, bytes.length - END.length,
                bytes.length, END, 0, END.length);
        out.write(bytes, 0, ended ? bytes.length - END.length : bytes.length);
    }

    private static String name(MetricSnapshot snapshot) {
        return snapshot.getMetadata().getPrometheusName();
    }
}
