package io.throughline.local.monitoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.throughline.aggregate.Metric;
import io.throughline.local.Home;
import io.throughline.local.Pipeline;
import io.throughline.local.Program;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * {@code up --demo} with the Prometheus and the Alertmanager it starts: the guide's
 * queries, and every panel, rule and variable, have an answer.
 */
class PanelsIT {

    private static final Home HOME = Home.find();
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Pattern LEGEND = Pattern.compile("\\{\\{(\\w+)}}");
    private static final double DAY_SECONDS = 86_400;

    private static Pipeline pipeline;
    private static Prometheus prometheus;
    private static int alertmanagerPort;

    @BeforeAll
    static void startTheDemo(@TempDir Path scratch) throws IOException {
        Program.require("prometheus");
        int port = Pipeline.freePort();
        alertmanagerPort = Pipeline.freePort();
        Map<String, String> environment = Pipeline.environment();
        environment.put("THROUGHLINE_DEMO_RATE", "5");
        environment.put("THROUGHLINE_DEMO_SEED", "7");
        environment.put("THROUGHLINE_DEMO_MONITORING", "true");
        environment.put("THROUGHLINE_DEMO_SCRAPE_INTERVAL", "1s");
        environment.put("THROUGHLINE_PROMETHEUS_PORT", Integer.toString(port));
        environment.put("THROUGHLINE_ALERTMANAGER_PORT", Integer.toString(alertmanagerPort));
        environment.put("THROUGHLINE_BORN_AT_ZERO", "3s");
        pipeline = Pipeline.start(scratch, environment, "--demo");
        prometheus = new Prometheus(port);
    }

    @AfterAll
    static void stop() throws InterruptedException {
        if (pipeline != null) {
            int exitCode = pipeline.stop();
            pipeline.close();
            assertThat(exitCode).isZero();
            assertThat(prometheus.answers()).as("Prometheus ends with the demo").isFalse();
        }
    }

