package io.throughline.local;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import picocli.CommandLine.Help.Ansi.IStyle;
import picocli.CommandLine.Help.Ansi.Style;

/** A trace as lines of text: a header, and a row for each entry, none wider than the terminal. */
final class TraceTimeline {

    private static final int OFFSET = 12;
    private static final int WIDEST_SERVICE = 18;
    private static final int WIDEST_WHAT = 18;
    private static final int NARROW = 90;

    private final JsonNode trace;
    private final List<TraceEntry> entries;
    private final int width;
    private final boolean colour;
    private final int serviceWidth;
    private final int whatWidth;
    private final Instant zero;
    private final Instant first;
    private final Instant last;

    /** The timeline of what {@code /api/v1/traces} answered. */
    TraceTimeline(JsonNode trace, int width, boolean colour) {
        this.trace = trace;
        this.width = width;
        this.colour = colour;
        this.entries = StreamSupport.stream(trace.path("entries").spliterator(), false)
                .map(entry -> TraceEntry.of(entry, trace.path("started_at"))).toList();
        this.serviceWidth = widest(entries.stream().map(TraceEntry::service).toList(), WIDEST_SERVICE);
        this.whatWidth = widest(entries.stream().map(TraceEntry::what).toList(), WIDEST_WHAT);
        this.zero = TraceEntry.instant(trace.path("started_at")).orElseGet(() -> earliest(entries));
        this.first = earliest(entries).isBefore(zero) ? earliest(entries) : zero;
        this.last = entries.stream().map(TraceEntry::at).max(Comparator.naturalOrder()).orElse(zero);
    }

    void print(PrintStream out) {
        header().forEach(out::println);
        entries.stream().map(this::row).forEach(out::println);
    }

    private List<String> header() {
        List<String> header = new ArrayList<>();
        boolean complete = trace.path("complete").asBoolean();
        String title = fit("trace " + Printable.text(trace.path("trace_id").asText()), width - 14);
        header.add(styled(title, Style.bold) + "  "
                + (complete ? styled("complete", Style.fg_green) : styled("incomplete", Style.fg_yellow)));
        header.add(fit("  services  " + texts(trace.path("services")).collect(Collectors.joining(", ")), width));
        header.add(fit("  duration  " + seconds(span()) + ", from " + zero, width));
        long events = StreamSupport.stream(trace.path("entries").spliterator(), false)
                .filter(entry -> entry.path("kind").asText().equals("event")).count();
        header.add(fit("  entries   " + events + " events, " + (entries.size() - events) + " log lines", width));
        if (trace.path("truncated").asBoolean()) {
            header.add(styled(fit("  missing   the trace is longer than the shipper shows", width), Style.fg_yellow));
        }
        texts(trace.path("missing"))
                .forEach(gap -> header.add(styled(fit("  missing   " + gap, width), Style.fg_yellow)));
        header.add("");
        return header;
    }

    private Duration span() {
        JsonNode told = trace.path("duration_seconds");
        return told.isNumber() ? Duration.ofNanos((long) (told.doubleValue() * 1e9)) : Duration.between(zero, last);
    }

    private String row(TraceEntry entry) {
        int bar = width < NARROW ? 0 : width / 5;
        String left = offset(entry) + "  "
                + Printable.pad(entry.service(), serviceWidth) + "  ";
        String told = Printable.pad(entry.what(), whatWidth) + "  ";
        String bars = bar == 0 ? "" : bar(entry, bar) + "  ";
        String summary = fit(entry.summary(),
                width - Printable.columns(left) - Printable.columns(told) - Printable.columns(bars));
        return (left + styled(entry, told) + styled(entry, bars) + styled(entry, summary)).stripTrailing();
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

    private String styled(TraceEntry entry, String text) {
        return switch (entry.severity()) {
            case FAILURE -> styled(text, Style.fg_red);
            case WARNING -> styled(text, Style.fg_yellow);
            case DETAIL -> styled(text, Style.faint);
            case NORMAL -> text;
        };
    }

    private String styled(String text, IStyle style) {
        return colour && !text.isBlank() ? style.on() + text + style.off() : text;
    }

    private static Stream<String> texts(JsonNode list) {
        return StreamSupport.stream(list.spliterator(), false)
                .map(node -> Printable.text(node.isTextual() ? node.textValue() : node.toString()));
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

    private static String seconds(Duration duration) {
        return String.format(Locale.ROOT, "%.3f s", duration.getSeconds() + duration.getNano() / 1e9);
    }

    private static String fit(String text, int width) {
        return Printable.fit(text, width);
    }
}
