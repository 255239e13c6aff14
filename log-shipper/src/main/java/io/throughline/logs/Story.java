package io.throughline.logs;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A trace and what can be told of it.
 *
 * @param traceId the trace
 * @param items its records in causal order
 * @param spans the work that was done
 * @param duplicates places of records that repeat an earlier event
 * @param totals what it cost and used
 * @param gaps when nothing is known
 * @param warnings what to know before trusting it
 * @param missing sentences about what should be there and is not
 * @param truncated whether there is more than one answer can hold
 */
record Story(String traceId, List<Item> items, List<Span> spans, Set<Integer> duplicates, Totals totals,
        List<Gap> gaps, List<Warning> warnings, List<String> missing, boolean truncated) {

    static Story of(String traceId, LogSearch.TraceEntries trace) {
        List<Item> items = trace.entries().stream().map(Item::of).toList();
        Spans.Found found = Spans.in(traceId, items);
        Totals totals = Totals.of(items, found.duplicates());
        List<Warning> warnings = new ArrayList<>(ClockSkew.in(found.spans()));
        warnings.addAll(found.warnings());
        if (!found.duplicates().isEmpty()) {
            warnings.add(new Warning(Warning.Kind.DUPLICATE_EVENT, count(found.duplicates().size(), "record")
                    + " repeat an event that was sent before; each event counts once", null));
        }
        if (totals.unpricedCalls > 0) {
            warnings.add(new Warning(Warning.Kind.UNPRICED, count(totals.unpricedCalls, "of " + totals.llmCalls
                    + " calls to language models")
                    + " told no cost_usd: the sum is without them", null));
        }
        List<String> missing = new ArrayList<>(LifeCycles.missing(items, found.spans()));
        trace.coverage().missing().forEach(peer -> missing.add("the log shipper " + peer
                + " did not answer: what it holds of this trace is not here"));
        return new Story(traceId, items, found.spans(), found.duplicates(), totals, Gap.in(found.spans(), items),
                warnings, missing, trace.truncated());
    }

    /** The span of each record that belongs to one, by its place. */
    Map<Integer, Span> spanOfEntry() {
        Map<Integer, Span> spans = new HashMap<>();
        this.spans.forEach(span -> span.entries.forEach(index -> spans.put(index, span)));
        return spans;
    }

    /** From the earliest to the latest thing known, the starts of spans included; null when no time is known. */
    @Nullable
    Duration length() {
        Instant first = null;
        Instant last = null;
        for (Item item : items) {
            first = earlier(first, item.time());
            last = later(last, item.time());
        }
        for (Span span : spans) {
            first = earlier(first, span.start());
        }
        return first == null || last == null ? null : Duration.between(first, last);
    }

    private static @Nullable Instant earlier(@Nullable Instant one, @Nullable Instant other) {
        return one == null ? other : other == null || one.isBefore(other) ? one : other;
    }

    private static @Nullable Instant later(@Nullable Instant one, @Nullable Instant other) {
        return one == null ? other : other == null || one.isAfter(other) ? one : other;
    }

    private static String count(long count, String what) {
        return count + " " + what + (count == 1 || what.endsWith("s") ? "" : "s");
    }
}
