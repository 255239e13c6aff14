package io.throughline.logs;

import io.throughline.event.LogRecord;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A trace as Zipkin's spans. Log lines are annotations of their span; those under none make a span {@code log lines}
 * for each service, so that a trace of log lines alone can be seen too.
 */
final class ZipkinTrace {

    static final String TRACE_TAG = "throughline.trace_id";

    private static final int LONGEST_ANNOTATION = 512;

    private final Story story;
    private final String traceId;
    private final List<ZipkinSpan> spans = new ArrayList<>();

    private ZipkinTrace(Story story) {
        this.story = story;
        this.traceId = SpanIds.traceId(story.traceId());
    }

    /** Roots first, then by their start. */
    static List<ZipkinSpan> of(Story story) {
        var trace = new ZipkinTrace(story);
        story.spans().stream().filter(span -> span.parent == null).forEach(trace::add);
        story.spans().stream().filter(span -> span.parent != null).forEach(trace::add);
        trace.addLooseLines();
        return trace.spans;
    }

    private void add(Span span) {
        spans.add(new ZipkinSpan(traceId, span.id, span.parent == null ? null : span.parent.id, kind(span),
                label(span.name), label(span.service), remote(span), micros(span.start()), duration(span),
                annotations(span.entries), tags(span)));
    }

    private void addLooseLines() {
        var spanOf = story.spanOfEntry();
        Map<String, List<Integer>> byService = new LinkedHashMap<>();
        for (int i = 0; i < story.items().size(); i++) {
            Item item = story.items().get(i);
            if (item.log() != null && !spanOf.containsKey(i)) {
                byService.computeIfAbsent(Objects.requireNonNullElse(item.service(), "unknown"),
                        service -> new ArrayList<>()).add(i);
            }
        }
        List<Span> roots = story.spans().stream().filter(span -> span.parent == null).toList();
        String parent = roots.size() == 1 ? roots.getFirst().id : null;
        byService.forEach((service, lines) -> {
            long first = micros(time(lines.getFirst()));
            boolean failed = lines.stream().anyMatch(line -> story.items().get(line).failed());
            Map<String, String> tags = new LinkedHashMap<>(failed
                    ? Map.of("error", "a log line tells of an error")
                    : Map.of());
            tag(tags, TRACE_TAG, story.traceId().equals(traceId) ? null : story.traceId());
            spans.add(new ZipkinSpan(traceId, SpanIds.ofLines(story.traceId(), service), parent, null, "log lines",
                    label(service), null, first, Math.max(1, micros(time(lines.getLast())) - first),
                    annotations(lines), tags));
        });
    }

    private List<ZipkinSpan.Annotation> annotations(List<Integer> entries) {
        List<ZipkinSpan.Annotation> annotations = new ArrayList<>();
        for (int index : entries) {
            Item item = story.items().get(index);
            LogRecord log = item.log();
            String value = log != null ? log.level() + " " + log.message() : step(item);
            if (value != null && !story.duplicates().contains(index)) {
                annotations.add(new ZipkinSpan.Annotation(micros(time(index)), cut(wellFormed(value))));
            }
        }
        return annotations;
    }

    /** Jobs and batches have a life of several events. */
    private static @Nullable String step(Item item) {
        return item.event() == null
                ? null
                : switch (item.event().type()) {
                    case JOB_CREATED, BATCH_CREATED -> "created";
                    case JOB_STARTED -> "started";
                    case JOB_COMPLETED, BATCH_COMPLETED -> "completed";
                    default -> null;
                };
    }

    private Map<String, String> tags(Span span) {
        Map<String, String> tags = new LinkedHashMap<>();
        span.attributes.forEach((name, value) -> tag(tags, name, value instanceof BigDecimal number
                ? number.toPlainString()
                : value.toString()));
        tag(tags, "request_id", span.context.requestId());
        tag(tags, "user_id", span.context.userId());
        tag(tags, "job_id", span.kind == SpanKind.JOB ? span.identity : span.context.jobId());
        tag(tags, "batch_id", span.kind == SpanKind.BATCH ? span.identity : span.context.batchId());
        tag(tags, TRACE_TAG, story.traceId().equals(traceId) ? null : story.traceId());
        if (span.failed) {
            tag(tags, "error", span.errorCode != null
                    ? span.errorCode
                    : Objects.requireNonNullElse(span.status,
                            "failed"));
        }
        return tags;
    }

    private static void tag(Map<String, String> tags, String name, @Nullable String value) {
        if (value != null) {
            tags.put(name, wellFormed(value));
        }
    }

    private static @Nullable String kind(Span span) {
        return switch (span.kind) {
            case REQUEST -> "SERVER";
            case LLM, CACHE, DATABASE -> "CLIENT";
            case BATCH, JOB -> null;
        };
    }

    private static @Nullable String remote(Span span) {
        return switch (span.kind) {
            case LLM -> label(String.valueOf(span.attributes.getOrDefault("provider", span.attributes.get("model"))));
            case CACHE -> label(String.valueOf(span.attributes.get("cache")));
            case DATABASE -> label(String.valueOf(span.attributes.get("database")));
            case BATCH, JOB, REQUEST -> null;
        };
    }

    private static long duration(Span span) {
        return span.open() ? 0 : Math.max(1, micros(span.end()) - micros(span.start()));
    }

    private Instant time(int index) {
        return Objects.requireNonNull(story.items().get(index).time(), "what stands under a span has a time");
    }

    private static long micros(Instant time) {
        return Math.addExact(Math.multiplyExact(time.getEpochSecond(), 1_000_000L), time.getNano() / 1_000);
    }

    private static String label(String text) {
        return wellFormed(text).toLowerCase(Locale.ROOT);
    }

    private static String cut(String text) {
        return text.length() <= LONGEST_ANNOTATION ? text : wellFormed(text.substring(0, LONGEST_ANNOTATION)) + "…";
    }

    private static String wellFormed(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
    }
}
