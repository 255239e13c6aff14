package io.throughline.logs;

import io.throughline.event.LogRecord;
import io.throughline.trace.TraceContext;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * Decides under which span each log line of a trace stands: of those that the line may lie in and that hold it in time,
 * the one that shares most with it, and of these the shortest.
 *
 * <p>Takes n log n for n lines and spans. What a line shares with a span is one of 16 combinations of job, batch,
 * request and service. Spans are filed under every combination that they can be asked for by, lines are asked for in
 * the order of time, and so each file passes by its spans once. For one trace and one thread.
 */
final class LineNesting {

    /** A log line belongs to a call or a look into a cache when it was written in it or this soon after. */
    private static final Duration CLOSE = Duration.ofMillis(5);
    private static final int JOB = 8;
    private static final int BATCH = 4;
    private static final int REQUEST = 2;
    private static final int SERVICE = 1;
    private static final int ALL = 15;
    /** What no id can be: a span of any, and a span without one. */
    private static final String ANY = "\u0000any";
    private static final String NONE = "\u0000none";

    private final Nesting nesting;
    private final Map<Shared, File> files = new HashMap<>();

    LineNesting(Nesting nesting, List<Span> spans) {
        this.nesting = nesting;
        spans.stream().sorted(Comparator.comparing(LineNesting::opens)).forEach(this::file);
    }

    /** The span under which a line stands; lines have to come in the order of their times. */
    @Nullable
    Span around(LogRecord line) {
        TraceContext context = line.context();
        Span found = null;
        for (int shared = ALL; shared >= 0 && found == null; shared--) {
            Shared wanted = wanted(shared, context, line.service());
            File file = wanted == null ? null : files.get(wanted);
            found = file == null ? null : file.shortestAt(line.timestamp());
        }
        Span owner = nesting.owner(context);
        return owner == null || !Nesting.admits(owner, context, line.service())
                ? found
                : Nesting.better(found, owner, context, line.service());
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
            // A line of another service never stands in a call.
            if (byService || span.kind.holdsOthers()) {
                files.computeIfAbsent(new Shared(shown((shown & JOB) != 0, Nesting.jobId(span)),
                        shown((shown & BATCH) != 0, Nesting.batchId(span)),
                        shown((shown & REQUEST) != 0, span.context.requestId()),
                        shown(byService, span.service)), key -> new File()).add(span);
            }
        }
    }

    private static String shown(boolean shown, @Nullable String id) {
        return shown ? Objects.requireNonNullElse(id, NONE) : ANY;
    }

    private static Instant opens(Span span) {
        return span.kind.holdsOthers() ? span.start().minus(ClockSkew.TOLERANCE) : span.start();
    }

    private static Instant closes(Span span) {
        return span.end().plus(span.kind.holdsOthers() ? ClockSkew.TOLERANCE : CLOSE);
    }

    /** What spans are filed under. */
    private record Shared(@Nullable String job, @Nullable String batch, @Nullable String request,
            @Nullable String service) {}

    /** Spans in the order in which they open, and those of them that have opened, the best of them first. */
    private static final class File {

        private final List<Span> spans = new ArrayList<>();
        private final PriorityQueue<Span> open = new PriorityQueue<>(Nesting.SHORTEST_LAST.reversed());
        private int next;

        void add(Span span) {
            spans.add(span);
        }

        @Nullable
        Span shortestAt(Instant time) {
            while (next < spans.size() && !opens(spans.get(next)).isAfter(time)) {
                open.add(spans.get(next++));
            }
            Span best = open.peek();
            while (best != null && closes(best).isBefore(time)) {
                open.remove();
                best = open.peek();
            }
            return best;
        }
    }
}
