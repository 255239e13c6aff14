package io.throughline.logs;

import io.throughline.event.BatchCompleted;
import io.throughline.event.BatchCreated;
import io.throughline.event.CacheHit;
import io.throughline.event.CacheMiss;
import io.throughline.event.CacheSize;
import io.throughline.event.DatabaseError;
import io.throughline.event.Event;
import io.throughline.event.JobCompleted;
import io.throughline.event.JobCreated;
import io.throughline.event.JobStarted;
import io.throughline.event.LlmCompleted;
import io.throughline.event.LogRecord;
import io.throughline.event.RequestCompleted;
import io.throughline.event.ServiceHeartbeat;
import io.throughline.trace.TraceContext;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Makes the spans of a trace from its events: what began and ended when, and what lies within what. */
final class Spans {

    private final String traceId;
    private final Map<String, Span> byId = new LinkedHashMap<>();
    /** With their type: a producer that numbers each topic's events by itself loses none here. */
    private final Set<String> eventIds = new HashSet<>();
    private final Set<Integer> duplicates = new HashSet<>();
    private final List<Warning> warnings = new ArrayList<>();
    private @Nullable Instant latest;

    private Spans(String traceId) {
        this.traceId = traceId;
    }

    /**
     * The spans of a trace.
     *
     * @param spans by their start, then their end, longest first
     * @param duplicates places of events that were sent more than once, except their first
     * @param warnings what is odd about the events themselves
     */
    record Found(List<Span> spans, Set<Integer> duplicates, List<Warning> warnings) {}

    static Found in(String traceId, List<Item> items) {
        var spans = new Spans(traceId);
        for (int i = 0; i < items.size(); i++) {
            spans.read(i, items.get(i));
        }
        return spans.found(items);
    }

    private Found found(List<Item> items) {
        Instant end = latest == null ? Instant.EPOCH : latest;
        byId.values().forEach(span -> span.settle(end));
        var nesting = new Nesting(List.copyOf(byId.values()));
        nesting.setParents();
        List<Span> spans = new ArrayList<>(byId.values());
        placeLines(new LineNesting(nesting, spans), items);
        spans.forEach(span -> span.entries.sort(Comparator.naturalOrder()));
        spans.sort(Comparator.comparing(Span::start).thenComparing(Span::end, Comparator.reverseOrder())
                .thenComparing(span -> span.kind).thenComparing(span -> span.id));
        return new Found(spans, duplicates, warnings);
    }

    private static void placeLines(LineNesting nesting, List<Item> items) {
        List<Line> lines = new ArrayList<>();
        for (int i = 0; i < items.size(); i++) {
            LogRecord log = items.get(i).log();
            if (log != null) {
                lines.add(new Line(i, log));
            }
        }
        lines.sort(Comparator.comparing(line -> line.log().timestamp()));
        for (Line line : lines) {
            Span span = nesting.around(line.log());
            if (span != null) {
                span.entries.add(line.place());
            }
        }
    }

    /** A log line and its place in the trace. */
    private record Line(int place, LogRecord log) {}

    private void read(int index, Item item) {
        Instant time = item.time();
        latest = time != null && (latest == null || time.isAfter(latest)) ? time : latest;
        Event event = item.event();
        if (event == null) {
            return;
        }
        boolean again = !eventIds.add(event.type() + " " + event.origin().eventId());
        if (again) {
            duplicates.add(index);
        }
        Span span = span(event, item.entry().context());
        if (span != null) {
            span.entries.add(index);
            if (!again) {
                fill(span, event);
            }
        }
    }

    /** What the span of an event is called; null for events that tell of no work. */
    static @Nullable String nameOf(Event event) {
        return switch (event) {
            case BatchCreated e -> "batch";
            case BatchCompleted e -> "batch";
            case JobCreated e -> "job " + e.jobType();
            case JobStarted e -> "job " + e.jobType();
            case JobCompleted e -> "job " + e.jobType();
            case RequestCompleted e -> e.method() + ' ' + e.route();
            case LlmCompleted e -> "llm " + e.model();
            case CacheHit e -> "cache " + e.cache() + " hit";
            case CacheMiss e -> "cache " + e.cache() + " miss";
            case DatabaseError e -> "database " + e.database() + ' ' + e.operation();
            case CacheSize e -> null;
            case ServiceHeartbeat e -> null;
        };
    }

