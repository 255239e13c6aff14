package io.throughline.logs;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import io.throughline.event.Codec;
import io.throughline.event.Event;
import io.throughline.event.InvalidRecordException;
import io.throughline.event.LogRecord;
import io.throughline.trace.TraceContext;
import io.throughline.trace.TraceHeaders;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts the records of one trace together to the document that {@code /api/v1/traces/{trace_id}} answers. */
final class TraceAnswer {

    private static final Logger LOG = LoggerFactory.getLogger(TraceAnswer.class);
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final ArrayNode entries = JSON.arrayNode();
    private final Set<String> services = new LinkedHashSet<>();
    private final LifeCycles lifeCycles = new LifeCycles();
    private @Nullable Instant first;
    private @Nullable Instant last;
    private int logs;
    private int events;
    private int failures;

    private TraceAnswer() {}

    static ObjectNode of(String traceId, LogStore.TraceEntries trace) {
        var answer = new TraceAnswer();
        trace.entries().forEach(answer::add);
        return answer.document(traceId, trace.truncated());
    }

    private void add(StoredEntry entry) {
        byte[] value = entry.json().getBytes(StandardCharsets.UTF_8);
        try {
            switch (entry.kind()) {
                case LOG -> add(entry, Codec.decodeLog(value, entry.context()).value());
                case EVENT -> add(entry, Codec.decodeEvent(value, entry.context()).value());
            }
        } catch (InvalidRecordException e) {
            addUnreadable(entry, e);
        }
    }

    /** One record that an older version took must not keep the others of its trace from being seen. */
    private void addUnreadable(StoredEntry entry, InvalidRecordException why) {
        LOG.warn("{}-{}@{} was stored and cannot be read again: {}", entry.topic(), entry.partition(), entry.offset(),
                why.getMessage());
        logs += entry.kind() == Kind.LOG ? 1 : 0;
        events += entry.kind() == Kind.EVENT ? 1 : 0;
        ObjectNode node = place(entry);
        node.set("context", context(entry.context()));
        node.put("record", wellFormed(entry.json()));
    }

    private void add(StoredEntry entry, LogRecord log) {
        logs++;
        failures += Summaries.failed(log) ? 1 : 0;
        add(entry, log.timestamp(), log.service(), Summaries.of(log));
    }

    private void add(StoredEntry entry, Event event) {
        events++;
        failures += Summaries.failed(event) ? 1 : 0;
        lifeCycles.add(event);
        add(entry, event.origin().timestamp(), event.origin().service(), Summaries.of(event));
    }

    private void add(StoredEntry entry, Instant timestamp, @Nullable String service, String summary) {
        first = first == null || timestamp.isBefore(first) ? timestamp : first;
        last = last == null || timestamp.isAfter(last) ? timestamp : last;
        if (service != null) {
            services.add(wellFormed(service));
        }
        ObjectNode node = place(entry).put("timestamp", timestamp.toString())
                .put("service", service == null ? null : wellFormed(service)).put("summary", wellFormed(summary));
        node.set("context", context(entry.context()));
        // As it was stored: numbers, order and unknown fields stay as they came.
        node.putRawValue("record", new RawValue(entry.json()));
    }

    private ObjectNode place(StoredEntry entry) {
        return entries.addObject().put("kind", entry.kind().wireName()).put("topic", entry.topic())
                .put("partition", entry.partition()).put("offset", entry.offset());
    }

    private ObjectNode document(String traceId, boolean truncated) {
        List<String> missing = lifeCycles.missing();
        ObjectNode document = JSON.objectNode().put("trace_id", wellFormed(traceId)).put("complete",
                missing.isEmpty() && !truncated).put("truncated", truncated);
        if (first != null && last != null) {
            document.put("started_at", first.toString()).put("ended_at", last.toString()).put("duration_seconds",
                    seconds(Duration.between(first, last)));
        }
        ArrayNode names = document.putArray("services");
        services.forEach(names::add);
        document.putObject("counts").put("logs", logs).put("events", events).put("failures", failures);
        document.set("entries", entries);
        ArrayNode sentences = document.putArray("missing");
        missing.forEach(sentence -> sentences.add(wellFormed(sentence)));
        return document;
    }

    private static ObjectNode context(TraceContext context) {
        ObjectNode node = JSON.objectNode();
        put(node, TraceHeaders.TRACE_ID, context.traceId());
        put(node, TraceHeaders.REQUEST_ID, context.requestId());
        put(node, TraceHeaders.USER_ID, context.userId());
        put(node, TraceHeaders.JOB_ID, context.jobId());
        put(node, TraceHeaders.BATCH_ID, context.batchId());
        return node;
    }

    private static void put(ObjectNode node, String field, @Nullable String value) {
        if (value != null) {
            node.put(field, wellFormed(value));
        }
    }

    private static double seconds(Duration duration) {
        return duration.getSeconds() + duration.getNano() / 1e9;
    }

    /** Half a surrogate pair, which JSON can escape and UTF-8 cannot hold, becomes a question mark. */
    private static String wellFormed(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
    }
}
