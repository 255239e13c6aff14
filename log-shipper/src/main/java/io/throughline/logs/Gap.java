package io.throughline.logs;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A time in which nobody was at work and nothing was written, although the trace went on.
 *
 * @param from when the last thing before it ended
 * @param to when the next one began
 * @param message what is known of it
 */
record Gap(Instant from, Instant to, String message) {

    private static final Duration SHORTEST = Duration.ofSeconds(1);
    /** A gap is worth telling from this part of the whole trace on. */
    private static final int PART = 10;

    /** A time that something is known of. */
    private record Known(Instant from, Instant to, String what) {}

    /** Gaps of at least a second and a tenth of the whole, in their order. */
    static List<Gap> in(List<Span> spans, List<Item> items) {
        List<Known> known = known(spans, items);
        List<Gap> gaps = new ArrayList<>();
        if (known.isEmpty()) {
            return gaps;
        }
        Known last = known.getFirst();
        Instant latest = known.stream().map(Known::to).max(Comparator.naturalOrder()).orElse(last.to());
        Duration whole = Duration.between(last.from(), latest);
        for (Known next : known) {
            Duration length = Duration.between(last.to(), next.from());
            if (length.compareTo(SHORTEST) >= 0 && length.multipliedBy(PART).compareTo(whole) >= 0) {
                gaps.add(new Gap(last.to(), next.from(), message(length, last, next, spans)));
            }
            last = next.to().isBefore(last.to()) ? last : next;
        }
        return gaps;
    }

    Duration length() {
        return Duration.between(from, to);
    }

    private static List<Known> known(List<Span> spans, List<Item> items) {
        List<Known> known = new ArrayList<>();
        for (Item item : items) {
            Instant time = item.time();
            if (time != null) {
                known.add(new Known(time, time, String.valueOf(item.summary())));
            }
        }
        for (Span span : spans) {
            // A batch is done by its jobs, and a job in the queue is not at work; an open end is not known.
            boolean waits = span.kind == SpanKind.JOB && span.started == null && span.open();
            if (span.kind != SpanKind.BATCH && !waits) {
                known.add(new Known(span.workStart(), span.end(), span.title()));
            }
        }
        known.sort(Comparator.comparing(Known::from).thenComparing(Known::to));
        return known;
    }

    private static String message(Duration length, Known last, Known next, List<Span> spans) {
        List<String> waiting = spans.stream().filter(span -> span.kind == SpanKind.JOB
                && !span.start().isAfter(last.to()) && !span.workStart().isBefore(next.from())).map(Span::title)
                .toList();
        return "for " + Lengths.shown(length) + " nothing is known, from \"" + last.what() + "\" to \"" + next.what()
                + '"' + (waiting.isEmpty() ? "" : "; " + String.join(", ", waiting) + " waited in the queue");
    }
}
