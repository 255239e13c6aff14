package io.throughline.local;

import com.fasterxml.jackson.databind.JsonNode;
import io.throughline.local.TraceEntry.Severity;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** A trace as a tree of spans with bars from start to end, and under each its log lines. */
final class TraceWaterfall {

    private static final int OFFSET = 12;
    private static final int WIDEST_SERVICE = 18;
    private static final int NARROW = 90;
    private static final int USUAL_BAR = 30;
    private static final Set<String> LIVES = Set.of("batch", "job");

    private final JsonNode trace;
    private final Ink ink;
    private final List<Row> rows = new ArrayList<>();
    private final Instant first;
    private final Instant last;

    /** One line. */
    private record Row(Instant start, Instant end, String tree, String service, String told, Severity severity,
            Mark mark) {}

    private enum Mark {
        SPAN('█'), OPEN('░'), POINT('·');

        private final char character;

        Mark(char character) {
            this.character = character;
        }
    }

    /** The waterfall of what {@code /api/v1/traces} answered. */
    TraceWaterfall(JsonNode trace, Ink ink) {
        this.trace = trace;
        this.ink = ink;
        Instant ended = TraceEntry.instant(trace.path("ended_at")).orElse(Instant.EPOCH);
        collect(ended);
        this.first = rows.stream().map(Row::start).min(Comparator.naturalOrder()).orElse(ended);
        this.last = rows.stream().map(Row::end).max(Comparator.naturalOrder()).orElse(ended);
    }

    void print(PrintStream out) {
        new TraceHeader(trace, ink).lines(Duration.between(first, last), first).forEach(out::println);
        int tree = widest(rows.stream().map(Row::tree).toList(), ink.cut() ? Math.max(20, ink.width() / 3) : 80);
        int service = widest(rows.stream().map(Row::service).toList(), WIDEST_SERVICE);
        rows.forEach(row -> out.println(line(row, tree, service)));
    }

    private String line(Row row, int tree, int service) {
        int bar = ink.width() < NARROW ? 0 : ink.cut() ? ink.width() / 5 : USUAL_BAR;
        String left = offset(row.start()) + "  ";
        String what = Printable.pad(row.tree(), tree) + "  ";
        String who = Printable.pad(row.service(), service) + "  ";
        String bars = bar == 0 ? "" : bar(row, bar) + "  ";
        int taken = Printable.columns(left + what + who + bars);
        return (left + ink.styled(row.severity(), what) + who + ink.styled(row.severity(), bars)
                + ink.styled(row.severity(), ink.fit(row.told(), taken))).stripTrailing();
    }

    private void collect(Instant ended) {
        Map<String, List<JsonNode>> children = new HashMap<>();
        Set<String> known = new HashSet<>();
        trace.path("spans").forEach(span -> known.add(span.path("span_id").asText()));
        trace.path("spans").forEach(span -> {
            String parent = span.path("parent_id").asText("");
            children.computeIfAbsent(known.contains(parent) ? parent : "", key -> new ArrayList<>()).add(span);
        });
        Map<String, List<JsonNode>> entries = new HashMap<>();
        trace.path("entries").forEach(entry -> {
            String span = entry.path("span_id").asText("");
            entries.computeIfAbsent(known.contains(span) ? span : "", key -> new ArrayList<>()).add(entry);
        });
        walk("", 0, children, entries, ended);
    }

    private void walk(String parent, int depth, Map<String, List<JsonNode>> children,
            Map<String, List<JsonNode>> entries, Instant ended) {
        record Item(Instant at, JsonNode node, boolean span) {}
        List<Item> items = new ArrayList<>();
        children.getOrDefault(parent, List.of()).forEach(span -> items.add(new Item(start(span), span, true)));
        entries.getOrDefault(parent, List.of()).forEach(entry -> items.add(new Item(TraceEntry.instant(entry.path(
                "timestamp")).orElse(ended), entry, false)));
        items.sort(Comparator.comparing(Item::at));
        for (Item item : items) {
            if (item.span()) {
                String id = item.node().path("span_id").asText();
                List<JsonNode> inside = entries.getOrDefault(id, List.of());
                rows.add(span(item.node(), depth, inside, ended));
                // The one event of a call, a look or a request is the row itself.
                entries.put(id, inside.stream().filter(entry -> LIVES.contains(item.node().path("kind").asText())
                        || !entry.path("kind").asText().equals("event")).toList());
                walk(id, depth + 1, children, entries, ended);
            } else {
                rows.add(entry(item.node(), depth));
            }
        }
    }

