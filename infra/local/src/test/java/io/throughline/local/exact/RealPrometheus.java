package io.throughline.local.exact;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
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
                "--web.enable-admin-api", "--log.level=error").redirectErrorStream(true)
                .redirectOutput(scratch.resolve("prometheus.log").toFile()).start(), port);
    }

    /** Every raw sample of the last half hour that was scraped from the contract's series, in order. */
    Map<String, List<Double>> history() throws IOException, InterruptedException {
        Map<String, List<Double>> history = new HashMap<>();
        for (JsonNode series : query("{job=\"aggregator\"}[30m]")) {
            String sample = sample(series.path("metric").path("__name__").asText(), series);
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

    /** Deletes the samples of series from one time to another, both included, and frees what they took. */
    public void delete(String selector, Instant from, Instant to) throws IOException, InterruptedException {
        post("delete_series?match[]=" + selector + "&start=" + from.getEpochSecond() + "&end=" + to.getEpochSecond());
        post("clean_tombstones");
    }

    private void post(String order) throws IOException, InterruptedException {
        String encoded = order.replace("[", "%5B").replace("]", "%5D").replace("{", "%7B").replace("}", "%7D")
                .replace("\"", "%22");
        var answer = http.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/api/v1/admin/tsdb/"
                + encoded)).POST(BodyPublishers.noBody()).build(), BodyHandlers.ofString());
        if (answer.statusCode() != 204) {
            throw new AssertionError(order + ": " + answer.statusCode() + ' ' + answer.body());
        }
    }

    /** The times of the scrapes of the last half hour that succeeded, oldest first, in milliseconds since 1970. */
    List<Long> scrapeMillis() throws IOException, InterruptedException {
        return query("up{job=\"aggregator\"}[30m]").path(0).path("values").valueStream()
                .filter(sample -> sample.path(1).asText().equals("1"))
                .map(sample -> Math.round(sample.path(0).asDouble() * 1_000)).toList();
    }

    /** The values that a query answers, by the samples of {@code name}, which functions leave out. */
    Map<String, Double> values(String name, String query) throws IOException, InterruptedException {
        Map<String, Double> values = new HashMap<>();
        for (JsonNode series : query(query)) {
            values.put(sample(name, series), series.path("value").path(1).asDouble());
        }
        return values;
    }

    private static String sample(String name, JsonNode series) {
        Map<String, String> labels = new HashMap<>();
        series.path("metric").properties().forEach(label -> labels.put(label.getKey(), label.getValue().asText()));
        // Prometheus' own; a label of ours of that name would be called exported_instance.
        labels.remove("job");
        labels.remove("instance");
        labels.remove("__name__");
        return Page.sample(name, labels);
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
