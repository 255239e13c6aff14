package io.throughline.logs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.throughline.serve.HttpEndpoint;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ZipkinApiTest {

    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-01-28T15:31:00Z"), ZoneOffset.UTC);
    private static final String CALL = "\"model\":\"m\",\"status\":\"success\",\"latency_seconds\":2,"
            + "\"prompt_tokens\":1,\"completion_tokens\":1";

    private final HttpClient client = HttpClient.newHttpClient();
    private final Tail tail = new Tail("test");
    @TempDir
    private Path dir;
    private LuceneStore store;
    private HttpEndpoint endpoint;

    @BeforeEach
    void serve() throws IOException {
        store = Samples.store(dir);
        endpoint = Shipper.routes(HttpEndpoint.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                Executors.newVirtualThreadPerTaskExecutor()), store, tail, URI.create("http://localhost:3000"), CLOCK)
                .start();
        keep(Shorts.fiveServices());
    }

    @AfterEach
    void stop() {
        endpoint.close();
        store.close();
    }

    @Test
    void trace_isAsZipkinHasIt() throws Exception {
        JsonNode spans = json("/api/v2/trace/" + Shorts.TRACE);
        assertThat(spans).hasSize(9).allSatisfy(span -> {
            assertThat(span.get("traceId").textValue()).isEqualTo(Shorts.TRACE);
            assertThat(span.get("id").textValue()).matches("[0-9a-f]{16}");
            assertThat(span.get("timestamp").isIntegralNumber()).isTrue();
            assertThat(span.get("duration").longValue()).isPositive();
            assertThat(span.get("name").textValue()).isLowerCase();
            assertThat(span.get("tags")).allSatisfy(tag -> assertThat(tag.isTextual()).isTrue());
        });
        assertThat(spans.get(0).has("parentId")).as("the root comes first").isFalse();
        JsonNode call = span(spans, "llm gpt-4o");
        assertThat(call.get("timestamp").longValue()).isEqualTo(
                Instant.parse("2026-01-28T15:30:01.100Z").toEpochMilli() * 1_000);
        assertThat(call.get("duration").longValue()).isEqualTo(2_000_000);
        assertThat(call.get("kind").textValue()).isEqualTo("CLIENT");
        assertThat(call.at("/localEndpoint/serviceName").textValue()).isEqualTo("script-writer");
        assertThat(call.at("/remoteEndpoint/serviceName").textValue()).isEqualTo("gpt-4o");
        assertThat(call.at("/tags/cost_usd").textValue()).isEqualTo("0.1");
        assertThat(call.at("/annotations/0/value").textValue()).isEqualTo("INFO gpt-4o answered");
        assertThat(span(spans, "job video").at("/tags/error").textValue()).isEqualTo("render_failed");
        assertThat(call.get("parentId")).isEqualTo(span(spans, "job script").get("id"));
    }

    @Test
    void trace_whoseIdIsNotHex_keepsItsIdInATag_andOpensByBoth() throws Exception {
        keep(new Shorts("trace_abc123").event("llm", "s", "10", "", "llm.completed", CALL));
        JsonNode span = json("/api/v2/trace/trace_abc123").get(0);
        String mapped = span.get("traceId").textValue();
        assertThat(mapped).matches("[0-9a-f]{32}").isEqualTo(SpanIds.traceId("trace_abc123"));
        assertThat(span.at("/tags").get("throughline.trace_id").textValue()).isEqualTo("trace_abc123");
        assertThat(json("/api/v2/trace/" + mapped)).isEqualTo(json("/api/v2/trace/trace_abc123"));
    }

    @Test
    void trace_ofLogLinesAlone_hasASpanForEachService() throws Exception {
        keep(new Shorts("5bf92f3577b34da6a3ce929d0e0e4736").log("a", "01", "", "INFO", "one").log("a", "03", "",
                "ERROR", "two").log("b", "02", "", "INFO", "three"));
        JsonNode spans = json("/api/v2/trace/5bf92f3577b34da6a3ce929d0e0e4736");
        assertThat(spans).extracting(s -> s.at("/localEndpoint/serviceName").textValue()).containsExactly("a", "b");
        assertThat(spans.get(0).get("duration").longValue()).isEqualTo(2_000_000);
        assertThat(spans.get(0).get("annotations")).hasSize(2);
    }

    @Test
    void trace_nobodyKnows_isNotFound() throws Exception {
        assertThat(get("/api/v2/trace/00000000000000000000000000000001").statusCode()).isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "?serviceName=voice", "?serviceName=VOICE&spanName=LLM%20tts-1",
            "?serviceName=script-writer&minDuration=2000000&maxDuration=2000000", "?remoteServiceName=gpt-4o",
            "?annotationQuery=error%3Drender_failed", "?annotationQuery=job_id%20and%20model%3Dgpt-4o",
            "?serviceName=all&spanName=&limit=10", "?endTs=1769614260000&lookback=3600000",
            "?serviceName=scheduler&annotationQuery=created"})
    void traces_findsIt(String query) throws Exception {
        assertThat(json("/api/v2/traces" + query)).as(query).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"?serviceName=nobody", "?spanName=nothing", "?minDuration=60000000",
            "?annotationQuery=error%3Dother", "?serviceName=voice&annotationQuery=model%3Dgpt-4o",
            "?endTs=1769610000000&lookback=1000", "?serviceName=gateway&spanName=llm%20tts-1"})
    void traces_doesNotFindIt(String query) throws Exception {
        assertThat(json("/api/v2/traces" + query)).as(query).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api/v2/traces?limit=0", "/api/v2/traces?endTs=now", "/api/v2/traces?minDuration=-1",
            "/api/v2/traces?maxDuration=5", "/api/v2/spans", "/api/v2/traceMany", "/api/v2/traces?limit=1&limit=2",
            "/api/v2/traces?endTs=999999999999999&lookback=%zz"})
    void badQuestions_areRefused(String path) throws Exception {
        HttpResponse<String> answer = get(path);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
    }

    @Test
    void servicesAndSpans_areNamedInLowerCase() throws Exception {
        keep(new Shorts("t").event("llm", "Big-Service", "10", "", "llm.completed", CALL.replace("\"m\"", "\"GPT\"")));
        assertThat(json("/api/v2/services")).extracting(JsonNode::textValue).containsExactly("big-service", "gateway",
                "scheduler", "script-writer", "video-renderer", "voice");
        assertThat(json("/api/v2/spans?serviceName=big-service")).extracting(JsonNode::textValue).containsExactly(
                "llm gpt");
        assertThat(json("/api/v2/traces?serviceName=big-service")).hasSize(1);
    }

    @Test
    void traceMany_answersThoseThatThereAre() throws Exception {
        assertThat(json("/api/v2/traceMany?traceIds=" + Shorts.TRACE + ",00000000000000000000000000000001")).hasSize(
                1);
    }

    @Test
    void histogram_countsByTimeAndSeverity() throws Exception {
        JsonNode histogram = json("/api/v1/logs/histogram");
        assertThat(histogram.get("total").intValue()).isEqualTo(3);
        assertThat(histogram.get("slices").size()).isLessThanOrEqualTo(60);
        assertThat(histogram.findValues("errors").stream().mapToInt(JsonNode::intValue).sum()).isEqualTo(1);
        assertThat(json("/api/v1/logs/histogram?min_level=ERROR").get("total").intValue()).isEqualTo(1);
        assertThat(json("/api/v1/logs/histogram?q=nowhere").get("slices")).isEmpty();
        assertThat(get("/api/v1/logs/histogram?slices=9999").statusCode()).isEqualTo(400);
        assertThat(json("/api/v1/services")).hasSize(5);
    }

    private void keep(Shorts shorts) throws IOException {
        for (Entry entry : shorts.entries()) {
            store.append(new Entry(entry.kind(), entry.partition(), next++, entry.timestamp(), entry.context(), entry
                    .service(), entry.logger(), entry.level(), entry.errorCode(), entry.statusCode(), entry.text(),
                    entry.json()));
        }
        store.refresh();
    }

    private long next;

    private static JsonNode span(JsonNode spans, String name) {
        return List.copyOf(spans.findParents("name")).stream().filter(span -> span.get("name").textValue().equals(name))
                .findFirst().orElseThrow();
    }

    private HttpResponse<String> get(String path) throws Exception {
        URI uri = URI.create("http://127.0.0.1:" + endpoint.port() + path.replace("%zz", "%25zz"));
        return client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
    }

    private JsonNode json(String path) throws Exception {
        HttpResponse<String> answer = get(path);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return new JsonMapper().readTree(answer.body());
    }
}
