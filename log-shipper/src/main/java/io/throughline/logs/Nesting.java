package io.throughline.logs;

import io.throughline.trace.TraceContext;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Decides what lies within what: first by the ids of job and batch, then by request id and service, then by the
 * shortest span that holds it in time. No span lies within itself, whatever the clocks say.
 */
final class Nesting {

    /** Of spans that share the same with something, the shortest is nearest to it; total. */
    static final Comparator<Span> SHORTEST_LAST = Comparator.comparing(Span::length, Comparator.reverseOrder())
            .thenComparing(Span::start).thenComparing(span -> span.kind).thenComparing(span -> span.id);

    private final List<Span> spans;
    private final List<Span> holders;
    private final Map<String, Span> jobs = new HashMap<>();
    private final Map<String, Span> batches = new HashMap<>();

    Nesting(List<Span> spans) {
        this.spans = spans;
        this.holders = spans.stream().filter(span -> span.kind.holdsOthers()).toList();
        for (Span span : spans) {
            if (span.kind == SpanKind.JOB) {
                jobs.put(span.identity, span);
            } else if (span.kind == SpanKind.BATCH) {
                batches.put(span.identity, span);
            }
        }
    }

    void setParents() {
        for (SpanKind kind : SpanKind.values()) {
            spans.stream().filter(span -> span.kind == kind).forEach(span -> span.parent = parent(span));
        }
    }

    private @Nullable Span parent(Span span) {
        return switch (span.kind) {
            case BATCH -> maker(span);
            case JOB -> {
                Span batch = batch(span.context);
                yield batch != null ? batch : maker(span);
            }
            case REQUEST -> {
                Span owner = owner(span.context);
                yield best(holders, span.context, span.service, false, other -> other != span && !other.isWithin(span)
                        && (other == owner
                                ? !made(span, other)
                                : holdsAll(other, span) && longer(other, span)));
            }
            case LLM, CACHE, DATABASE -> {
                Span owner = owner(span.context);
                yield best(holders, span.context, span.service, true,
                        other -> other == owner || holdsAll(other, span));
            }
        };
    }

    /** The request in which a batch or job was made. */
    private @Nullable Span maker(Span span) {
        return best(holders, span.context, span.service, false,
                other -> other.kind == SpanKind.REQUEST && (sameWork(other, span)
                        ? made(other, span)
                        : other.holds(span.start(), Duration.ZERO)));
    }

    private static boolean sameWork(Span request, Span span) {
        return span.identity.equals(span.kind == SpanKind.JOB
                ? request.context.jobId()
                : request.context.batchId());
    }

    /** Whether a request that carries the id of a batch or job began it, rather than being a part of it. */
    private static boolean made(Span request, Span work) {
        return request.holds(work.start(), Duration.ZERO)
                && (request.end().isBefore(work.end().minus(ClockSkew.TOLERANCE))
                        || (request.start().isBefore(work.start()) && !request.end().isBefore(work.end())));
    }

    /** The job, else the batch, that a context names. */
    @Nullable
    Span owner(TraceContext context) {
        Span job = context.jobId() == null ? null : jobs.get(context.jobId());
        return job != null ? job : batch(context);
    }

    private @Nullable Span batch(TraceContext context) {
        return context.batchId() == null ? null : batches.get(context.batchId());
    }

    private static boolean holdsAll(Span outer, Span inner) {
        return outer.holds(inner.start(), ClockSkew.TOLERANCE) && outer.holds(inner.end(), ClockSkew.TOLERANCE);
    }

    /** An order between two that hold each other. */
    private static boolean longer(Span one, Span other) {
        int lengths = one.length().compareTo(other.length());
        return lengths > 0 || (lengths == 0 && (one.kind.compareTo(other.kind) < 0
                || (one.kind == other.kind && one.id.compareTo(other.id) < 0)));
    }

    private static @Nullable Span best(List<Span> candidates, TraceContext context, @Nullable String service,
            boolean byService, Predicate<Span> holds) {
        Span best = null;
        var order = nearest(context, service, byService);
        for (Span candidate : candidates) {
            if (admits(candidate, context, service) && holds.test(candidate)
                    && (best == null || order.compare(candidate, best) > 0)) {
                best = candidate;
            }
        }
        return best;
    }

    /** The one of two that is nearer to a line of that context and service. */
    static Span better(@Nullable Span one, Span other, TraceContext context, @Nullable String service) {
        return one != null && nearest(context, service, true).compare(one, other) > 0 ? one : other;
    }

    private static Comparator<Span> nearest(TraceContext context, @Nullable String service, boolean byService) {
        return Comparator.<Span>comparingInt(span -> likeness(span, context, service, byService))
                .thenComparing(SHORTEST_LAST);
    }

    /**
     * Whether work of that context and service may lie in a span at all: not when the span belongs to another job or
     * batch, and when it belongs to one that the work does not name, only within one service.
     */
    static boolean admits(Span span, TraceContext context, @Nullable String service) {
        boolean sameService = span.service.equals(service);
        return isSame(jobId(span), context.jobId()) || (fits(jobId(span), context.jobId(), sameService)
                && fits(batchId(span), context.batchId(), sameService));
    }

    private static boolean fits(@Nullable String outer, @Nullable String inner, boolean sameService) {
        return outer == null || outer.equals(inner) || (inner == null && sameService);
    }

    private static int likeness(Span span, TraceContext context, @Nullable String service, boolean byService) {
        return (isSame(jobId(span), context.jobId()) ? 8 : 0) + (isSame(batchId(span), context.batchId()) ? 4 : 0)
                + (isSame(span.context.requestId(), context.requestId()) ? 2 : 0)
                + (byService && span.service.equals(service) ? 1 : 0);
    }

    private static boolean isSame(@Nullable String one, @Nullable String other) {
        return one != null && Objects.equals(one, other);
    }

    static @Nullable String jobId(Span span) {
        return span.kind == SpanKind.JOB ? span.identity : span.context.jobId();
    }

    static @Nullable String batchId(Span span) {
        return span.kind == SpanKind.BATCH ? span.identity : span.context.batchId();
    }
}
