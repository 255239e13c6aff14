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
    private static final int SEARCHES = 50;
    private static final double MILLI = 1e6;

    LogFigures measure(LogSample sample) throws IOException {
        var cpu = (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        var memory = ManagementFactory.getMemoryMXBean();
        var source = new LogLines(LogSample.SEED);
        long heap = 0;
        long wall = 0;
        long busy = 0;
        try (var store = EmbeddedStore.open(directory, openSearch, PREFIX)) {
            for (int done = 0; done < sample.lines();) {
                int until = Math.min(sample.lines(), done + LINES_A_COMMIT);
                List<ConsumerRecord<byte[], byte[]>> batch = new ArrayList<>();
                for (; done < until; done++) {
                    batch.add(record(source.next(), done));
                }
                long begin = System.nanoTime();
                long beginCpu = cpu.getProcessCpuTime();
                for (ConsumerRecord<byte[], byte[]> record : batch) {
                    if (!store.take(record)) {
                        throw new IllegalStateException("a line was not taken: " + record.offset());
                    }
                }
                store.commit();
                wall += System.nanoTime() - begin;
                busy += cpu.getProcessCpuTime() - beginCpu;
                heap = Math.max(heap, memory.getHeapMemoryUsage().getUsed());
            }
        }
        try (var store = EmbeddedStore.open(directory, openSearch, PREFIX)) {
            double[] cold = lookUp(store, sample, Math.min(100, sample.traces().size()));
            lookUp(store, sample, sample.traces().size());
            double[] warm = lookUp(store, sample, sample.traces().size());
            double[] text = new double[SEARCHES];
            for (int i = 0; i < SEARCHES; i++) {
                long begin = System.nanoTime();
                store.search("q=sockettimeoutexception%20renderer%20OR%20replica");
                text[i] = (System.nanoTime() - begin) / MILLI;
            }
            return new LogFigures(openSearch == null ? "throughline" : "opensearch", sample.lines() / (wall / 1e9),
                    openSearch == null ? sample.lines() / (busy / 1e9) : Double.NaN, (double) store.bytes() / sample
                            .lines(),
                    (double) store.bytes() / sample.rawBytes(), LogFigures.quantile(warm, 0.5),
                    LogFigures.quantile(warm, 0.99), LogFigures.quantile(cold, 0.99), LogFigures.quantile(text, 0.5),
                    openSearch == null ? heap / 1e6 : Double.NaN);
        }
    }

    private static double[] lookUp(EmbeddedStore store, LogSample sample, int count) throws IOException {
        double[] millis = new double[count];
        for (int i = 0; i < count; i++) {
            long begin = System.nanoTime();
            int found = store.trace(sample.traces().get(i)).size();
            millis[i] = (System.nanoTime() - begin) / MILLI;
            if (found == 0) {
                throw new IllegalStateException("nothing was found of trace " + sample.traces().get(i));
            }
        }
        return millis;
    }

    private static ConsumerRecord<byte[], byte[]> record(LogLines.Line line, int number) {
        byte[] json = line.json().getBytes(StandardCharsets.UTF_8);
        var headers = new RecordHeaders().add("trace_id", line.traceId().getBytes(StandardCharsets.UTF_8));
        return new ConsumerRecord<>(PREFIX + "logs", number % PARTITIONS, number / PARTITIONS, 0,
                TimestampType.CREATE_TIME, 0, json.length, null, json, headers, Optional.empty());
    }
}
