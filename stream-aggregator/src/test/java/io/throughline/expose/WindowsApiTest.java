package io.throughline.expose;

import static io.throughline.expose.WindowData.FAILED;
import static io.throughline.expose.WindowData.SUCCESS;
import static io.throughline.expose.WindowData.VIDEO;
import static io.throughline.expose.WindowData.distribution;
import static io.throughline.expose.WindowData.key;
import static io.throughline.expose.WindowData.series;
import static io.throughline.expose.WindowData.sum;
import static io.throughline.expose.WindowData.watermark;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.throughline.aggregate.CombineConfig;
import io.throughline.aggregate.Metric;
import io.throughline.publish.Settings;
import io.throughline.serve.Health;
import io.throughline.serve.HttpEndpoint;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WindowsApiTest {

    private static final String NOON = "2026-01-28T12:00:00Z";
    private static final CombineConfig CONFIG = CombineConfig.from(Settings.of(Map.of()));

    private final Clock clock = new SetClock(() -> Instant.parse("2026-01-28T12:10:30Z").toEpochMilli());
    private final WindowStore store = new WindowStore(Duration.ofHours(24));
    private final LagWatch lag = new LagWatch(CONFIG, clock);
    private final Progress progress = new Progress(store, lag, List.of("throughline.jobs"), Duration.ofHours(1));
    private Health.Check ready = new Health.Check("windows", true, "");
    private HttpEndpoint http;

    @BeforeEach
    void serve() throws IOException {
        http = HttpEndpoint.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                Executors.newVirtualThreadPerTaskExecutor());
        http.route("/api/v1/windows", new WindowsApi(store, () -> ready, progress, clock)::handle).start();
    }

    @AfterEach
    void stop() {
        http.close();
    }

    @Test
    void counter_answersItsIncreaseOfEachWindow() throws Exception {
        store.apply(key(SUCCESS, 0, NOON), sum("3"));
        store.apply(key(SUCCESS, 1, "2026-01-28T12:01:00Z"), sum("4"));
        store.apply(key(FAILED, 0, NOON), sum("1"));
        JsonNode answer = ask(
                "metric=jobs_completed_total&from=2026-01-28T12:00:00Z&to=2026-01-28T12:02:00Z&by=status");
        assertThat(answer.path("kind").asText()).isEqualTo("counter");
        assertThat(answer.path("unit").asText()).isEqualTo("1");
        assertThat(answer.path("step").asText()).isEqualTo("1m");
        assertThat(answer.path("complete").asBoolean()).isTrue();
        assertThat(answer.at("/series/1").toString()).isEqualTo(
                """
                        {"labels":{"status":"success"},"windows":[\
                        {"start":"2026-01-28T12:00:00Z","end":"2026-01-28T12:01:00Z","count":3,"sum":3,"rate":0.05,"final":false},\
                        {"start":"2026-01-28T12:01:00Z","end":"2026-01-28T12:02:00Z","count":4,"sum":4,"rate":0.0666666667,"final":false}]}""");
    }

    @Test
    void money_hasNoNoiseAndNoCount() throws Exception {
        for (int partition = 0; partition < 10; partition++) {
            store.apply(key(series(Metric.LLM_COST_USD, "gpt-4o"), partition, NOON), sum("0.1"));
        }
        store.apply(key(series(Metric.LLM_COST_USD, "gpt-4o"), 10, NOON), sum("0.000000007"));
        String text = get("metric=llm_cost_usd_total&from=2026-01-28T12:00:00Z&to=2026-01-28T12:01:00Z").body();
        assertThat(text).contains("\"unit\":\"usd\"", "\"sum\":1.000000007").doesNotContain("\"count\"");
    }

    @Test
    void histogram_answersQuantilesWithTheirErrorBound() throws Exception {
        store.apply(key(VIDEO, 0, NOON), distribution(Metric.JOB_DURATION_SECONDS, 1, 2, 3));
        store.apply(key(VIDEO, 1, NOON), distribution(Metric.JOB_DURATION_SECONDS, 4, 100));
        JsonNode answer = ask("metric=job_duration_seconds&quantiles=0.5,0.99&step=5m"
                + "&from=2026-01-28T12:00:00Z&to=2026-01-28T12:10:00Z");
        double error = answer.at("/quantile_error/relative").asDouble();
        assertThat(error).isBetween(0.0001, 0.01);
        JsonNode window = answer.at("/series/0/windows/0");
        assertThat(window.path("count").asLong()).isEqualTo(5);
        assertThat(window.path("sum").asInt()).isEqualTo(110);
        assertThat(window.path("mean").asInt()).isEqualTo(22);
        assertThat(window.at("/quantiles/0.5").asDouble()).isBetween(3 * (1 - error), 3 * (1 + error));
        assertThat(window.at("/quantiles/0.99").asDouble()).isBetween(100 * (1 - error), 100 * (1 + error));
        JsonNode empty = answer.at("/series/0/windows/1");
        assertThat(empty.path("count").asLong()).isZero();
        assertThat(empty.path("mean").isNull()).isTrue();
        assertThat(empty.at("/quantiles/0.5").isNull()).isTrue();
    }

    @Test
    void window_isFinalOnceTheGraceHasPassedAtEveryInputPartition() throws Exception {
        lag.take(clock.millis(), Map.of(new TopicPartition("throughline.jobs", 0), 0L,
                new TopicPartition("throughline.jobs", 1), 0L));
        store.apply(key(SUCCESS, 0, "2026-01-28T11:00:00Z"), sum("3"));
        watermark(store, 0, "2026-01-28T12:01:00Z");
        assertThat(finalWindows()).as("partition 1 has said nothing").containsExactly(false, false);
        watermark(store, 1, "2026-01-28T12:00:59Z");
        assertThat(finalWindows()).as("partition 1 is a second short").containsExactly(false, false);
        watermark(store, 1, "2026-01-28T12:01:30Z");
        assertThat(finalWindows()).containsExactly(true, false);
    }

    @Test
    void unreadTopic_isToldAsNotReady() throws Exception {
        ready = new Health.Check("windows", false, "reading what was committed before");
        HttpResponse<String> answer = get("metric=jobs_completed_total");
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.headers().firstValue("Retry-After")).contains("1");
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
        assertThat(answer.body()).contains("reading what was committed before");
    }

    @Test
    void unknownMetric_isRefusedWithNearOnes() throws Exception {
        HttpResponse<String> answer = get("metric=llm_request_total");
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("did you mean llm_requests_total");
    }

    @Test
    void windowsThatAreNoLongerKept_areToldAsMissing() throws Exception {
        store.apply(key(SUCCESS, 0, "2026-01-28T12:10:00Z"), sum("3"));
        JsonNode answer = ask("metric=jobs_completed_total&from=2026-01-20T00:00:00Z");
        assertThat(answer.path("complete").asBoolean()).isFalse();
        assertThat(answer.path("missing").asText()).contains("2026-01-27T12:10:00Z");
        assertThat(answer.path("kept_from").asText()).isEqualTo("2026-01-27T12:10:00Z");
    }

    private List<Boolean> finalWindows() throws Exception {
        List<Boolean> each = new ArrayList<>();
        ask("metric=jobs_completed_total&from=2026-01-28T11:00:00Z&to=2026-01-28T11:02:00Z").at("/series/0/windows")
                .forEach(window -> each.add(window.path("final").asBoolean()));
        return each;
    }

    private JsonNode ask(String query) throws Exception {
        HttpResponse<String> answer = get(query);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return new JsonMapper().readTree(answer.body());
    }

    private HttpResponse<String> get(String query) throws Exception {
        try (var client = HttpClient.newHttpClient()) {
            return client.send(HttpRequest.newBuilder(
                    URI.create("http://127.0.0.1:" + http.port() + "/api/v1/windows?" + query)).build(),
                    BodyHandlers.ofString());
        }
    }
}
