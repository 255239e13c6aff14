package io.throughline.logs;

import io.throughline.trace.TraceContext;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Finds, of spans that something may lie in and that hold it in time, the one that shares most with it, and of these
 * the shortest.
 *
 * <p>Takes n log n for n spans and as many questions, which have to come in the order in which what is asked for ends.
 * What something shares with a span is one of 16 combinations of job, batch, request and service. Spans are filed
 * under every combination that they can be asked for by. For one trace and one thread.
 */
final class Holders {

    /** Of spans that share the same with something, the shortest is nearest to it; total. */
    static final Comparator<Span> SHORTEST_FIRST = Comparator.comparing(Span::length)
            .thenComparing(span -> span.kind, Comparator.reverseOrder())
            .thenComparing(Span::start, Comparator.reverseOrder())
            .thenComparing(span -> span.id, Comparator.reverseOrder());

    private static final int JOB = 8;
    private static final int BATCH = 4;
    private static final int REQUEST = 2;
    private static final int SERVICE = 1;
    private static final int ALL = 15;
    /** What no id can be: a span of any, and a span without one. */
    private static final String ANY = "\u0000any";
    private static final String NONE = "\u0000none";

    private final Map<Shared, File> files = new HashMap<>();
    private final Reach reach;
    private long steps;

    Holders(List<Span> spans, Reach reach) {
        this.reach = reach;
        spans.stream().sorted(SHORTEST_FIRST).forEach(this::file);
    }

    /**
     * How far beyond its ends a span holds others, and how long after its end one that is a call does.
     *
     * @param around of a batch, job or request, at both ends
     * @param after of a call, at its end
     */
    record Reach(Duration around, Duration after) {

        private Instant opens(Span span) {
            return span.kind.holdsOthers() ? span.start().minus(around) : span.start();
        }

        private Instant closes(Span span) {
            return span.end().plus(span.kind.holdsOthers() ? around : after);
        }
    }

    /**
     * What a holder is looked for.
     *
     * @param context its ids
     * @param service its service
     * @param from when it begins
     * @param to when it ends
     */
    record Held(TraceContext context, @Nullable String service, Instant from, Instant to) {}

    /** The nearest holder; one of the same service is nearer than one of another. */
    @Nullable
    Span nearest(Held held) {
        Span found = null;
        for (int shared = ALL; shared >= 0 && found == null; shared--) {
            found = shortest(held, shared, null, span -> true);
        }
        return found;
    }

    /**
     * The nearest holder, whatever its service.
     *
     * @param inner what the holder has to be longer than, when that is a span too
     * @param allowed whether a span may be the holder; is asked of the nearest first, until one may
     */
    @Nullable
    Span nearestOfAnyService(Held held, @Nullable Span inner, Predicate<Span> allowed) {
        Span found = null;
        for (int shared = ALL; shared >= 0 && found == null; shared -= 2) {
            found = shorter(shortest(held, shared, inner, allowed), shortest(held, shared - SERVICE, inner, allowed));
        }
        return found;
    }

    /** How many places this has looked at so far: what grows with the number of spans and questions. */
    long steps() {
        return steps;
    }

    private static @Nullable Span shorter(@Nullable Span one, @Nullable Span other) {
        return one == null || (other != null && SHORTEST_FIRST.compare(other, one) < 0) ? other : one;
    }

    private @Nullable Span shortest(Held held, int shared, @Nullable Span inner, Predicate<Span> allowed) {
        Shared wanted = wanted(shared, held.context(), held.service());
        File file = wanted == null ? null : files.get(wanted);
        return file == null ? null : file.shortest(held, inner, allowed);
    }

    /** What to look under for spans that share exactly this; null when there can be none. */
    private static @Nullable Shared wanted(int shared, TraceContext context, @Nullable String service) {
        boolean sameJob = (shared & JOB) != 0;
        boolean sameBatch = (shared & BATCH) != 0;
        boolean sameRequest = (shared & REQUEST) != 0;
        boolean sameService = (shared & SERVICE) != 0;
        if ((sameJob && context.jobId() == null) || (sameBatch && context.batchId() == null)
                || (sameRequest && context.requestId() == null) || (sameService && service == null)) {
            return null;
        }
        // The rule of Nesting.admits, for a span that does not share the job or batch.
        return new Shared(sameJob ? context.jobId() : other(context.jobId(), sameService),
                sameBatch ? context.batchId() : sameJob ? ANY : other(context.batchId(), sameService),
                sameRequest ? context.requestId() : ANY, sameService ? service : ANY);
    }