    private Row span(JsonNode span, int depth, List<JsonNode> inside, Instant ended) {
        boolean open = span.path("open").asBoolean();
        Instant start = start(span);
        Instant end = TraceEntry.instant(span.path("ended_at")).orElse(ended);
        String status = span.path("status").asText("");
        Severity severity = span.path("failed").asBoolean()
                ? Severity.FAILURE
                : status.equals("cancelled") || status.startsWith("4") || open ? Severity.WARNING : Severity.NORMAL;
        return new Row(start, end, "  ".repeat(depth) + Printable.text(span.path("name").asText()),
                Printable.text(span.path("service").asText()), told(span, inside, open), severity,
                open ? Mark.OPEN : Mark.SPAN);
    }

    private static String told(JsonNode span, List<JsonNode> inside, boolean open) {
        List<String> told = new ArrayList<>();
        if (span.path("kind").asText().equals("batch") || span.path("kind").asText().equals("job")) {
            told.add(Printable.text(span.path(span.path("kind").asText() + "_id").asText()));
            told.add(open ? "not completed" : Printable.text(span.path("status").asText()));
            if (!open) {
                told.add(length(span.path("duration_seconds").asDouble()));
            }
            if (span.path("queued_seconds").asDouble() > 0) {
                told.add(length(span.path("queued_seconds").asDouble()) + " in the queue");
            }
            if (span.hasNonNull("error_code")) {
                told.add(Printable.text(span.path("error_code").asText()));
            }
        } else {
            inside.stream().filter(entry -> entry.path("kind").asText().equals("event")).findFirst()
                    .ifPresent(entry -> told.add(Printable.text(entry.path("summary").asText())));
        }
        JsonNode cost = span.path("attributes").path("cost_usd");
        if (cost.isNumber()) {
            told.add('$' + TraceHeader.usd(cost));
        }
        return String.join(", ", told);
    }

    private Row entry(JsonNode node, int depth) {
        TraceEntry entry = TraceEntry.of(node, trace.path("started_at"));
        boolean event = node.path("kind").asText().equals("event");
        return new Row(entry.at(), entry.at(), "  ".repeat(depth) + entry.what(), entry.service(), entry.summary(),
                event && entry.severity() == Severity.NORMAL ? Severity.DETAIL : entry.severity(), Mark.POINT);
    }

    private String offset(Instant at) {
        double seconds = nanos(first, at) / 1e9;
        return String.format(Locale.ROOT, "%" + OFFSET + "s", String.format(Locale.ROOT, "%+.3f s", seconds));
    }

    private String bar(Row row, int columns) {
        int from = column(row.start(), columns);
        int to = row.mark() == Mark.POINT ? from : column(row.end(), columns);
        return Printable.pad(" ".repeat(from) + String.valueOf(row.mark().character).repeat(to - from + 1), columns);
    }

    private int column(Instant at, int columns) {
        double whole = nanos(first, last);
        double share = whole <= 0 ? 0 : nanos(first, at) / whole;
        return Math.clamp((int) (share * columns), 0, columns - 1);
    }

    private static Instant start(JsonNode span) {
        return TraceEntry.instant(span.path("started_at")).orElse(Instant.EPOCH);
    }

    private static String length(double seconds) {
        return String.format(Locale.ROOT, seconds < 10 ? "%.3f s" : "%.1f s", seconds);
    }

    private static int widest(List<String> texts, int most) {
        return Math.min(most, texts.stream().mapToInt(Printable::columns).max().orElse(0));
    }

    private static double nanos(Instant from, Instant to) {
        return (to.getEpochSecond() - from.getEpochSecond()) * 1e9 + (to.getNano() - from.getNano());
    }
}
