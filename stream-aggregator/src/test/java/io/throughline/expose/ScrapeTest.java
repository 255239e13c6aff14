package io.throughline.expose;

import static org.assertj.core.api.Assertions.assertThat;

import io.prometheus.metrics.config.EscapingScheme;
import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.OpenMetricsTextFormatWriter;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.throughline.aggregate.BucketLayout;
import io.throughline.aggregate.CellCodec.PartialKey;
import io.throughline.aggregate.CellKey;
import io.throughline.aggregate.CombineConfig;
import io.throughline.aggregate.Distribution;
import io.throughline.aggregate.Metric;
import io.throughline.aggregate.Nanos;
import io.throughline.aggregate.Series;
import io.throughline.publish.Settings;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What is written here has to be, byte for byte, what the client library would have written. */
class ScrapeTest {

    private static final CombineConfig CONFIG = CombineConfig.from(Settings.of(Map.of()));
    private static final BucketLayout LAYOUT = CONFIG.layout();
    private static final List<String> NASTY = List.of("gpt-4o", "", "a\"b", "back\\slash", "line\nbreak", "größe",
            "日本語",
            "\uD83D\uDE80", "{}=,", "z", "Z", "a", "aa", "le");

    private final SetClock clock = new SetClock(() -> 1_769_601_600_000L);
    private final SeriesView view = new SeriesView(new Visibility(Duration.ZERO, Duration.ZERO, LAYOUT), clock);
    private final LagWatch lag = new LagWatch(CONFIG, clock);
    private final WindowStore store = new WindowStore(Duration.ofHours(24));
    private final Exposition exposition = new Exposition(view, lag, new WindowQuantiles(store, () -> true,
            new Progress(store, lag, List.of(), Duration.ofHours(1))), () -> 3, clock, false);

    @Test
    void text_isWhatTheLibraryWrites() throws IOException {
        fill();
        assertThat(written(PrometheusTextFormatWriter.create(), false))
                .isEqualTo(byLibrary(PrometheusTextFormatWriter.create()));
    }

    @Test
    void openMetrics_isWhatTheLibraryWrites_exemplarsIncluded() throws IOException {
        fill();
        String page = written(OpenMetricsTextFormatWriter.create(), true);
        assertThat(page).isEqualTo(byLibrary(OpenMetricsTextFormatWriter.create())).contains("# {trace_id=\"t");
        assertThat(page).endsWith("# EOF\n").containsOnlyOnce("# EOF");
    }

    @Test
    void pageWithoutHistograms_isWhatTheLibraryWrites() throws IOException {
        view.join(1);
        assertThat(written(OpenMetricsTextFormatWriter.create(), true))
                .isEqualTo(byLibrary(OpenMetricsTextFormatWriter.create()));
    }

    @Test
    void heldBackSeries_isWrittenAtZero() throws IOException {
        var young = new SeriesView(new Visibility(Duration.ofSeconds(30), Duration.ZERO, LAYOUT), clock);
        young.join(1);
        young.own(0);
        young.caughtUp(0);
        apply(young, Metric.LLM_LATENCY_SECONDS, "gpt-4o", 0, distribution(Metric.LLM_LATENCY_SECONDS, 1, 2));
        var held = new Exposition(young, lag, new WindowQuantiles(store, () -> true,
                new Progress(store, lag, List.of(), Duration.ofHours(1))), () -> 0, clock, false).scrape()
                .orElseThrow();
        assertThat(written(held, PrometheusTextFormatWriter.create(), false))
                .contains("llm_latency_seconds_count{model=\"gpt-4o\"} 0\n");
    }

    @Test
    void cellOfOneInputPartition_isReplacedAndTheOthersAreAdded() throws IOException {
        view.join(1);
        view.own(0);
        view.caughtUp(0);
        apply(view, Metric.BATCH_PROCESSING_SECONDS, null, 0, distribution(Metric.BATCH_PROCESSING_SECONDS, 1));
        apply(view, Metric.BATCH_PROCESSING_SECONDS, null, 5, distribution(Metric.BATCH_PROCESSING_SECONDS, 1, 2));
        apply(view, Metric.BATCH_PROCESSING_SECONDS, null, 0, distribution(Metric.BATCH_PROCESSING_SECONDS, 1, 4));
        assertThat(written(PrometheusTextFormatWriter.create(), false))
                .contains("batch_processing_seconds_count 4\nbatch_processing_seconds_sum 8.0\n");
    }

    private void fill() {
        view.join(1);
        view.own(0);
        view.caughtUp(0);
        var random = new SplittableRandom(11);
        for (Metric metric : List.of(Metric.LLM_LATENCY_SECONDS, Metric.JOB_DURATION_SECONDS, Metric.TOKENS_USED)) {
            for (String value : NASTY) {
                for (int partition = 0; partition < 3; partition++) {
                    var cell = new Distribution(LAYOUT.of(metric), 1_700_000_000_000L);
                    for (int i = random.nextInt(40); i > 0; i--) {
                        cell.observe((long) Math.pow(10, random.nextDouble(0, 14)), "t\"" + i,
                                1_769_601_600_000_000_000L + random.nextLong(1_000_000_000_000L));
                    }
                    apply(view, metric, value, partition, cell);
                }
            }
        }
        for (double bound : LAYOUT.of(Metric.LLM_LATENCY_SECONDS).upperBounds()) {
            if (Double.isFinite(bound)) {
                apply(view, Metric.LLM_LATENCY_SECONDS, "bound " + bound, 0,
                        distribution(Metric.LLM_LATENCY_SECONDS, bound, 0));
            }
        }
        apply(view, Metric.BATCH_PROCESSING_SECONDS, null, 0, distribution(Metric.BATCH_PROCESSING_SECONDS, 1, 2, 1e6));
    }

    private static Distribution distribution(Metric metric, double... values) {
        var distribution = new Distribution(LAYOUT.of(metric), 0);
        for (double value : values) {
            distribution.observe(Nanos.of(value), "trace", 1_769_601_600_004_000_000L);
        }
        return distribution;
    }

    private static void apply(SeriesView to, Metric metric, @Nullable String label,
            int partition, Distribution cell) {
        var series = new Series(metric, label == null ? List.of() : List.of(label));
        to.apply(0, new PartialKey(new CellKey(series, ""), partition), cell, 1_769_601_599_000L);
    }

    private String written(ExpositionFormatWriter writer, boolean openMetrics) throws IOException {
        return written(exposition.scrape().orElseThrow(), writer, openMetrics);
    }

    private static String written(Scrape scrape, ExpositionFormatWriter writer, boolean openMetrics)
            throws IOException {
        var out = new ByteArrayOutputStream();
        scrape.write(out, writer, openMetrics);
        return out.toString(StandardCharsets.UTF_8);
    }

    private String byLibrary(ExpositionFormatWriter writer) throws IOException {
        var out = new ByteArrayOutputStream();
        writer.write(out, exposition.scrape().orElseThrow().snapshots(), EscapingScheme.DEFAULT);
        return out.toString(StandardCharsets.UTF_8);
    }
}
