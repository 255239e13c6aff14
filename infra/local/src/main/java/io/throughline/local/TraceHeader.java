package io.throughline.local;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import picocli.CommandLine.Help.Ansi.Style;

/** The lines above a trace: what it is, what it took and cost, and what to know before trusting it. */
final class TraceHeader {

    private final JsonNode trace;
    private final Ink ink;

    TraceHeader(JsonNode trace, Ink ink) {
        this.trace = trace;
        this.ink = ink;
    }

    /** The lines, of a trace that lasted so long from {@code zero} on. */
    List<String> lines(Duration length, Instant zero) {
        List<String> header = new ArrayList<>();
        boolean complete = trace.path("complete").asBoolean();
        String title = ink.fit("trace " + Printable.text(trace.path("trace_id").asText()), 14);
        header.add(ink.styled(title, Style.bold) + "  "
                + (complete ? ink.styled("complete", Style.fg_green) : ink.styled("incomplete", Style.fg_yellow)));
        header.add(ink.fit("  services  " + texts(trace.path("services")).collect(Collectors.joining(", "))));
        header.add(ink.fit("  duration  " + seconds(length) + ", from " + zero));
        long entries = trace.path("entries").size();
        long events = StreamSupport.stream(trace.path("entries").spliterator(), false)
                .filter(entry -> entry.path("kind").asText().equals("event")).count();
        header.add(ink.fit("  entries   " + events + " events, " + (entries - events) + " log lines"));
        if (trace.path("totals").path("llm_calls").asLong() > 0) {
            header.add(ink.fit("  totals    " + totals(trace.path("totals"))));
        }
        if (trace.path("truncated").asBoolean()) {
            header.add(note("missing", "the trace is longer than the shipper shows"));
        }
        texts(trace.path("missing")).forEach(gap -> header.add(note("missing", gap)));
        trace.path("warnings").forEach(warning -> header.add(note(warning.path("kind").asText().equals("clock_skew")
                ? "skew"
                : "note", Printable.text(warning.path("message").asText()))));
        trace.path("gaps").forEach(gap -> header.add(note("gap", Printable.text(gap.path("message").asText()))));
        header.add("");
        return header;
    }

    private String note(String what, String text) {
        return ink.styled(ink.fit("  " + Printable.pad(what, 8) + "  " + text), Style.fg_yellow);
    }

    private static String totals(JsonNode totals) {
        long calls = totals.path("llm_calls").asLong();
        long unpriced = totals.path("unpriced_calls").asLong();
        String cost = unpriced == calls
                ? "unpriced"
                : '$' + usd(totals.path("cost_usd")) + (unpriced == 0
                        ? ""
                        : " (" + unpriced + " of " + calls
                                + " calls unpriced)");
        long looks = totals.path("cache_hits").asLong() + totals.path("cache_misses").asLong();
        return cost + ", " + totals.path("tokens").asLong() + " tokens (" + totals.path("prompt_tokens").asLong()
                + " in, " + totals.path("completion_tokens").asLong() + " out), " + calls
                + (calls == 1 ? " call" : " calls") + (looks == 0
                        ? ""
                        : ", cache " + totals.path("cache_hits").asLong() + " of " + looks + " hits");
    }

    /** Every digit that was told, without an exponent. */
    static String usd(JsonNode node) {
        BigDecimal usd = node.decimalValue();
        return usd.stripTrailingZeros().toPlainString();
    }

    static Stream<String> texts(JsonNode list) {
        return StreamSupport.stream(list.spliterator(), false)
                .map(node -> Printable.text(node.isTextual() ? node.textValue() : node.toString()));
    }

    static String seconds(Duration duration) {
        return String.format(Locale.ROOT, "%.3f s", duration.getSeconds() + duration.getNano() / 1e9);
    }
}
