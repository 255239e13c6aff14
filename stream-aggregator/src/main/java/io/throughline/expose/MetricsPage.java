package io.throughline.expose;

import com.sun.net.httpserver.HttpExchange;
import io.prometheus.metrics.exporter.httpserver.MetricsHandler;
import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.ExpositionFormats;
import io.prometheus.metrics.expositionformats.OpenMetricsTextFormatWriter;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.throughline.serve.Health;
import io.throughline.serve.Problem;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/** {@code GET /metrics}. Thread-safe. */
final class MetricsPage {

    private static final int CHUNK = 1 << 16;

    private final Supplier<Health.Check> ready;
    private final Exposition exposition;
    private final ExpositionFormats formats = ExpositionFormats.init();

    MetricsPage(Supplier<Health.Check> ready, Exposition exposition) {
        this.ready = ready;
        this.exposition = exposition;
    }

    /**
     * Answers all series or 503: a page without some of them would look like a reset of those. The library would answer
     * 500 to an exception, so it is asked only once there is something to show.
     */
    void handle(HttpExchange exchange) throws IOException, Problem {
        Health.Check check = ready.get();
        Optional<Scrape> scrape = check.healthy() ? exposition.scrape() : Optional.empty();
        if (scrape.isEmpty()) {
            exchange.getResponseHeaders().set("Retry-After", "1");
            throw new Problem(503, "not ready to be scraped: "
                    + (check.healthy() ? "partitions have just changed hands" : check.detail()));
        }
        ExpositionFormatWriter writer = formats.findWriter(exchange.getRequestHeaders().getFirst("Accept"));
        boolean openMetrics = writer instanceof OpenMetricsTextFormatWriter;
        boolean plain = openMetrics || writer instanceof PrometheusTextFormatWriter;
        if (plain && exchange.getRequestURI().getRawQuery() == null && exchange.getRequestMethod().equals("GET")) {
            write(exchange, scrape.get(), writer, openMetrics);
        } else {
            MetricSnapshots snapshots = scrape.get().snapshots();
            var registry = new PrometheusRegistry();
            registry.register((MultiCollector) () -> snapshots);
            new MetricsHandler(registry).handle(exchange);
        }
    }

    private static void write(HttpExchange exchange, Scrape scrape, ExpositionFormatWriter writer, boolean openMetrics)
            throws IOException {
        var headers = exchange.getResponseHeaders();
        headers.set("Content-Type", writer.getContentType());
        String accepted = exchange.getRequestHeaders().getFirst("Accept-Encoding");
        boolean zipped = accepted != null && accepted.contains("gzip");
        if (zipped) {
            headers.set("Content-Encoding", "gzip");
        }
        exchange.sendResponseHeaders(200, 0);
        try (OutputStream body = zipped ? new FastGzip(exchange.getResponseBody()) : exchange.getResponseBody()) {
            scrape.write(body, writer, openMetrics);
        }
    }

    /** Lines that are so much alike shrink to a few percent at the lowest level, in a third of the time. */
    private static final class FastGzip extends GZIPOutputStream {

        FastGzip(OutputStream out) throws IOException {
            super(out, CHUNK);
            def.setLevel(Deflater.BEST_SPEED);
        }
    }
}
