package io.throughline.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A result as people read it. Stateless. */
final class Table {

    private static final List<String> HEAD = List.of("variant", "exact", "CPU µs/event", "× fetch", "× by-hand",
            "events/s", "bytes/event", "GCs");

    private Table() {}

    static String of(Result result) {
        Machine machine = result.machine();
        var text = new StringBuilder();
        text.append(String.format(Locale.ROOT,
                "%,d events of %.0f bytes JSON, %d rounds, medians (min–max), from event %,d to the last%n",
                result.events(), result.valueBytesPerEvent(), result.rounds(), result.warmUpEvents() + 1));
        text.append(String.format(Locale.ROOT, "%d cores, JDK %s, %s, %s, %s%n%n", machine.cores(), machine.jdk(),
                machine.os(),
                machine.flags(), result.date()));
        rows(result).forEach(row -> text.append(row).append(System.lineSeparator()));
        text.append(
                String.format(Locale.ROOT, "%nEvery variant counted the same %,d events. CPU: the whole process, %s%n",
                        result.events(), "compiler and garbage collector included."));
        text.append(String.format(Locale.ROOT, "Again: %s%n", result.command()));
        return text.toString();
    }

    private static List<String> rows(Result result) {
        List<List<String>> cells = new ArrayList<>();
        cells.add(HEAD);
        result.variants().forEach(row -> cells.add(List.of(row.variant(), row.exact(),
                spread(row.cpuMicrosPerEvent(), "%.2f"), spread(row.cpuToFetch(), "%.2f"),
                spread(row.cpuToByHand(), "%.2f"), spread(row.eventsPerSecond(), "%,.0f"),
                spread(row.allocatedBytesPerEvent(), "%,.0f"), spread(row.collections(), "%.0f"))));
        return aligned(cells);
    }

    /** Rows of which the first is the head, with columns of equal width. */
    static List<String> aligned(List<List<String>> cells) {
        int[] widths = IntStream.range(0, cells.getFirst().size())
                .map(column -> cells.stream().mapToInt(row -> row.get(column).length()).max().orElse(0)).toArray();
        return cells.stream().map(row -> IntStream.range(0, widths.length)
                .mapToObj(column -> pad(row.get(column), widths[column]))
                .collect(Collectors.joining("  ")).stripTrailing()).toList();
    }

    private static String pad(String text, int width) {
        return text + " ".repeat(width - text.length());
    }

    /** The median, and the extremes where they differ. */
    static String spread(Spread spread, String number) {
        String median = String.format(Locale.ROOT, number, spread.median());
        String min = String.format(Locale.ROOT, number, spread.min());
        String max = String.format(Locale.ROOT, number, spread.max());
        return min.equals(max) ? median : median + " (" + min + "–" + max + ")";
    }
}
