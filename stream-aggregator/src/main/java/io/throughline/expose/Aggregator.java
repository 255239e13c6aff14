package io.throughline.expose;

import com.sun.net.httpserver.HttpExchange;
import io.prometheus.metrics.exporter.httpserver.MetricsHandler;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.throughline.aggregate.Combine;
import io.throughline.serve.Health;
import io.throughline.serve.HttpEndpoint;
import io.throughline.serve.Problem;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.function.Consumer;

/**
 * A running aggregator: counts events, reads back what it committed, and shows it at {@code /metrics}.
 *
 * <p>{@code /metrics} answers 503 until everything has been read that was committed before the start; a partial page
 * would look like a reset of what is missing. Thread-safe.
 */
public final class Aggregator implements AutoCloseable {

    private static final byte[] PAGE = """
            <!doctype html><html lang="en"><meta charset="utf-8"><title>Throughline aggregator</title>
            <h1>Throughline aggregator</h1>
            <ul><li><a href="/metrics">/metrics</a>: exact counters and histograms for Prometheus
            <li><a href="/health">/health</a>: each check and why</ul></html>
            """.getBytes(StandardCharsets.UTF_8);

    private final Combine combine;
    private final SeriesReader reader;
    private final LagWatch lag;
    private final HttpEndpoint http;

    private Aggregator(Combine combine, SeriesReader reader, LagWatch lag, HttpEndpoint http) {
        this.combine = combine;
        this.reader = reader;
        this.lag = lag;
        this.http = http;
    }

    /**
     * Starts and returns once the port is bound; {@link #health} tells when it works.
     *
     * @param onFatal is told, in a sentence, when it has stopped working for good
     * @throws IOException with a message that names the port, when it is taken
     */
    public static Aggregator start(AggregatorConfig config, Consumer<String> onFatal) throws IOException {
        var clock = Clock.systemUTC();
        var view = new SeriesView(new Visibility(config.bornAtZero(), config.idle(), config.combine().layout()), clock);
        var http = HttpEndpoint.bind(new InetSocketAddress(config.bind(), config.port()),
                Executors.newVirtualThreadPerTaskExecutor());
        Combine combine = null;
        try {
            combine = Combine.start(config.combine(), onFatal);
            var reader = SeriesReader.start(config.combine(), view, clock, onFatal);
            var lag = LagWatch.start(config.combine(), clock);
            var aggregator = new Aggregator(combine, reader, lag, http);
            aggregator.serve(new Exposition(view, lag, clock, config.nativeHistograms()));
            return aggregator;
        } catch (RuntimeException e) {
            http.close();
            if (combine != null) {
                combine.close();
            }
            throw e;
        }
    }

    /** The port that was bound. */
    public int port() {
        return http.port();
    }

    /** Whether events are counted and every series is shown, and if not, why. */
    public Health health() {
        return new Health(List.of(combine.health(), reader.check()));
    }

    @Override
    public void close() {
        http.close();
        lag.close();
        combine.close();
        reader.close();
    }

    private void serve(Exposition exposition) {
        http.health(this::health).route("/metrics", exchange -> metrics(exchange, exposition)).route("/", exchange -> {
            exchange.getResponseHeaders().set("Content-Security-Policy", "default-src 'none'");
            HttpEndpoint.send(exchange, 200, "text/html; charset=utf-8", PAGE);
        }).start();
    }

    /** The library's handler would answer 500 to an exception, so it is only asked once there is something to show. */
    private void metrics(HttpExchange exchange, Exposition exposition) throws IOException, Problem {
        Health.Check check = reader.check();
        Optional<MetricSnapshots> snapshots = check.healthy() ? exposition.snapshots() : Optional.empty();
        if (snapshots.isEmpty()) {
            exchange.getResponseHeaders().set("Retry-After", "1");
            throw new Problem(503, "not ready to be scraped: "
                    + (check.healthy() ? "partitions have just changed hands" : check.detail()));
        }
        var registry = new PrometheusRegistry();
        registry.register((MultiCollector) snapshots::orElseThrow);
        new MetricsHandler(registry).handle(exchange);
    }
}
