package io.throughline.local.exact;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The real Prometheus, scraping one instance. */
public final class RealPrometheus implements AutoCloseable {

    private static final JsonMapper JSON = new JsonMapper();

    private final Process process;
    private final int port;
    private final HttpClient http = HttpClient.newHttpClient();

    private RealPrometheus(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /** Starts it with {@code scratch/tsdb} as its database, scraping {@code target}. */
    public static RealPrometheus start(Path program, Path scratch, int target, int port) throws IOException {
        Path config = Files.writeString(scratch.resolve("prometheus.yml"), """
                global: {scrape_interval: 250ms, scrape_timeout: 250ms}
                scrape_configs:
                  - job_name: aggregator
                    static_configs: [{targets: ["127.0.0.1:%d"]}]
                """.formatted(target));
        return new RealPrometheus(new ProcessBuilder(program.toString(), "--config.file=" + config,
                "--storage.tsdb.path=" + scratch.resolve("tsdb"), "--web.listen-address=127.0.0.1:" + port,
                "--log.level=error").redirectErrorStream(true)
                .redirectOutput(scratch.resolve("prometheus.log").toFile()).start(), port);
    }

    /** Every raw sample of the last half hour that was scraped from the contract's series, in order. */
    Map<String, List<Double>> history() throws IOException, InterruptedException {
        Map<String, List<Double>> history = new HashMap<>();
        for (JsonNode series : query("{job=\"aggregator\"}[30m]")) {
            Map<String, String> labels = new HashMap<>();
            series.path("metric").properties().forEach(label -> labels.put(label.getKey(), label.getValue().asText()));
            // Prometheus' own; a label of ours of that name would be called exported_instance.
            labels.remove("job");
            labels.remove("instance");
            String sample = Page.sample(String.valueOf(labels.remove("__name__")), labels);
            if (Contract.neverFalls(sample)) {
                history.put(sample, series.path("values").valueStream()
                        .map(value -> Double.valueOf(value.path(1).asText())).toList());
            }
        }
        return history;
    }

    /** The single number that a query answers. */
    public double number(String query) throws IOException, InterruptedException {
        return query(query).path(0).path("value").path(1).asDouble(Double.NaN);
    }

    private JsonNode query(String query) throws IOException, InterruptedException {
        var uri = URI.create("http://127.0.0.1:" + port + "/api/v1/query?query=" + URLEncoder.encode(query, UTF_8));
        var answer = http.send(HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(30)).build(),
                BodyHandlers.ofString());
        JsonNode json = JSON.readTree(answer.body());
        if (!json.path("status").asText().equals("success")) {
            throw new AssertionError(query + ": " + answer.body());
        }
        return json.path("data").path("result");
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        http.close();
    }
}
