package io.throughline.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/** A result as people read it. Stateless. */
final class ProducerTable {

    private ProducerTable() {}

    static String of(ProducerResult result) {
        Machine machine = result.machine();
        var text = new StringBuilder();
        text.append(String.format(Locale.ROOT, "%,d calls in bursts of 500 every 10 ms, %d rounds, medians (min–max)%n",
                result.records(), result.rounds()));
        text.append(String.format(Locale.ROOT, "%d cores, JDK %s, %s, %s, %s%n%n", machine.cores(), machine.jdk(),
                machine.os(), machine.flags(), result.date()));
        append(text, variants(result));
        text.append(System.lineSeparator());
        append(text, faults(result));
        text.append(String.format(Locale.ROOT,
                "%nCPU, times and bytes: of the calling thread, for the call alone; built: with the building of its record.%n"));
        text.append(String.format(Locale.ROOT, "Again: %s%n", result.command()));
        return text.toString();
    }

    private static List<List<String>> variants(ProducerResult result) {
        List<List<String>> cells = new ArrayList<>();
        cells.add(
                List.of("variant", "CPU ns/call", "× emit", "built", "× emit", "p50 ns", "p99 ns", "× emit", "p99.9 ns",
                        "8 callers CPU ns", "8 callers p99 ns", "bytes/call", "records/s", "process CPU ns/record"));
        for (ProducerResult.Row row : result.variants()) {
            cells.add(List.of(row.variant(), Table.spread(row.cpuNanos(), "%,.0f"),
                    Table.spread(row.cpuToEmit(), "%.2f"), Table.spread(row.wholeCpuNanos(), "%,.0f"),
                    Table.spread(row.wholeCpuToEmit(), "%.2f"), Table.spread(row.p50(), "%,.0f"),
                    Table.spread(row.p99(), "%,.0f"), Table.spread(row.p99ToEmit(), "%.1f"),
                    Table.spread(row.p999(), "%,.0f"), Table.spread(row.crowdCpuNanos(), "%,.0f"),
                    Table.spread(row.crowdP99(), "%,.0f"), Table.spread(row.bytes(), "%,.0f"),
                    flow(row, row.perSecond()), flow(row, row.processCpuNanos())));
        }
        return cells;
    }

    private static String flow(ProducerResult.Row row, Spread figure) {
        return row.perSecond().max() == 0 ? "-" : Table.spread(figure, "%,.0f");
    }

    private static List<List<String>> faults(ProducerResult result) {
        List<List<String>> cells = new ArrayList<>();
        cells.add(List.of("brokers", "start ms", "emit p99 ns", "emit p99.9 ns", "emit max ns", "log p99.9 ns",
                "log max ns", "heap MB", "accepted", "acknowledged", "queued", "spilled", "dropped"));
        result.faults().forEach((fault, sample) -> {
            cells.add(List.of(fault, String.format(Locale.ROOT, "%.0f", sample.startMillis()),
                    number(sample.emit().p99()), number(sample.emit().p999()), number(sample.emit().max()),
                    number(sample.log().p999()), number(sample.log().max()),
                    String.format(Locale.ROOT, "%.0f", sample.heapMegabytes()), count(sample, "accepted"),
                    count(sample, "acknowledged"), count(sample, "queued"), count(sample, "spilled"),
                    number(sample.accounting().entrySet().stream()
                            .filter(each -> each.getKey().startsWith("dropped_")).mapToLong(each -> each.getValue())
                            .sum())));
        });
        return cells;
    }

    private static String count(ProducerFaultSample sample, String name) {
        return number(Objects.requireNonNull(sample.accounting().get(name), name));
    }

    private static String number(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    private static void append(StringBuilder text, List<List<String>> cells) {
        Table.aligned(cells).forEach(row -> text.append(row).append(System.lineSeparator()));
    }
}
