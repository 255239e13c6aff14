package io.throughline.logs;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.throughline.publish.Settings;
import io.throughline.serve.HttpEndpoint;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShipperHttpTest {

    private final HttpClient client = HttpClient.newHttpClient();
    private final Tail tail = new Tail("test").start();
    @TempDir
    private Path dir;
    private LuceneStore store;
    private HttpEndpoint endpoint;
    private long offset;

    @BeforeEach
    void serve() throws IOException {
        store = Samples.store(dir);
        endpoint = Samples.serve(store, tail);
    }

    @AfterEach
    void stop() {
        endpoint.close();
        tail.close();
        store.close();
    }

    @Test
    void logs_findsByEachParameter() throws Exception {
        keep(Samples.line(0, "cannot connect", ",\"service\":\"api\",\"status_code\":503,\"error_code\":\"E1\","
                + "\"logger\":\"app.Db\",\"request_id\":\"r1\",\"user_id\":\"u1\",\"job_id\":\"j1\","
                + "\"batch_id\":\"b1\",\"stack_trace\":\"java.net.SocketException: reset\",\"extra\":1.50"),
                Samples.line(1, "all is well"));
        for (String query : List.of("service=api", "status_code=503", "error_code=E1", "logger=app.Db",
                "request_id=r1", "user_id=u1", "job_id=j1", "batch_id=b1", "q=socketexception", "q=Cannot%20reset",
                "q=%22cannot%20connect%22", "to=2026-01-28T15:30:01Z", "order=oldest&limit=1")) {
            assertThat(get("/api/v1/logs?" + query).body()).as(query).contains("cannot connect").contains(
                    "\"extra\":1.50").hasLineCount(1);
        }
        for (String query : List.of("trace_id=t2", "q=%22connect%20cannot%22", "min_level=ERROR",
                "from=2026-01-28T15:30:02Z", "q=cannot%20well")) {
            assertThat(get("/api/v1/logs?" + query).body()).as(query).isEmpty();
        }
    }

    @Test
    void logs_areNewestFirstWithTotalAndCursor() throws Exception {
        keep(Samples.line(0, "a"), Samples.line(1, "b"), Samples.line(2, "c"));
        HttpResponse<String> first = get("/api/v1/logs?limit=2");
        assertThat(first.headers().firstValue("X-Total-Matched")).hasValue("3");
        assertThat(first.headers().firstValue("Content-Type")).hasValue("application/x-ndjson");
        assertThat(first.body()).contains("\"c\"").contains("\"b\"").doesNotContain("\"a\"");
        HttpResponse<String> second = get("/api/v1/logs?limit=2&cursor=" + first.headers().firstValue(
                "X-Next-Cursor").orElseThrow());
        assertThat(second.body()).contains("\"a\"").hasLineCount(1);
        assertThat(second.headers().firstValue("X-Next-Cursor")).isEmpty();
    }

    @Test
    void logs_refusesAnUnknownParameterAsProblem() throws Exception {
        HttpResponse<String> answer = get("/api/v1/logs?colour=red");
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        assertThat(answer.body()).contains("colour");
    }

    @Test
    void logs_haveLevelAndTraceIdFilledIn_andNoEvents() throws Exception {
        keep(Samples.record(Samples.LOGS, 0, Map.of("trace_id", "t9"),
                "{\"timestamp\":\"2026-01-28T15:30:00.000000001Z\",\"level\":\"fatal\",\"message\":\"m\","
                        + "\"trace_id\":\"body\"}"),
                Samples.event("cache", 0, "cache.miss", "00", ",\"cache\":\"c\""));
        assertThat(get("/api/v1/logs").body()).isEqualTo(
                "{\"timestamp\":\"2026-01-28T15:30:00.000000001Z\",\"level\":\"CRITICAL\",\"message\":\"m\","
                        + "\"trace_id\":\"t9\"}\n");
    }

    @Test
    void trace_isInCausalOrderAndSaysWhatIsMissing() throws Exception {
        keep(Samples.event("jobs", 0, "job.created", "05", ",\"job_id\":\"job_1\",\"job_type\":\"video\",\"own\":1.0"),
                Samples.event("jobs", 1, "job.created", "06", ",\"job_id\":\"job_2\",\"job_type\":\"video\""),
                Samples.event("jobs", 2, "job.completed", "09",
                        ",\"job_id\":\"job_2\",\"job_type\":\"video\",\"status\":\"failed\""),
                Samples.event("batches", 0, "batch.completed", "10", ",\"batch_id\":\"b\",\"status\":\"success\""),
                Samples.line(2, "first of all"));
        JsonNode trace = json("/api/v1/traces/t1");
        assertThat(trace.get("complete").booleanValue()).isFalse();
        assertThat(trace.get("missing")).extracting(JsonNode::textValue).containsExactly(
                "job job_1 was created and has not completed",
                "batch b was completed and nothing says that it was created");
        assertThat(trace.get("entries")).extracting(e -> e.get("summary").textValue()).containsExactly(
                "INFO first of all", "job job_1 created (video)", "job job_2 created (video)",
                "job job_2 completed: failed", "batch b completed: success");
        assertThat(trace.get("counts").toString()).isEqualTo("{\"logs\":1,\"events\":4,\"failures\":1}");
        assertThat(trace.get("duration_seconds").doubleValue()).isEqualTo(8);
        assertThat(trace.at("/entries/1/context/user_id").textValue()).isEqualTo("u1");
        assertThat(trace.at("/entries/1/context/job_id").textValue()).isEqualTo("job_1");
        assertThat(get("/api/v1/traces/t1").body()).as("as it came").contains("\"own\":1.0}");
    }

    /** The records of one request through five services, stored in any order. */
    @Test
    void trace_ofFiveServices_isInCausalOrder_howeverItArrived() throws Exception {
        List<Entry> arrived = new ArrayList<>(Shorts.fiveServices().entries());
        Collections.shuffle(arrived, new Random(7));
        for (Entry e : arrived) {
            store.append(new Entry(e.kind(), e.partition(), offset++, e.timestamp(), e.context(), e.service(),
                    e.logger(), e.level(), e.errorCode(), e.statusCode(), e.text(), e.json()));
        }
        store.refresh();
        JsonNode trace = json("/api/v1/traces/" + Shorts.TRACE);
        assertThat(trace.get("services")).hasSize(5);
        assertThat(trace.get("complete").booleanValue()).isTrue();
        assertThat(trace.get("entries")).extracting(e -> Instant.parse(e.get("timestamp").textValue())).hasSize(17)
                .isSorted();
        assertThat(trace.get("entries")).extracting(e -> e.at("/record/event_type").asText(e.at("/record/message")
                .asText())).containsExactly("short requested", "batch.created", "request.completed",
                        "request.completed", "job.created", "job.created", "job.started", "cache.miss",
                        "llm.completed", "gpt-4o answered", "job.completed", "job.started", "llm.completed",
                        "llm.completed", "encoder exited with 1", "job.completed", "batch.completed");
        assertThat(trace.at("/totals/cost_usd").decimalValue()).isEqualByComparingTo("0.3");
        assertThat(trace.at("/totals/unpriced_calls").intValue()).isEqualTo(1);
        Set<String> ids = trace.get("spans").findValues("span_id").stream().map(JsonNode::textValue).collect(Collectors
                .toSet());
        assertThat(ids).hasSize(9);
        assertThat(trace.get("entries")).allSatisfy(e -> assertThat(e.get("span_id").textValue()).isIn(ids));
        assertThat(trace.get("spans")).allSatisfy(span -> assertThat(span.get("parent_id").isNull() || ids.contains(
                span.get("parent_id").textValue())).isTrue());
    }

    @Test
    void trace_withAllCompletions_isComplete() throws Exception {
        keep(Samples.event("jobs", 0, "job.created", "05", ",\"job_id\":\"j\",\"job_type\":\"v\""),
                Samples.event("jobs", 1, "job.completed", "06",
                        ",\"job_id\":\"j\",\"job_type\":\"v\",\"status\":\"success\""));
        assertThat(json("/api/v1/traces/t1").get("complete").booleanValue()).isTrue();
    }

    @Test
    void trace_idCanHoldAnyCharacters() throws Exception {
        keep(Samples.record(Samples.LOGS, 0, Map.of("trace_id", "a/b+c %ü\"<"),
                "{\"timestamp\":\"2026-01-28T15:30:00Z\",\"level\":\"INFO\",\"message\":\"m\"}"));
        JsonNode trace = json("/api/v1/traces/a%2Fb+c%20%25%C3%BC%22%3C");
        assertThat(trace.get("trace_id").textValue()).isEqualTo("a/b+c %ü\"<");
    }

    @Test
    void trace_withHalfASurrogatePairInAnEvent_isAnswered() throws Exception {
        keep(Samples.event("jobs", 0, "job.created", "05", ",\"job_id\":\"\\ud800\",\"job_type\":\"v\""));
        assertThat(get("/api/v1/traces/t1").statusCode()).isEqualTo(200);
    }

    @Test
    void trace_withARecordThatCannotBeReadAnyMore_showsItsTextAndTheOthers() throws Exception {
        Entry broken = Samples.entry(Samples.line(1, "x"));
        store.append(new Entry(broken.kind(), broken.partition(), broken.offset(), broken.timestamp(),
                broken.context(), null, null, broken.level(), null, null, List.of(), "{\"duration_ms\":1e100"));
        keep(Samples.line(2, "readable"));
        JsonNode trace = json("/api/v1/traces/t1");
        assertThat(trace.at("/entries/0/record").textValue()).isEqualTo("{\"duration_ms\":1e100");
        assertThat(trace.at("/entries/0").has("summary")).isFalse();
        assertThat(trace.at("/entries/1/summary").textValue()).isEqualTo("INFO readable");
        assertThat(trace.at("/counts/logs").intValue()).isEqualTo(2);
    }

    @Test
    void trace_isFoundByAnyWayToWriteItsPath() throws Exception {
        keep(Samples.line(0, "m"));
        assertThat(get("/api/v1/%74races/t1").statusCode()).isEqualTo(200);
        assertThat(get("/api/v1/traces%2ft1").statusCode()).isEqualTo(200);
    }

    /** More of them than may search at once; each has the first byte of an answer larger than all buffers. */
    @Test
    void readersThatDoNotRead_areInNobodysWay() throws Exception {
        for (int i = 0; i < 12; i++) {
            keep(Samples.line(i, "m", ",\"extra\":\"" + "x".repeat(1 << 20) + '"'));
        }
        List<Socket> readers = new ArrayList<>();
        try {
            for (int i = 0; i < 9; i++) {
                var reader = new Socket();
                readers.add(reader);
                reader.setReceiveBufferSize(4096);
                reader.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), endpoint.port()));
                reader.getOutputStream().write("GET /api/v1/logs HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(US_ASCII));
                assertThat(reader.getInputStream().read()).isEqualTo('H');
            }
            assertThat(get("/api/v1/logs?limit=1").statusCode()).isEqualTo(200);
        } finally {
            for (Socket reader : readers) {
                reader.close();
            }
        }
    }

    @Test
    void trace_thatNobodyKnows_isNotFound() throws Exception {
        assertThat(get("/api/v1/traces/nobody").statusCode()).isEqualTo(404);
        assertThat(get("/api/v1/traces/").statusCode()).isEqualTo(404);
    }

    @Test
    void page_hasAStrictPolicyAndLeadsToATrace() throws Exception {
        HttpResponse<String> page = get("/");
        assertThat(page.headers().firstValue("Content-Security-Policy").orElseThrow()).startsWith(
                "default-src 'none'").doesNotContain("unsafe");
        assertThat(get("/?trace_id=a%2Fb").headers().firstValue("Location")).hasValue("/trace/a%2Fb");
        assertThat(get("/nothing").statusCode()).isEqualTo(404);
    }

    @Test
    void shipper_startsWithoutABroker_saysSo_andStopsInTime(@TempDir Path dir) throws Exception {
        var settings = Settings.of(Map.of("THROUGHLINE_BOOTSTRAP_SERVERS", "127.0.0.1:1", "THROUGHLINE_STORE_DIR", dir
                .resolve("other").toString(), "THROUGHLINE_SHIPPER_PORT", "0"));
        List<String> fatal = new ArrayList<>();
        long begin = System.nanoTime();
        try (var shipper = Shipper.start(ShipperConfig.from(settings), fatal::add)) {
            settings.rejectUnknown();
            URI uri = URI.create("http://127.0.0.1:" + shipper.port());
            assertThat(send(uri.resolve("/health")).statusCode()).isEqualTo(503);
            assertThat(send(uri.resolve("/metrics")).body()).contains(
                    "throughline_shipper_records_stored_total{topic=\"throughline.logs\"} 0.0",
                    "throughline_shipper_records_skipped_total{reason=\"replayed\",topic=\"throughline.jobs\"} 0.0",
                    "throughline_shipper_dead_letters_total{reason=\"not_json\"} 0.0",
                    "throughline_shipper_lag_records", "throughline_shipper_store_documents 0.0",
                    "throughline_shipper_store_bytes", "throughline_shipper_last_commit_timestamp_seconds");
        }
        assertThat(fatal).isEmpty();
        assertThat(System.nanoTime() - begin).isLessThan(10_000_000_000L);
    }

    @SafeVarargs
    private void keep(ConsumerRecord<byte[], byte[]>... records) throws IOException {
        for (var record : records) {
            store.append(Samples.entry(record));
        }
        store.refresh();
    }

    private HttpResponse<String> get(String path) throws Exception {
        return send(URI.create("http://127.0.0.1:" + endpoint.port() + path));
    }

    private HttpResponse<String> send(URI uri) throws Exception {
        return client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
    }

    private ObjectNode json(String path) throws Exception {
        return (ObjectNode) new JsonMapper().readTree(get(path).body());
    }
}
