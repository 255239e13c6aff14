package io.throughline.bench;

import com.sun.management.OperatingSystemMXBean;
import io.throughline.aggregate.CountingConfig;
import io.throughline.local.Terminal;
import io.throughline.publish.Settings;
import io.throughline.replay.Recount;
import io.throughline.replay.RecountRun;
import io.throughline.replay.TimeRange;
import io.throughline.replay.TopicScan;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A recount of all events, in one thread and in one for each processor, beside the bare fetch of the same records by the
 * same reader in one thread. CPU time is that of the process, compiler and collector included; the broker is another.
 */
record ReplayRecount(String brokers, long events, Terminal terminal) {

    private static final int PROCESSORS = Runtime.getRuntime().availableProcessors();

    private interface Reader {
        long read(TopicScan topics);
    }

    private record Measured(double perSecond, double perCpuSecond) {}

    void measure(int rounds) {
        Map<String, Reader> readers = new LinkedHashMap<>();
        readers.put("fetch", topics -> topics.run(topics.stretches(EventTopics.NAMES, null), input -> true, done -> {})
                .records());
        readers.put("recount, 1 thread", topics -> recount(topics, 1));
        if (PROCESSORS > 1) {
            readers.put("recount, " + PROCESSORS + " threads", topics -> recount(topics, PROCESSORS));
        }
        Map<String, List<Measured>> measured = new LinkedHashMap<>();
        for (int round = -1; round < rounds; round++) {
            for (var reader : readers.entrySet()) {
                Measured one = measure(reader.getValue());
                if (round >= 0) {
                    measured.computeIfAbsent(reader.getKey(), name -> new ArrayList<>()).add(one);
                }
            }
        }
        Measured fetch = median(measured.getOrDefault("fetch", List.of()));
        terminal.out().println("| reader | events/s | × fetch | events/CPU s | × fetch |\n|---|---|---|---|---|");
        measured.forEach((name, each) -> tell(name, median(each), fetch));
        terminal.out().flush();
    }

    private static long recount(TopicScan topics, int threads) {
        CountingConfig config = CountingConfig.from(Settings.of(Map.of()));
        var count = new Recount(config, TimeRange.ALL, true);
        return RecountRun.plan(topics, config, null).run(List.of(count), threads, done -> {}).scanned().records();
    }

    private Measured measure(Reader reader) {
        var process = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        System.gc();
        try (var topics = TopicScan.open(Map.of("bootstrap.servers", brokers))) {
            long cpu = process.getProcessCpuTime();
            long start = System.nanoTime();
            long read = reader.read(topics);
            double seconds = (System.nanoTime() - start) / 1e9;
            if (read != events) {
                throw new IllegalStateException("read " + read + " of " + events + " events");
            }
            return new Measured(events / seconds, events / ((process.getProcessCpuTime() - cpu) / 1e9));
        }
    }

    private void tell(String name, Measured one, Measured fetch) {
        terminal.out().println(String.format(Locale.ROOT, "| %s | %,.0f | %.2f | %,.0f | %.2f |", name, one.perSecond(),
                one.perSecond() / fetch.perSecond(), one.perCpuSecond(), one.perCpuSecond() / fetch.perCpuSecond()));
    }

    private static Measured median(List<Measured> measured) {
        return measured.stream().sorted(Comparator.comparingDouble(Measured::perSecond)).toList()
                .get(measured.size() / 2);
    }
}
