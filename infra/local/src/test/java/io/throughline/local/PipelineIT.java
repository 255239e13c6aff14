package io.throughline.local;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole pipeline as its users meet it: kcat in, /metrics and the log API out. */
class PipelineIT {

    private static final JsonMapper JSON = new JsonMapper();
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";

    private static Pipeline pipeline;

    @BeforeAll
    static void startPipeline(@TempDir Path scratch) throws IOException {
        pipeline = Pipeline.start(scratch, Pipeline.environment());
    }

    @AfterAll
    static void stopPipeline() throws InterruptedException {
        assertThat(pipeline.stop()).isZero();
        pipeline.close();
    }

    @Test
    void everyEventType_publishedByKcatAlone_counts() throws Exception {
        kcat("jobs", "job_9", "job.created", "\"job_id\":\"job_9\",\"job_type\":\"kcat\"");
        kcat("jobs", "job_9", "job.started", "\"job_id\":\"job_9\",\"job_type\":\"kcat\"");
        kcat("jobs", "job_8", "job.created", "\"job_id\":\"job_8\",\"job_type\":\"kcat\"");
        kcat("jobs", "job_8", "job.completed",
                "\"job_id\":\"job_8\",\"job_type\":\"kcat\",\"status\":\"failed\",\"duration_seconds\":12.5");
        kcat("batches", "batch_9", "batch.created", "\"batch_id\":\"batch_9\",\"size\":2");
        kcat("batches", "batch_9", "batch.completed",
                "\"batch_id\":\"batch_9\",\"status\":\"success\",\"processing_seconds\":40.25");
        kcat("llm", TRACE, "llm.completed", "\"model\":\"kcat-model\",\"status\":\"success\",\"latency_seconds\":1.42,"
                + "\"prompt_tokens\":374,\"completion_tokens\":44");
        kcat("cache", TRACE, "cache.hit", "\"cache\":\"prompts\",\"saved_usd\":0.004");
        kcat("cache", TRACE, "cache.miss", "\"cache\":\"prompts\"");
        kcat("cache", TRACE, "cache.size", "\"cache\":\"prompts\",\"entries\":70,\"instance\":\"i-1\"");
        kcat("services", "kcat", "request.completed", "\"method\":\"POST\",\"route\":\"/v1/x\",\"status_code\":201,"
                + "\"duration_seconds\":0.2");
        kcat("services", "kcat", "database.error", "\"database\":\"postgres\",\"operation\":\"insert\"");
        kcat("services", "kcat", "service.heartbeat", "\"instance\":\"i-1\"");

        Map<String, Double> expected = Map.ofEntries(
                Map.entry("jobs_created_total{job_type=\"kcat\"}", 2.0),
                Map.entry("jobs_completed_total{job_type=\"kcat\",status=\"failed\"}", 1.0),
                Map.entry("jobs_completed_total{job_type=\"kcat\",status=\"success\"}", 0.0),
                Map.entry("job_duration_seconds_sum{job_type=\"kcat\"}", 12.5), Map.entry("active_jobs", 1.0),
                Map.entry("batches_created_total", 1.0), Map.entry("batches_completed_total{status=\"success\"}", 1.0),
                Map.entry("batch_processing_seconds_sum", 40.25),
                Map.entry("llm_requests_total{model=\"kcat-model\",status=\"success\"}", 1.0),
                Map.entry("llm_latency_seconds_sum{model=\"kcat-model\"}", 1.42),
                Map.entry("llm_latency_seconds_bucket{model=\"kcat-model\",le=\"2.0\"}", 1.0),
                Map.entry("llm_latency_seconds_bucket{model=\"kcat-model\",le=\"1.0\"}", 0.0),
                Map.entry("tokens_used_sum{model=\"kcat-model\"}", 418.0),
                Map.entry("llm_unpriced_requests_total{model=\"kcat-model\"}", 1.0),
                Map.entry("cache_hits_total", 1.0), Map.entry("cache_misses_total", 1.0),
                Map.entry("cache_saved_usd_total", 0.004), Map.entry("cache_entries", 70.0),
                Map.entry("http_requests_total{service=\"kcat\",status_code=\"201\"}", 1.0),
                Map.entry("database_errors_total{database=\"postgres\"}", 1.0), Map.entry("active_users", 1.0));
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(pipeline.metrics()).containsAllEntriesOf(expected)
                .containsKey("service_last_seen_timestamp_seconds{instance=\"i-1\",service=\"kcat\"}"));
    }

    @Test
    void malformedRecord_landsInDeadLettersWithItsBytesAndHeaders() throws Exception {
        String value = "{\"event_type\":\"cache.hit\", not json \u00e9";
        Program.run(value.getBytes(UTF_8), List.of(Program.require("kcat").toString(), "-P", "-b",
                pipeline.bootstrapServers(), "-t", "throughline.cache", "-k", "the key", "-H", "trace_id=trace_abc123",
                "-H", "mine=kept"));

        ConsumerRecord<byte[], byte[]> letter = awaitDeadLetter();
        assertThat(letter.value()).isEqualTo(value.getBytes(UTF_8));
        assertThat(letter.key()).isEqualTo("the key".getBytes(UTF_8));
        assertThat(header(letter, "mine")).isEqualTo("kept");
        assertThat(header(letter, "trace_id")).isEqualTo("trace_abc123");
        assertThat(header(letter, "dead_letter_reason")).isEqualTo("not_json");
        assertThat(header(letter, "dead_letter_topic")).isEqualTo("throughline.cache");
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(pipeline.metrics())
                .containsEntry("throughline_dead_letters_total{reason=\"not_json\",topic=\"throughline.cache\"}", 1.0));
    }

    @Test
    void publishedFile_countsToTheUnitAndEveryTraceIsFound(@TempDir Path scratch) throws Exception {
        List<String> lines = new ArrayList<>();
        long tokens = 0;
        for (int row = 1; row <= 300; row++) {
            tokens += row + 2L * row;
            lines.add("""
                    {"headers":{"trace_id":"%032x"},"value":{"event_id":"row-%d","event_type":"llm.completed",\
                    "timestamp":"2023-11-16T18:15:46.68%05dZ","service":"conversation","model":"of-2023",\
                    "status":"success","latency_seconds":0.25,"prompt_tokens":%d,"completion_tokens":%d}}"""
                    .formatted(row, row, row, row, 2 * row));
        }
        Path file = Files.write(scratch.resolve("rows.ndjson"), lines);
        try (var publish = ChildJvm.start(scratch, pipeline.settings(), Main.class, "publish", file.toString())) {
            assertThat(publish.line()).as(publish.errors()).startsWith("published 300 of 300 records");
            assertThat(publish.exitCode()).isZero();
        }

        double sum = tokens;
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(pipeline.metrics())
                        .containsEntry("llm_requests_total{model=\"of-2023\",status=\"success\"}", 300.0)
                        .containsEntry("tokens_used_count{model=\"of-2023\"}", 300.0)
                        .containsEntry("tokens_used_sum{model=\"of-2023\"}", sum)
                        .containsEntry("llm_latency_seconds_sum{model=\"of-2023\"}", 75.0));
        for (int row = 1; row <= 300; row++) {
            JsonNode trace = trace("%032x".formatted(row));
            assertThat(trace.path("entries")).hasSize(1);
            assertThat(Instant.parse(trace.path("entries").get(0).path("timestamp").textValue()))
                    .isEqualTo("2023-11-16T18:15:46.68%05dZ".formatted(row));
        }
    }

    @Test
    void logLine_isFoundByItsTraceAsItWasWritten() throws Exception {
        String line = """
                {"timestamp":"2026-01-28T15:30:00Z","level":"WARN","logger":"app.api.main","message":"Request processed",\
                "request_id":"req_456","user_id":"user_789","duration_ms":450,"status_code":200,"shard":"7b"}""";
        Program.run(line.getBytes(UTF_8), List.of(Program.require("kcat").toString(), "-P", "-b",
                pipeline.bootstrapServers(), "-t", "throughline.logs", "-k", "trace_log1", "-H",
                "trace_id=trace_log1"));

        await().atMost(PATIENCE).untilAsserted(
                () -> assertThat(pipeline.logs("/api/v1/logs?trace_id=trace_log1").body()).isNotBlank());
        JsonNode found = JSON.readTree(pipeline.logs("/api/v1/logs?trace_id=trace_log1").body());
        assertThat(found.path("level").textValue()).isEqualTo("WARNING");
        assertThat(found.path("trace_id").textValue()).isEqualTo("trace_log1");
        assertThat(found.path("duration_ms").intValue()).isEqualTo(450);
        assertThat(found.path("shard").textValue()).isEqualTo("7b");
    }

    /** Whoever follows a job sees its line and its end, whether they began before or after it. */
    @Test
    void tail_ofAJob_showsItsLineAndEndsWithIt() throws Exception {
        var tail = CompletableFuture.supplyAsync(() -> pipeline.logs(
                "/api/v1/tail?job_id=job_tail&until=job_end&backlog=10"));
        String line = "{\"timestamp\":\"" + Instant.now() + "\",\"level\":\"INFO\",\"message\":\"tailed\"}";
        Program.run(line.getBytes(UTF_8), List.of(Program.require("kcat").toString(), "-P", "-b",
                pipeline.bootstrapServers(), "-t", "throughline.logs", "-k", "trace_tail", "-H", "trace_id=trace_tail",
                "-H", "job_id=job_tail"));
        kcat("jobs", "job_tail", "job.completed",
                "\"job_id\":\"job_tail\",\"job_type\":\"tail\",\"status\":\"success\",\"duration_seconds\":2.5");

        assertThat(tail.get(PATIENCE.toSeconds(), TimeUnit.SECONDS).body()).contains("\"message\":\"tailed\"",
                "event: end\ndata: {\"reason\":\"job_end\",\"job_id\":\"job_tail\",\"status\":\"success\"}");
        JsonNode spans = JSON.readTree(pipeline.logs("/api/v2/trace/" + TRACE).body());
        assertThat(spans.findValuesAsText("name")).contains("job tail");
        assertThat(pipeline.logs("/").body()).contains("/page/app.js");
    }

    @Test
    void metricsPage_isCleanToPromtool() throws Exception {
        String findings = Program.run(pipeline.metricsPage().body().getBytes(UTF_8),
                List.of(Program.require("promtool").toString(), "check", "metrics"));
        assertThat(findings).isEmpty();
    }

    private static void kcat(String topic, String key, String type, String fields) throws Exception {
        String now = Instant.now().truncatedTo(ChronoUnit.MILLIS).toString();
        String value = "{\"event_id\":\"" + type + key + "\",\"event_type\":\"" + type + "\",\"timestamp\":\"" + now
                + "\",\"service\":\"kcat\"," + fields + "}";
        Program.run(value.getBytes(UTF_8),
                List.of(Program.require("kcat").toString(), "-P", "-b", pipeline.bootstrapServers(), "-t",
                        "throughline." + topic, "-k", key, "-H", "trace_id=" + TRACE, "-H", "user_id=user_kcat"));
    }

    private static JsonNode trace(String id) {
        List<JsonNode> found = new ArrayList<>();
        await().atMost(PATIENCE).untilAsserted(() -> {
            var answer = pipeline.logs("/api/v1/traces/" + id);
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            found.add(JSON.readTree(answer.body()));
        });
        return found.getFirst();
    }

    private static ConsumerRecord<byte[], byte[]> awaitDeadLetter() {
        try (var consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", pipeline.bootstrapServers(), "isolation.level", "read_committed"),
                new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            var partitions = consumer.partitionsFor("throughline.dead-letters").stream()
                    .map(info -> new TopicPartition(info.topic(), info.partition())).toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            List<ConsumerRecord<byte[], byte[]>> letters = new ArrayList<>();
            await().atMost(PATIENCE).until(() -> {
                consumer.poll(Duration.ofMillis(200)).forEach(letters::add);
                return !letters.isEmpty();
            });
            return letters.getFirst();
        }
    }

    private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
        return new String(record.headers().lastHeader(name).value(), UTF_8);
    }
}
