package io.throughline.local;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.StreamSupport;

/** A trace as lines of text: a header, and a row for each entry in causal order, none wider than the terminal. */
final class TraceTimeline {

    private static final int OFFSET = 12;
    private static final int WIDEST_SERVICE = 18;
    private static final int WIDEST_WHAT = 18;
    private static final int NARROW = 90;

    private final JsonNode trace;
    private final List<TraceEntry> entries;
    private final Ink ink;
    private final int serviceWidth;
    private final int whatWidth;
    private final Instant zero;
    private final Instant first;
    private final Instant last;

    /** The timeline of what {@code /api/v1/traces} answered. */
    TraceTimeline(JsonNode trace, Ink ink) {
        this.trace = trace;
        this.ink = ink;
        this.entries = StreamSupport.stream(trace.path("entries").spliterator(), false)
                .map(entry -> TraceEntry.of(entry, trace.path("started_at"))).toList();
        this.serviceWidth = widest(entries.stream().map(TraceEntry::service).toList(), WIDEST_SERVICE);
        this.whatWidth = widest(entries.stream().map(TraceEntry::what).toList(), WIDEST_WHAT);
        this.zero = TraceEntry.instant(trace.path("started_at")).orElseGet(() -> earliest(entries));
        this.first = earliest(entries).isBefore(zero) ? earliest(entries) : zero;
        this.last = entries.stream().map(TraceEntry::at).max(Comparator.naturalOrder()).orElse(zero);
    }

    void print(PrintStream out) {
        new TraceHeader(trace, ink).lines(span(), zero).forEach(out::println);
        entries.stream().map(this::row).forEach(out::println);
    }

    private Duration span() {
        JsonNode told = trace.path("duration_seconds");
        return told.isNumber() ? Duration.ofNanos((long) (told.doubleValue() * 1e9)) : Duration.between(zero, last);
    }

    private String row(TraceEntry entry) {
        int bar = ink.width() < NARROW ? 0 : ink.width() / 5;
        String left = offset(entry) + "  "
                + Printable.pad(entry.service(), serviceWidth) + "  ";
        String told = Printable.pad(entry.what(), whatWidth) + "  ";
        String bars = bar == 0 ? "" : bar(entry, bar) + "  ";
        int taken = Printable.columns(left) + Printable.columns(told) + Printable.columns(bars);
        String summary = ink.fit(entry.summary(), taken);
        return (left + ink.styled(entry.severity(), told) + ink.styled(entry.severity(), bars)
                + ink.styled(entry.severity(), summary)).stripTrailing();
    }

    private String offset(TraceEntry entry) {
        double offset = nanos(zero, entry.at()) / 1e9;
        return String.format(Locale.ROOT, "%" + OFFSET + "s", String.format(Locale.ROOT, "%+.3f s", offset));
    }

    /** A bar from start to end, or a dot where an entry has no length. */
    private String bar(TraceEntry entry, int columns) {
        int from = column(entry.start(), columns);
        int to = column(entry.at(), columns);
        String mark = entry.duration().isPresent() ? "█".repeat(to - from + 1) : "·";
        return Printable.pad(" ".repeat(from) + mark, columns);
    }

    private int column(Instant at, int columns) {
        double whole = nanos(first, last);
        double share = whole <= 0 ? 0 : nanos(first, at) / whole;
        return Math.clamp((int) (share * columns), 0, columns - 1);
    }

    private static int widest(List<String> texts, int most) {
        return Math.min(most, texts.stream().mapToInt(Printable::columns).max().orElse(0));
    }

    private static Instant earliest(List<TraceEntry> entries) {
        return entries.stream().map(TraceEntry::start).min(Comparator.naturalOrder()).orElse(Instant.EPOCH);
    }

    /** As a double, since the distance between any two times that parse may not fit a long. */
    private static double nanos(Instant from, Instant to) {
        return (to.getEpochSecond() - from.getEpochSecond()) * 1e9 + (to.getNano() - from.getNano());
    }
}
