package io.throughline.local.replay;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.throughline.aggregate.Metric;
import io.throughline.publish.Settings;
import io.throughline.replay.MetricQuery;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Asks the aggregator's {@code /api/v1/windows}. Every failure is one line that says what to do. */
final class AggregatorClient {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();

    private final HttpClient http = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
    private final String address;

    AggregatorClient(@Nullable String url, Settings settings) {
        this.address = (url == null
                ? "http://localhost:" + settings.integer("THROUGHLINE_AGGREGATOR_PORT", 8000, 1, 65_535)
                : url).replaceAll("/+$", "");
    }

    String address() {
        return address;
    }

    /** Asks something small, so that an aggregator that is away is known before anything is counted. */
    void requireAnswer() throws IOException {
        var unused = windows(Metric.CACHE_HITS,
                MetricQuery.of(Instant.now().minusSeconds(60), Instant.now(), null, null));
    }

    JsonNode windows(Metric metric, MetricQuery query) throws IOException {
        List<String> by = query.by();
        String quantiles = metric.kind() == Metric.Kind.HISTOGRAM
                ? "&quantiles=" + MetricQuery.QUANTILES.stream().map(String::valueOf).collect(Collectors.joining(","))
                : "";
        URI uri = URI
                .create(address + "/api/v1/windows?metric=" + metric.metricName() + "&from=" + query.from() + "&to="
                        + query.to() + "&step=" + query.step().toMinutes() + 'm' + (by == null
                                ? ""
                                : "&by=" + String.join(",", by))
                        + quantiles);
        try {
            HttpResponse<byte[]> answer = http.send(HttpRequest.newBuilder(uri).timeout(PATIENCE).build(),
                    BodyHandlers.ofByteArray());
            JsonNode json = JSON.readTree(answer.body());
            if (answer.statusCode() != 200) {
                throw new IOException(
                        address + " refuses: " + json.path("detail").asText("HTTP " + answer.statusCode()));
            }
            return json;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } catch (ConnectException e) {
            throw new IOException(
                    "no aggregator at " + address + " (nothing answers); start one with ./throughline up, or"
                            + " name another with --aggregator",
                    e);
        }
    }
}
