package io.throughline.local;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.throughline.aggregate.Metric;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The real Prometheus scrapes the demo and answers the queries of the monitoring guide. */
class PrometheusIT {

    private static final JsonMapper JSON = new JsonMapper();
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static Pipeline pipeline;
    private static Process prometheus;
    private static int port;

    @BeforeAll
    static void startPrometheusOnTheDemo(@TempDir Path scratch) throws IOException {
        Path program = Program.require("prometheus");
        Map<String, String> environment = Pipeline.environment();
        environment.put("THROUGHLINE_DEMO_RATE", "5");
        environment.put("THROUGHLINE_DEMO_SEED", "7");
        pipeline = Pipeline.start(scratch, environment, "--demo");
        port = Pipeline.freePort();
        Path config = Files.writeString(scratch.resolve("prometheus.yml"), """
                global: {scrape_interval: 1s}
                scrape_configs:
                  - job_name: throughline
                    static_configs: [{targets: ["localhost:%d"]}]
                """.formatted(pipeline.metricsPort()));
        prometheus = new ProcessBuilder(program.toString(), "--config.file=" + config,
                "--storage.tsdb.path=" + scratch.resolve("tsdb"), "--web.listen-address=127.0.0.1:" + port,
                "--enable-feature=exemplar-storage", "--log.level=error")
                .redirectErrorStream(true).redirectOutput(scratch.resolve("prometheus.log").toFile()).start();
    }

    @AfterAll
    static void stop() throws InterruptedException {
        if (prometheus != null) {
            prometheus.destroy();
            prometheus.waitFor(10, TimeUnit.SECONDS);
        }
        if (pipeline != null) {
            assertThat(pipeline.stop()).isZero();
            pipeline.close();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {
            "(sum(rate(jobs_completed_total{status=\"success\"}[5m])) / sum(rate(jobs_completed_total[5m]))) * 100",
            "(sum(rate(cache_hits_total[5m])) / (sum(rate(cache_hits_total[5m])) + sum(rate(cache_misses_total[5m])))) * 100"})
    void percentageOfTheGuide_hasAnAnswerBetween0And100(String query) {
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(values(query)).singleElement()
                .satisfies(value -> assertThat(value).isGreaterThan(10).isLessThanOrEqualTo(100)));
    }

    @Test
    void latencyQuantileOfTheGuide_hasAnAnswerForEachJobType() {
        String query = "histogram_quantile(0.95, sum(rate(job_duration_seconds_bucket[5m])) by (le, job_type))";
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(values(query)).hasSizeGreaterThanOrEqualTo(3)
                .allSatisfy(value -> assertThat(value).isBetween(0.001, 7200.0)));
    }

    @Test
    void everyMetricOfTheCatalogue_isThereAfterAMinuteOfDemo() {
        List<String> names = Stream.of(Metric.values()).filter(PrometheusIT::shownByTheDemo)
                .map(metric -> metric.kind() == Metric.Kind.HISTOGRAM
                        ? metric.metricName() + "_bucket"
                        : metric.metricName())
                .toList();
        await().atMost(PATIENCE).untilAsserted(
                () -> assertThat(names).allSatisfy(name -> assertThat(values("count(" + name + ")")).as(name)
                        .isNotEmpty()));
    }

    @Test
    void exemplars_nameTracesThatTheShipperFinds() {
        await().atMost(PATIENCE).untilAsserted(() -> {
            JsonNode exemplars = ask("/api/v1/query_exemplars?start=0&end=9999999999&query=llm_latency_seconds_bucket");
            assertThat(exemplars.findValuesAsText("trace_id")).isNotEmpty().first()
                    .satisfies(id -> assertThat(pipeline.logs("/api/v1/traces/" + id).statusCode()).isEqualTo(200));
        });
    }

    /** The demo breaks nothing that these would count. */
    private static boolean shownByTheDemo(Metric metric) {
        return switch (metric) {
            case LLM_UNPRICED_REQUESTS, THROUGHLINE_DUPLICATES, THROUGHLINE_REPLAYED, THROUGHLINE_DEAD_LETTERS,
                    THROUGHLINE_EXPIRED_JOBS, THROUGHLINE_LABEL_OVERFLOW ->
                false;
            default -> true;
        };
    }

    private static List<Double> values(String query) {
        return ask("/api/v1/query?query=" + URLEncoder.encode(query, UTF_8)).path("result").valueStream()
                .map(result -> Double.valueOf(result.path("value").get(1).textValue())).toList();
    }

    private static JsonNode ask(String path) {
        try (var http = HttpClient.newHttpClient()) {
            var answer = http.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                    .timeout(Duration.ofSeconds(10)).build(), BodyHandlers.ofString());
            JsonNode json = JSON.readTree(answer.body());
            assertThat(json.path("status").textValue()).as(answer.body()).isEqualTo("success");
            return json.path("data");
        } catch (IOException e) {
            throw new AssertionError("Prometheus does not answer", e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