    private @Nullable Span span(Event event, TraceContext context) {
        String id = event.origin().eventId();
        return switch (event) {
            case BatchCreated e -> span(SpanKind.BATCH, e.batchId(), context, event);
            case BatchCompleted e -> span(SpanKind.BATCH, e.batchId(), context, event);
            case JobCreated e -> span(SpanKind.JOB, e.jobId(), context, event);
            case JobStarted e -> span(SpanKind.JOB, e.jobId(), context, event);
            case JobCompleted e -> span(SpanKind.JOB, e.jobId(), context, event);
            case RequestCompleted e -> span(SpanKind.REQUEST, id, context, event);
            case LlmCompleted e -> span(SpanKind.LLM, id, context, event);
            case CacheHit e -> span(SpanKind.CACHE, id, context, event);
            case CacheMiss e -> span(SpanKind.CACHE, id, context, event);
            case DatabaseError e -> span(SpanKind.DATABASE, id, context, event);
            case CacheSize e -> null;
            case ServiceHeartbeat e -> null;
        };
    }

    private Span span(SpanKind kind, String identity, TraceContext context, Event event) {
        return byId.computeIfAbsent(kind.wireName() + ' ' + identity, key -> new Span(traceId, kind, identity, context,
                String.valueOf(nameOf(event)), event.origin().service()));
    }

    private void fill(Span span, Event event) {
        Instant time = event.origin().timestamp();
        switch (event) {
            case BatchCreated e -> {
                span.created = once(span, "created", span.created, time);
                put(span, "size", e.size());
            }
            case BatchCompleted e -> {
                complete(span, time, e.processingSeconds());
                ended(span, e.status().wireName(), null, Summaries.failed(e));
            }
            case JobCreated e -> span.created = once(span, "created", span.created, time);
            case JobStarted e -> {
                span.started = once(span, "started", span.started, time);
                span.service = e.origin().service();
            }
            case JobCompleted e -> {
                complete(span, time, e.durationSeconds());
                ended(span, e.status().wireName(), e.errorCode(), Summaries.failed(e));
                span.service = e.origin().service();
            }
            case RequestCompleted e -> {
                complete(span, time, e.durationSeconds());
                ended(span, Integer.toString(e.statusCode()), null, Summaries.failed(e));
                put(span, "method", e.method());
                put(span, "route", e.route());
                put(span, "status_code", e.statusCode());
            }
            case LlmCompleted e -> {
                complete(span, time, e.latencySeconds());
                ended(span, e.status().wireName(), e.errorCode(), Summaries.failed(e));
                llm(span, e);
            }
            case CacheHit e -> {
                complete(span, time, null);
                put(span, "cache", e.cache());
                put(span, "saved_usd", e.savedUsd());
                put(span, "saved_tokens", e.savedTokens());
            }
            case CacheMiss e -> {
                complete(span, time, null);
                put(span, "cache", e.cache());
            }
            case DatabaseError e -> {
                complete(span, time, null);
                ended(span, "error", e.errorCode(), true);
                put(span, "database", e.database());
            }
            case CacheSize e -> {
            }
            case ServiceHeartbeat e -> {
            }
        }
    }

    private static void llm(Span span, LlmCompleted call) {
        put(span, "model", call.model());
        put(span, "provider", call.provider());
        put(span, "prompt_tokens", call.promptTokens());
        put(span, "cached_tokens", call.cachedTokens());
        put(span, "completion_tokens", call.completionTokens());
        put(span, "time_to_first_token_seconds", call.timeToFirstTokenSeconds());
        put(span, "cost_usd", call.costUsd());
    }

    private void complete(Span span, Instant time, @Nullable Double seconds) {
        span.completed = once(span, "completed", span.completed, time);
        span.measured = seconds == null ? span.measured : Duration.ofNanos(Math.round(seconds * 1e9));
        put(span, "duration_seconds", seconds);
    }

    private static void ended(Span span, String status, @Nullable String errorCode, boolean failed) {
        span.status = status;
        span.errorCode = errorCode;
        span.failed = failed;
        put(span, "status", status);
        put(span, "error_code", errorCode);
    }

    /** The later of two times, with a warning when there are two: nothing is created or completed twice. */
    private Instant once(Span span, String step, @Nullable Instant before, Instant now) {
        if (before == null) {
            return now;
        }
        warnings.add(new Warning(Warning.Kind.REPEATED_STEP,
                span.title() + " was " + step + " at " + before + " and again at " + now, span.id));
        return now.isAfter(before) ? now : before;
    }

    private static void put(Span span, String name, @Nullable Object value) {
        if (value != null) {
            span.attributes.put(name, value);
        }
    }
}
