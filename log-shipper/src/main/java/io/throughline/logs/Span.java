package io.throughline.logs;

import io.throughline.trace.TraceContext;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A piece of work with a beginning and an end, as the events of a trace tell of it. Filled by {@link Spans}, and not
 * changed after that. Not thread-safe while it is filled.
 */
final class Span {

    final String id;
    final SpanKind kind;
    /** What tells it from others of its kind in the trace: the id of a job or batch, else that of its event. */
    final String identity;
    final TraceContext context;
    /** What it is, such as {@code llm gpt-4o}: few different ones over all traces. */
    String name;
    /** The service that did it; of a job, the one that completed it where that is known. */
    String service;
    @Nullable
    Instant created;
    @Nullable
    Instant started;
    @Nullable
    Instant completed;
    @Nullable
    Duration measured;
    @Nullable
    String status;
    @Nullable
    String errorCode;
    boolean failed;
    @Nullable
    Span parent;
    /** Further facts, by the names of the contract. */
    final Map<String, Object> attributes = new LinkedHashMap<>();
    /** Places in the trace's entries: the events that tell of it and the log lines under it. */
    final List<Integer> entries = new ArrayList<>();

    private Instant start = Instant.EPOCH;
    private Instant end = Instant.EPOCH;

    Span(String traceId, SpanKind kind, String identity, TraceContext context, String name, String service) {
        this.id = SpanIds.of(traceId, kind, identity);
        this.kind = kind;
        this.identity = identity;
        this.context = context;
        this.name = name;
        this.service = service;
    }

    /** Fixes where it lies in time; one that has not completed reaches to {@code latest}. */
    void settle(Instant latest) {
        Instant begin = created != null ? created : earlier(measuredStart(), started);
        if (begin == null) {
            begin = completed != null ? completed : latest;
        }
        end = completed != null ? completed : latest;
        // A clock that runs behind must not give a span a negative length.
        start = begin.isAfter(end) ? end : begin;
    }

    Instant start() {
        return start;
    }

    Instant end() {
        return end;
    }

    /** Whether nothing says that it has completed. */
    boolean open() {
        return completed == null;
    }

    Duration length() {
        return Duration.between(start, end);
    }

    /** Where it began by its own measure: its completion less its duration. */
    @Nullable
    Instant measuredStart() {
        return completed == null || measured == null ? null : completed.minus(measured);
    }

    /** Where work on it began: after the queue, for a job. */
    Instant workStart() {
        Instant working = started != null ? started : kind == SpanKind.JOB && created != null ? measuredStart() : null;
        return working == null || working.isBefore(start) ? start : working;
    }

    /** How long a job waited before work on it began; null where that is not known, negative where clocks disagree. */
    @Nullable
    Duration queued() {
        return kind == SpanKind.JOB && created != null && started != null ? Duration.between(created, started) : null;
    }

    boolean holds(Instant time, Duration tolerance) {
        return !time.isBefore(start.minus(tolerance)) && !time.isAfter(end.plus(tolerance));
    }

    boolean isWithin(Span other) {
        for (Span ancestor = this; ancestor != null; ancestor = ancestor.parent) {
            if (ancestor == other) {
                return true;
            }
        }
        return false;
    }

    /** What people call it: {@code job job_1}, {@code llm gpt-4o}. */
    String title() {
        return switch (kind) {
            case BATCH, JOB -> kind.wireName() + " " + identity;
            case REQUEST -> "request " + name;
            case LLM, CACHE, DATABASE -> name;
        };
    }

    private static @Nullable Instant earlier(@Nullable Instant one, @Nullable Instant other) {
        return one == null ? other : other == null || one.isBefore(other) ? one : other;
    }
}
