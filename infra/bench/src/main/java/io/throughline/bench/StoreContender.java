package io.throughline.bench;

import io.throughline.logs.EmbeddedStore;
import io.throughline.logs.OpenSearchConfig;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;

/**
 * The shipper's own store, given the records as they come from Kafka: decoding, indexing, commits every 50,000 lines.
 *
 * @param directory where it lies
 * @param openSearch where it lies instead
 */
record StoreContender(Path directory, @Nullable OpenSearchConfig openSearch) {

    private static final String PREFIX = "throughline.";
    private static final int PARTITIONS = 6;
    private static final int LINES_A_COMMIT = 50_000;
    private static final int COLD = 100;
    private static final int SEARCHES = 50;
    private static final double MILLI = 1e6;

    /** Time that was spent on storing. */
    private static final class Stopwatch {

        private final com.sun.management.OperatingSystemMXBean cpu = (com.sun.management.OperatingSystemMXBean) ManagementFactory
                .getOperatingSystemMXBean();
        private long wall;
        private long busy;
        private long begin;
        private long beginBusy;

        void start() {
            begin = System.nanoTime();
            beginBusy = cpu.getProcessCpuTime();
        }

        void stop() {
            wall += System.nanoTime() - begin;
            busy += cpu.getProcessCpuTime() - beginBusy;
        }
    }

    LogStoring store(int lines) throws IOException {
        var memory = ManagementFactory.getMemoryMXBean();
        var source = new LogLines(LogSample.SEED);
        var watch = new Stopwatch();
        long heap = 0;
        int half = 0;
        long busyAtHalf = 0;
        try (var store = EmbeddedStore.open(directory, openSearch, PREFIX)) {
            for (int done = 0; done < lines;) {
                List<ConsumerRecord<byte[], byte[]>> batch = batch(source, done, Math.min(lines, done
                        + LINES_A_COMMIT));
                watch.start();
                for (ConsumerRecord<byte[], byte[]> record : batch) {
                    if (!store.take(record)) {
                        throw new IllegalStateException("a line was not taken: " + record.offset());
                    }
                }
                store.commit();
                watch.stop();
                heap = Math.max(heap, memory.getHeapMemoryUsage().getUsed());
                done += batch.size();
                if (done <= lines / 2) {
                    half = done;
                    busyAtHalf = watch.busy;
                }
            }
            return new LogStoring(lines / (watch.wall / 1e9), lines / (watch.busy / 1e9),
                    (lines - half) / ((watch.busy - busyAtHalf) / 1e9), store.bytes(), heap / 1e6);
        }
    }

    LogFinding find(List<String> traces) throws IOException {
        try (var store = EmbeddedStore.open(directory, openSearch, PREFIX)) {
            double[] cold = lookUp(store, traces.subList(0, Math.min(COLD, traces.size())));
            lookUp(store, traces);
            double[] warm = lookUp(store, traces);
            double[] text = new double[SEARCHES];
            for (int i = 0; i < SEARCHES; i++) {
                long begin = System.nanoTime();
                store.search("q=sockettimeoutexception%20renderer%20OR%20replica");
                text[i] = (System.nanoTime() - begin) / MILLI;
            }
            return new LogFinding(LogFigures.quantile(cold, 0.5), LogFigures.quantile(cold, 0.99),
                    LogFigures.quantile(warm, 0.5), LogFigures.quantile(warm, 0.99), LogFigures.quantile(text, 0.5),
                    ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() / 1e6);
        }
    }

    private static double[] lookUp(EmbeddedStore store, List<String> traces) throws IOException {
        double[] millis = new double[traces.size()];
        for (int i = 0; i < millis.length; i++) {
            long begin = System.nanoTime();
            int found = store.trace(traces.get(i)).size();
            millis[i] = (System.nanoTime() - begin) / MILLI;
            if (found == 0) {
                throw new IllegalStateException("nothing was found of trace " + traces.get(i));
            }
        }
        return millis;
    }

    private static List<ConsumerRecord<byte[], byte[]>> batch(LogLines source, int from, int to) {
        List<ConsumerRecord<byte[], byte[]>> batch = new ArrayList<>();
        for (int number = from; number < to; number++) {
            batch.add(record(source.next(), number));
        }
        return batch;
    }

    private static ConsumerRecord<byte[], byte[]> record(LogLines.Line line, int number) {
        byte[] json = line.json().getBytes(StandardCharsets.UTF_8);
        var headers = new RecordHeaders().add("trace_id", line.traceId().getBytes(StandardCharsets.UTF_8));
        return new ConsumerRecord<>(PREFIX + "logs", number % PARTITIONS, number / PARTITIONS, 0,
                TimestampType.CREATE_TIME, 0, json.length, null, json, headers, Optional.empty());
    }
}
