package io.throughline.logs;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/** One request for a short video through five services, as they would publish it; a test may add to it. */
final class Shorts {

    static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";

    private final List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    private final Map<String, Long> offsets = new HashMap<>();
    private final String trace;

    Shorts(String trace) {
        this.trace = trace;
    }

    /** Gateway, scheduler, script writer, voice and renderer; a batch of two jobs, of which one fails. */
    static Shorts fiveServices() {
        var shorts = new Shorts(TRACE);
        String batch = "batch_id=b1";
        String script = "batch_id=b1 job_id=j1";
        String video = "batch_id=b1 job_id=j2";
        shorts.log("gateway", "00.000", "", "INFO", "short requested");
        shorts.event("batches", "scheduler", "00.010", batch, "batch.created", "\"batch_id\":\"b1\",\"size\":2");
        shorts.event("services", "scheduler", "00.020", batch, "request.completed",
                "\"method\":\"POST\",\"route\":\"/batches\",\"status_code\":201,\"duration_seconds\":0.012");
        shorts.event("services", "gateway", "00.030", "", "request.completed",
                "\"method\":\"POST\",\"route\":\"/v1/shorts\",\"status_code\":201,\"duration_seconds\":0.03");
        shorts.event("jobs", "scheduler", "00.040", script, "job.created", "\"job_id\":\"j1\",\"job_type\":\"script\"");
        shorts.event("jobs", "scheduler", "00.050", video, "job.created", "\"job_id\":\"j2\",\"job_type\":\"video\"");
        shorts.event("jobs", "script-writer", "01.040", script, "job.started",
                "\"job_id\":\"j1\",\"job_type\":\"script\"");
        shorts.event("cache", "script-writer", "01.100", script, "cache.miss", "\"cache\":\"prompts\"");
        shorts.event("llm", "script-writer", "03.100", script, "llm.completed", "\"model\":\"gpt-4o\",\"status\":"
                + "\"success\",\"latency_seconds\":2.0,\"prompt_tokens\":300,\"completion_tokens\":40,"
                + "\"cached_tokens\":128,\"cost_usd\":0.1");
        shorts.log("script-writer", "03.101", script, "INFO", "gpt-4o answered");
        shorts.event("jobs", "script-writer", "03.540", script, "job.completed",
                "\"job_id\":\"j1\",\"job_type\":\"script\",\"status\":\"success\",\"duration_seconds\":3.5");
        shorts.event("jobs", "video-renderer", "04.000", video, "job.started",
                "\"job_id\":\"j2\",\"job_type\":\"video\"");
        shorts.event("llm", "voice", "06.000", video, "llm.completed", "\"model\":\"tts-1\",\"status\":"
                + "\"error\",\"latency_seconds\":0.5,\"prompt_tokens\":50,\"completion_tokens\":0,"
                + "\"error_code\":\"llm_error\",\"cost_usd\":0.2");
        shorts.event("llm", "voice", "07.000", video, "llm.completed", "\"model\":\"tts-1\",\"status\":"
                + "\"success\",\"latency_seconds\":0.5,\"prompt_tokens\":50,\"completion_tokens\":10");
        shorts.log("video-renderer", "09.000", video, "ERROR", "encoder exited with 1");
        shorts.event("jobs", "video-renderer", "09.050", video, "job.completed", "\"job_id\":\"j2\",\"job_type\":"
                + "\"video\",\"status\":\"failed\",\"duration_seconds\":9.0,\"error_code\":\"render_failed\"");
        shorts.event("batches", "scheduler", "09.100", batch, "batch.completed",
                "\"batch_id\":\"b1\",\"status\":\"success\",\"processing_seconds\":9.09");
        return shorts;
    }

    Shorts log(String service, String second, String ids, String level, String message) {
        return add("logs", ids, """
                {"timestamp":"2026-01-28T15:30:%sZ","level":"%s","service":"%s","message":"%s"}""".formatted(second,
                level, service, message));
    }

    Shorts event(String topic, String service, String second, String ids, String type, String fields) {
        return add(topic, ids, """
                {"event_id":"%s-%s-%d","event_type":"%s","timestamp":"2026-01-28T15:30:%sZ","service":"%s",%s}"""
                .formatted(trace, topic, offsets.getOrDefault(topic, 0L), type, second, service, fields));
    }

    /** The last record once more, as a producer that got no answer sends it. */
    Shorts again() {
        var last = records.getLast();
        String topic = last.topic().substring(Samples.PREFIX.length());
        records.add(new ConsumerRecord<>(last.topic(), last.partition(), next(topic), last.timestamp(),
                last.timestampType(), 0, 0, last.key(), last.value(), last.headers(), last.leaderEpoch()));
        return this;
    }

    List<Entry> entries() {
        return records.stream().map(Samples::entry).toList();
    }

    Story story() {
        return Story.of(trace, new LogSearch.TraceEntries(entries().stream().sorted((a, b) -> a.timestamp().compareTo(b
                .timestamp())).map(e -> new StoredEntry(e.kind(), e.partition().topic(), e.partition().partition(), e
                        .offset(), EpochNanos.of(e.timestamp()), e.context(), e.json()))
                .toList(), false, Coverage.whole()));
    }

    private Shorts add(String topic, String ids, String value) {
        Map<String, String> headers = new HashMap<>(Map.of("trace_id", trace, "request_id", "req_1", "user_id", "u1"));
        for (String id : ids.isEmpty() ? new String[0] : ids.split(" ")) {
            headers.put(id.substring(0, id.indexOf('=')), id.substring(id.indexOf('=') + 1));
        }
        records.add(Samples.record(new TopicPartition(Samples.PREFIX + topic, 0), next(topic), headers, value));
        return this;
    }

    private long next(String topic) {
        return offsets.merge(topic, 1L, Long::sum) - 1;
    }
}
