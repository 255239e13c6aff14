package io.throughline.logs;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import io.throughline.trace.TraceContext;
import io.throughline.trace.TraceHeaders;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A trace as the document that {@code /api/v1/traces/{trace_id}} answers. */
final class TraceAnswer {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private TraceAnswer() {}

    static ObjectNode of(Story story) {
        ObjectNode document = JSON.objectNode().put("trace_id", wellFormed(story.traceId()))
                .put("complete", story.missing().isEmpty() && !story.truncated()).put("truncated", story.truncated());
        times(document, story);
        ArrayNode services = document.putArray("services");
        story.items().stream().map(Item::service).filter(Objects::nonNull).map(TraceAnswer::wellFormed).distinct()
                .forEach(services::add);
        counts(document, story);
        document.set("totals", totals(story));
        ArrayNode missing = document.putArray("missing");
        story.missing().forEach(sentence -> missing.add(wellFormed(sentence)));
        ArrayNode warnings = document.putArray("warnings");
        story.warnings().forEach(warning -> warnings.add(node(warning)));
        ArrayNode gaps = document.putArray("gaps");
        story.gaps().forEach(gap -> gaps.add(node(gap)));
        ArrayNode spans = document.putArray("spans");
        story.spans().forEach(span -> spans.add(node(span)));
        entries(document.putArray("entries"), story);
        return document;
    }

    private static void times(ObjectNode document, Story story) {
        var times = story.items().stream().map(Item::time).filter(Objects::nonNull).sorted().toList();
        if (!times.isEmpty()) {
            document.put("started_at", times.getFirst().toString()).put("ended_at", times.getLast().toString())
                    .put("duration_seconds", Lengths.seconds(Duration.between(times.getFirst(), times.getLast())));
        }
    }

    private static void counts(ObjectNode document, Story story) {
        long events = story.items().stream().filter(item -> item.entry().kind() == Kind.EVENT).count();
        document.putObject("counts").put("logs", story.items().size() - events).put("events", events)
                .put("failures", story.items().stream().filter(Item::failed).count());
    }

    private static ObjectNode totals(Story story) {
        Totals totals = story.totals();
        Duration length = story.length();
        ObjectNode node = JSON.objectNode().put("duration_seconds", length == null ? null : Lengths.seconds(length))
                .put("llm_calls", totals.llmCalls).put("unpriced_calls", totals.unpricedCalls);
        money(node, "cost_usd", totals.costUsd);
        node.put("tokens", totals.promptTokens + totals.completionTokens).put("prompt_tokens", totals.promptTokens)
                .put("cached_tokens", totals.cachedTokens).put("completion_tokens", totals.completionTokens)
                .put("cache_hits", totals.cacheHits).put("cache_misses", totals.cacheMisses);
        money(node, "saved_usd", totals.savedUsd);
        return node.put("saved_tokens", totals.savedTokens);
    }

    private static ObjectNode node(Warning warning) {
        return JSON.objectNode().put("kind", warning.kind().wireName()).put("message", wellFormed(warning.message()))
                .put("span_id", warning.spanId());
    }

    private static ObjectNode node(Gap gap) {
        return JSON.objectNode().put("from", gap.from().toString()).put("to", gap.to().toString())
                .put("seconds", Lengths.seconds(gap.length())).put("message", wellFormed(gap.message()));
    }

    private static ObjectNode node(Span span) {
        ObjectNode node = JSON.objectNode().put("span_id", span.id)
                .put("parent_id", span.parent == null ? null : span.parent.id).put("kind", span.kind.wireName())
                .put("name", wellFormed(span.name)).put("service", wellFormed(span.service))
                .put("started_at", span.start().toString())
                .put("ended_at", span.open() ? null : span.end().toString())
                .put("duration_seconds", span.open() ? null : Lengths.seconds(span.length()))
                .put("open", span.open()).put("failed", span.failed);
        Duration queued = span.queued();
        if (queued != null) {
            node.put("queued_seconds", Lengths.seconds(queued));
        }
        ids(node, span);
        attributes(node.putObject("attributes"), span);
        ArrayNode entries = node.putArray("entries");
        span.entries.forEach(entries::add);
        return node;
    }

    private static void ids(ObjectNode node, Span span) {
        put(node, TraceHeaders.JOB_ID, span.kind == SpanKind.JOB ? span.identity : span.context.jobId());
        put(node, TraceHeaders.BATCH_ID, span.kind == SpanKind.BATCH ? span.identity : span.context.batchId());
        put(node, "status", span.status);
        put(node, "error_code", span.errorCode);
    }

    private static void attributes(ObjectNode node, Span span) {
        span.attributes.forEach((name, value) -> {
            switch (value) {
                case BigDecimal number -> money(node, name, number);
                case Long number -> node.put(name, number);
                case Integer number -> node.put(name, number);
                case Double number -> node.put(name, number);
                default -> node.put(name, wellFormed(value.toString()));
            }
        });
    }

    private static void entries(ArrayNode entries, Story story) {
        Map<Integer, Span> spans = story.spanOfEntry();
        for (int i = 0; i < story.items().size(); i++) {
            Span span = spans.get(i);
            ObjectNode node = entry(entries.addObject(), story.items().get(i));
            node.put("span_id", span == null ? null : span.id);
            if (story.duplicates().contains(i)) {
                node.put("duplicate", true);
            }
        }
    }

    /** Fills {@code node} with a record and where it lies in Kafka. */
    static ObjectNode entry(ObjectNode node, Item item) {
        StoredEntry entry = item.entry();
        node.put("kind", entry.kind().wireName()).put("topic", entry.topic()).put("partition", entry.partition())
                .put("offset", entry.offset());
        Instant time = item.time();
        if (time == null) {
            node.set("context", context(entry.context()));
            return node.put("record", wellFormed(entry.json()));
        }
        String service = item.service();
        node.put("timestamp", time.toString()).put("service", service == null ? null : wellFormed(service))
                .put("summary", wellFormed(String.valueOf(item.summary())));
        node.set("context", context(entry.context()));
        // As it was stored: numbers, order and unknown fields stay as they came.
        node.putRawValue("record", new RawValue(entry.json()));
        return node;
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

    /** Digit by digit, without an exponent; null where there is nothing to tell. */
    private static void money(ObjectNode node, String field, @Nullable BigDecimal usd) {
        if (usd == null) {
            node.putNull(field);
        } else {
            node.putRawValue(field, new RawValue(usd.toPlainString()));
        }
    }

    /** Half a surrogate pair, which JSON can escape and UTF-8 cannot hold, becomes a question mark. */
    private static String wellFormed(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
    }
}
