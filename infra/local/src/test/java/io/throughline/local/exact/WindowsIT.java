package io.throughline.local.exact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.throughline.local.KafkaBroker;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The windows of a day add up to the counters, through a kill, and any instance answers for all of them. */
class WindowsIT {

    private static final List<String> COUNTERS = List.of("jobs_created_total", "jobs_completed_total",
            "llm_requests_total", "cache_hits_total", "cache_misses_total", "http_requests_total", "llm_tokens_total");
    private static final List<String> HISTOGRAMS = List.of("job_duration_seconds", "llm_latency_seconds",
            "batch_processing_seconds", "tokens_used");

    @RegisterExtension
    private static final KafkaBroker BROKER = new KafkaBroker();

    @TempDir
    private Path scratch;

    @Test
    void windows_addUpToTheCounters_whateverInstanceIsAsked() throws Exception {
        try (var rig = Rig.start("windows", BROKER.bootstrapServers(), scratch, "0s", Seeds.next());
                var http = HttpClient.newHttpClient()) {
            rig.startAndAwaitNumbers("one", "two");
            rig.fleet().kill("two");
            rig.start("two");
            rig.settle();
            Map<String, Double> page = rig.fleet().whole().samples();
            for (String instance : List.of("one", "two")) {
                int port = rig.fleet().port(instance);
                for (String metric : COUNTERS) {
                    await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> assertThat(sum(ask(http, port, metric),
                            "sum")).as("%s of %s", metric, instance).isEqualByComparingTo(sum(page, metric)));
                }
                for (String metric : HISTOGRAMS) {
                    JsonNode answer = ask(http, port, metric);
                    assertThat(sum(answer, "count")).as("%s of %s", metric, instance)
                            .isEqualByComparingTo(sum(page, metric + "_count"));
                }
            }
            assertThat(page.keySet()).as("the newest closed windows")
                    .anyMatch(sample -> sample.startsWith("llm_latency_seconds_window{"));
        }
    }

    private static JsonNode ask(HttpClient http, int port, String metric) throws IOException, InterruptedException {
        HttpResponse<String> answer = http.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port
                + "/api/v1/windows?by=&from=-3h&to=now&step=1m&metric=" + metric)).build(), BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return new JsonMapper().readTree(answer.body());
    }

    private static BigDecimal sum(JsonNode answer, String field) {
        return StreamSupport.stream(answer.at("/series/0/windows").spliterator(), false)
                .map(window -> window.path(field).decimalValue()).reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    private static BigDecimal sum(Map<String, Double> page, String name) {
        return page.entrySet().stream().filter(sample -> Page.name(sample.getKey()).equals(name))
                .map(sample -> BigDecimal.valueOf(sample.getValue())).reduce(BigDecimal.ZERO, BigDecimal::add);
    }
}
