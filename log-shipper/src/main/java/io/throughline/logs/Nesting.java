package io.throughline.logs;

import io.throughline.trace.TraceContext;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Decides what lies within what: first by the ids of job and batch, then by request id and service, then by the
 * shortest span that holds it in time. No span lies within itself, whatever the clocks say.
 *
 * <p>Takes n log n for n spans that do not nest deeply: whether a request lies within another is found by going up.
 */
final class Nesting {

    private static final Holders.Reach EXACT = new Holders.Reach(Duration.ZERO, Duration.ZERO);
    private static final Holders.Reach TOLERANT = new Holders.Reach(ClockSkew.TOLERANCE, Duration.ZERO);

    private final List<Span> spans;
    private final Map<String, Span> jobs = new HashMap<>();
    private final Map<String, Span> batches = new HashMap<>();
    private long steps;

    Nesting(List<Span> spans) {
        this.spans = spans;
        for (Span span : spans) {
            if (span.kind == SpanKind.JOB) {
                jobs.put(span.identity, span);
            } else if (span.kind == SpanKind.BATCH) {
                batches.put(span.identity, span);
            }
        }
    }

    void setParents() {
        Holders requests = new Holders(of(SpanKind.REQUEST).toList(), EXACT);
        inOrderOf(Span::start, SpanKind.BATCH, SpanKind.JOB).forEach(span -> {
            Span batch = span.kind == SpanKind.JOB ? batch(span.context) : null;
            span.parent = batch != null ? batch : maker(span, requests);
        });
        Holders others = new Holders(of(SpanKind.BATCH, SpanKind.JOB, SpanKind.REQUEST).toList(), TOLERANT);
        inOrderOf(Span::end, SpanKind.REQUEST).forEach(span -> span.parent = around(span, others));
        Holders all = new Holders(of(SpanKind.BATCH, SpanKind.JOB, SpanKind.REQUEST).toList(), TOLERANT);
        inOrderOf(Span::end, SpanKind.LLM, SpanKind.CACHE, SpanKind.DATABASE).forEach(span -> span.parent = nearerOwner(
                all.nearest(held(span)), span.context, span.service));
        steps = requests.steps() + others.steps() + all.steps();
    }

    /** How many places {@link #setParents} has looked at. */
    long steps() {
        return steps;
    }

    private Stream<Span> of(SpanKind... kinds) {
        return spans.stream().filter(span -> List.of(kinds).contains(span.kind));
    }

    private Stream<Span> inOrderOf(Function<Span, Instant> time, SpanKind... kinds) {
        return of(kinds).sorted(Comparator.comparing(time));
    }

    private static Holders.Held held(Span span) {
        return new Holders.Held(span.context, span.service, span.start(), span.end());
    }

    /** The request in which a batch or job was made. */
    private static @Nullable Span maker(Span span, Holders requests) {
        return requests.nearestOfAnyService(new Holders.Held(span.context, span.service, span.start(), span.start()),
                null, other -> !sameWork(other, span) || made(other, span));
    }

    /** What a request lies in; those that end before it have been decided. */
    private @Nullable Span around(Span request, Holders others) {
        Span owner = owner(request.context);
        Span found = others.nearestOfAnyService(held(request), request,
                other -> other != owner && !other.isWithin(request));
        return owner == null || owner.isWithin(request) || made(request, owner)
                ? found
                : nearer(found, owner, request.context, request.service, false);
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
    private @Nullable Span owner(TraceContext context) {
        Span job = context.jobId() == null ? null : jobs.get(context.jobId());
        return job != null ? job : batch(context);
    }

    private @Nullable Span batch(TraceContext context) {
        return context.batchId() == null ? null : batches.get(context.batchId());
    }

    /** What holds a call or line of that context and service in time, or the job or batch that it names, if that is nearer. */
    @Nullable
    Span nearerOwner(@Nullable Span found, TraceContext context, @Nullable String service) {
        Span owner = owner(context);
        return owner == null ? found : nearer(found, owner, context, service, true);
    }

    private static @Nullable Span nearer(@Nullable Span found, Span owner, TraceContext context,
            @Nullable String service, boolean byService) {
        if (!admits(owner, context, service)) {
            return found;
        }
        return found != null && nearest(context, service, byService).compare(found, owner) > 0 ? found : owner;
    }

    private static Comparator<Span> nearest(TraceContext context, @Nullable String service, boolean byService) {
        return Comparator.<Span>comparingInt(span -> likeness(span, context, service, byService))
                .thenComparing(Holders.SHORTEST_FIRST.reversed());
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