    private static String other(@Nullable String id, boolean sameService) {
        return id == null && sameService ? ANY : NONE;
    }

    private void file(Span span) {
        for (int shown = 0; shown <= ALL; shown++) {
            boolean byService = (shown & SERVICE) != 0;
            // Nothing of another service ever lies in a call.
            if (byService || span.kind.holdsOthers()) {
                files.computeIfAbsent(new Shared(shown((shown & JOB) != 0, Nesting.jobId(span)),
                        shown((shown & BATCH) != 0, Nesting.batchId(span)),
                        shown((shown & REQUEST) != 0, span.context.requestId()),
                        shown(byService, span.service)), key -> new File()).spans.add(span);
            }
        }
    }

    private static String shown(boolean shown, @Nullable String id) {
        return shown ? Objects.requireNonNullElse(id, NONE) : ANY;
    }

    /** What spans are filed under. */
    private record Shared(@Nullable String job, @Nullable String batch, @Nullable String request,
            @Nullable String service) {}

    /**
     * Spans, shortest first. A binary tree over them tells for each part when the first of those in it opens that have
     * not closed: so the first that has opened is found on one way down.
     */
    private final class File {

        private final List<Span> spans = new ArrayList<>();
        /** The root at 1, the children of n at 2n and 2n + 1, spans from {@code leaves} on. */
        private Instant[] opens = {};
        private int leaves;
        private int[] byClosing = {};
        private int closed;

        @Nullable
        Span shortest(Held held, @Nullable Span inner, Predicate<Span> allowed) {
            plant();
            close(held.to());
            int place = first(inner == null ? 0 : firstLonger(inner), held.from());
            while (place >= 0 && !allowed.test(spans.get(place))) {
                place = first(place + 1, held.from());
            }
            return place < 0 ? null : spans.get(place);
        }

        private int firstLonger(Span inner) {
            int place = Collections.binarySearch(spans, inner, SHORTEST_FIRST);
            return place < 0 ? -place - 1 : place + 1;
        }

        private void plant() {
            if (leaves == 0) {
                leaves = Math.max(1, Integer.highestOneBit(spans.size() * 2 - 1));
                opens = new Instant[2 * leaves];
                Arrays.fill(opens, Instant.MAX);
                for (int i = 0; i < spans.size(); i++) {
                    opens[leaves + i] = reach.opens(spans.get(i));
                }
                for (int node = leaves - 1; node > 0; node--) {
                    join(node);
                }
                byClosing = IntStream.range(0, spans.size()).boxed().sorted(Comparator.comparing(
                        place -> reach.closes(spans.get(place)))).mapToInt(place -> place).toArray();
            }
        }

        private void close(Instant time) {
            while (closed < byClosing.length && reach.closes(spans.get(byClosing[closed])).isBefore(time)) {
                int node = leaves + byClosing[closed++];
                opens[node] = Instant.MAX;
                while (node > 1) {
                    steps++;
                    node /= 2;
                    join(node);
                }
            }
        }

        private void join(int node) {
            Instant left = opens[2 * node];
            Instant right = opens[2 * node + 1];
            opens[node] = right.isBefore(left) ? right : left;
        }

        /** The first place from one on whose span has opened and not closed; -1 when there is none. */
        private int first(int from, Instant time) {
            if (from >= spans.size()) {
                return -1;
            }
            int node = leaves + from;
            while (!hasOpened(node, time)) {
                while (node % 2 == 1) {
                    node /= 2;
                }
                if (node == 0) {
                    return -1;
                }
                node++;
            }
            while (node < leaves) {
                node = hasOpened(2 * node, time) ? 2 * node : 2 * node + 1;
            }
            return node - leaves;
        }

        private boolean hasOpened(int node, Instant time) {
            steps++;
            return !opens[node].isAfter(time);
        }
    }
}