    @ParameterizedTest
    @MethodSource("panels")
    void panel_hasAnAnswerInItsUnit(Dashboard.Panel panel) {
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(panel.targets()).allSatisfy(target -> {
            List<Prometheus.Sample> answer = prometheus.query(Substituted.of(target.expression()));
            assertThat(answer).as(target.expression()).isNotEmpty()
                    .allSatisfy(sample -> assertInUnit(panel.unit(), sample.value()))
                    .allSatisfy(sample -> assertThat(labelsOf(target.legend())).allMatch(sample.labels()::has));
        }));
    }

    @ParameterizedTest
    @MethodSource("variables")
    void variable_hasValues(JsonNode variable) {
        String name = variable.path("name").asText();
        String query = variable.path("query").path("query").asText();
        String metric = query.substring(query.indexOf('(') + 1, query.indexOf(','));
        await().atMost(PATIENCE).untilAsserted(
                () -> assertThat(prometheus.ask("/api/v1/label/" + name + "/values?match[]=" + metric)).isNotEmpty());
    }

    @Test
    void rules_areEvaluatedWithoutErrors_andEachRecordsSomething() {
        await().atMost(PATIENCE).untilAsserted(() -> {
            assertThat(prometheus.ask("/api/v1/rules").path("groups").valueStream()
                    .flatMap(group -> group.path("rules").valueStream())).hasSizeGreaterThan(20)
                    .allSatisfy(rule -> assertThat(rule.path("health").asText()).as(rule.toString()).isEqualTo("ok"));
            assertThat(Rules.of(HOME).recordings().keySet())
                    .allSatisfy(name -> assertThat(prometheus.query(name)).as(name).isNotEmpty());
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {
            "(sum(rate(jobs_completed_total{status=\"success\"}[5m])) / sum(rate(jobs_completed_total[5m]))) * 100",
            "(sum(rate(cache_hits_total[5m])) / (sum(rate(cache_hits_total[5m])) + sum(rate(cache_misses_total[5m])))) * 100"})
    void percentageOfTheGuide_hasAnAnswerBetween0And100(String query) {
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(prometheus.query(query)).singleElement()
                .satisfies(sample -> assertThat(sample.value()).isGreaterThan(10).isLessThanOrEqualTo(100)));
    }

    @Test
    void latencyQuantileOfTheGuide_hasAnAnswerForEachJobType() {
        String query = "histogram_quantile(0.95, sum(rate(job_duration_seconds_bucket[5m])) by (le, job_type))";
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(prometheus.query(query)).hasSizeGreaterThanOrEqualTo(3)
                .allSatisfy(sample -> assertThat(sample.value()).isBetween(0.001, 7200.0)));
    }

    @Test
    void everyMetricOfTheCatalogue_isThereAfterAMinuteOfDemo() {
        List<String> names = Stream.of(Metric.values()).filter(PanelsIT::shownByTheDemo)
                .map(metric -> metric.kind() == Metric.Kind.HISTOGRAM
                        ? metric.metricName() + "_bucket"
                        : metric.metricName())
                .toList();
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(names)
                .allSatisfy(name -> assertThat(prometheus.query("count(" + name + ")")).as(name).isNotEmpty()));
    }

    @Test
    void exemplars_nameTracesThatTheShipperFinds() {
        await().atMost(PATIENCE).untilAsserted(() -> {
            JsonNode exemplars = prometheus
                    .ask("/api/v1/query_exemplars?start=0&end=9999999999&query=llm_latency_seconds_bucket");
            assertThat(exemplars.findValuesAsText("trace_id")).isNotEmpty().first().satisfies(id -> {
                assertThat(pipeline.logs("/api/v1/traces/" + id).statusCode()).isEqualTo(200);
                // The path of the link that Grafana makes of an exemplar, and that of its own view.
                assertThat(pipeline.logs("/trace/" + id).statusCode()).isEqualTo(200);
                assertThat(pipeline.logs("/api/v2/trace/" + id).statusCode()).isEqualTo(200);
            });
        });
    }

    @Test
    void targets_areBothServers_asTheConfigurationLabelsThem() {
        await().atMost(PATIENCE).untilAsserted(() -> {
            assertThat(prometheus.query("up == 1")).extracting(sample -> sample.labels().path("job").asText())
                    .containsExactlyInAnyOrder("aggregator", "shipper");
            assertThat(prometheus.query("count by (instance) (jobs_created_total)")).singleElement()
                    .satisfies(sample -> assertThat(sample.labels().path("instance").asText())
                            .isEqualTo("aggregator"));
            assertThat(prometheus.query("throughline_exposed_series{instance=~\"127.0.0.1:.*\",replica=\"\"}"))
                    .hasSize(1);
            assertThat(prometheus.query("service_last_seen_timestamp_seconds{instance=~\"gateway-.\"}")).hasSize(2);
        });
    }

    @Test
    void runbooks_areWhereTheAlertsSay() throws Exception {
        try (var http = HttpClient.newHttpClient()) {
            var uri = URI.create("http://localhost:" + prometheus.port() + "/user/ServiceDown.md");
            var answer = http.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
            assertThat(answer.body()).startsWith("# ServiceDown");
            assertThat(answer.headers().firstValue("Content-Type")).hasValueSatisfying(
                    type -> assertThat(type).startsWith("text/"));
        }
    }

    @Test
    void alertmanager_isTheOneThatPrometheusTells() {
        Program.require("amtool");
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(prometheus.ask("/api/v1/alertmanagers")
                .path("activeAlertmanagers").path(0).path("url").asText()).contains(":" + alertmanagerPort + "/"));
    }

    /** The demo breaks nothing that these would count. */
    private static boolean shownByTheDemo(Metric metric) {
        return switch (metric) {
            case LLM_UNPRICED_REQUESTS, THROUGHLINE_DUPLICATES, THROUGHLINE_REPLAYED, THROUGHLINE_DEAD_LETTERS,
                    THROUGHLINE_EXPIRED_JOBS, THROUGHLINE_LABEL_OVERFLOW, THROUGHLINE_LATE ->
                false;
            default -> true;
        };
    }

    private static void assertInUnit(String unit, double value) {
        assertThat(value).isFinite().isNotNegative();
        switch (unit) {
            case "percent" -> assertThat(value).isLessThanOrEqualTo(100);
            case "s" -> assertThat(value).isLessThan(DAY_SECONDS);
            case "dateTimeFromNow" ->
                assertThat(value).isBetween(System.currentTimeMillis() - 6e4, System.currentTimeMillis() + 6e4);
            case "currencyUSD" -> assertThat(value).isLessThan(10_000);
            case "bytes" -> assertThat(value).isGreaterThan(1000);
            default -> assertThat(value).isLessThan(1e9);
        }
    }

    private static List<String> labelsOf(String legend) {
        return LEGEND.matcher(legend).results().map((MatchResult label) -> label.group(1)).toList();
    }

    static Stream<Dashboard.Panel> panels() {
        return Dashboard.all(HOME).stream().flatMap(dashboard -> dashboard.panels().stream());
    }

    static Stream<JsonNode> variables() {
        return Dashboard.all(HOME).stream().flatMap(dashboard -> dashboard.variables().stream())
                .filter(variable -> variable.path("type").asText().equals("query")).distinct();
    }
}
