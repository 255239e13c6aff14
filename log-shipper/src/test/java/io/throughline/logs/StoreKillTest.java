package io.throughline.logs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process that stores at full speed dies by kill -9 at seeded times; what it acknowledged is there, once. */
class StoreKillTest {

    private static final int KILLS = Integer.getInteger("throughline.store.kills", 10);
    private static final int PARTITIONS = 3;

    @TempDir
    private Path dir;

    @Test
    void everyAcknowledgedRecord_isThereOnce_andFoundByItsTrace() throws Exception {
        var random = new Random(20260128);
        Map<Integer, Long> acknowledged = new TreeMap<>();
        for (int kill = 0; kill < KILLS; kill++) {
            runAndKill(50 + random.nextInt(600), acknowledged);
        }
        assertThat(acknowledged).hasSize(PARTITIONS);
        try (var store = Samples.store(dir)) {
            for (Map.Entry<Integer, Long> partition : acknowledged.entrySet()) {
                assertThat(store.positions(Set.of(partition(partition.getKey()))).get(partition(partition.getKey())))
                        .isGreaterThanOrEqualTo(partition.getValue());
            }
            // Days may be ahead of the positions; what is read again from there is left out.
            Writer.round(store, 200);
            store.commit();
            store.refresh();
            long held = store.positions(Set.of(partition(0), partition(1), partition(2))).values().stream().mapToLong(
                    next -> next).sum();
            assertThat(store.size().documents()).as("each below the positions, and each once").isEqualTo(held);
            for (Map.Entry<Integer, Long> partition : acknowledged.entrySet()) {
                for (int i = 0; i < 50; i++) {
                    long offset = random.nextLong(partition.getValue());
                    assertThat(store.trace(trace(partition.getKey(), offset)).entries()).extracting(
                            StoredEntry::offset).contains(offset).doesNotHaveDuplicates();
                }
            }
        }
    }

    private void runAndKill(long millis, Map<Integer, Long> acknowledged) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m", "-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path"),
                Writer.class.getName(), dir.toString()).redirectError(ProcessBuilder.Redirect.DISCARD).start();
        List<String> lines = new ArrayList<>();
        try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
            // The time counts from the first commit on, so that each life commits at least once.
            String first = out.readLine();
            assertThat(first).isNotNull();
            lines.add(first);
            TimeUnit.MILLISECONDS.sleep(millis);
            process.destroyForcibly().waitFor();
            out.lines().forEach(lines::add);
        } catch (java.io.UncheckedIOException e) {
            assertThat(process.isAlive()).as("the last line was cut off").isFalse();
        }
        for (String line : lines) {
            String[] pair = line.split("=", -1);
            if (pair.length == 2 && pair[1].endsWith(".")) {
                acknowledged.put(Integer.parseInt(pair[0]), Long.parseLong(pair[1].substring(0, pair[1].length() - 1)));
            }
        }
    }

    private static TopicPartition partition(int number) {
        return new TopicPartition("throughline.logs", number);
    }

    private static String trace(int partition, long offset) {
        return "t-" + partition + "-" + offset / 7;
    }

    /** Stores records where the positions say, over three days, and says what was committed. */
    static final class Writer {

        private Writer() {}

        public static void main(String[] args) throws IOException {
            try (var store = Samples.store(Path.of(args[0]))) {
                while (true) {
                    round(store, 40);
                    store.commit();
                    for (int partition = 0; partition < PARTITIONS; partition++) {
                        System.out.println(partition + "=" + store.positions(Set.of(partition(partition))).get(
                                partition(partition)) + ".");
                    }
                    System.out.flush();
                }
            }
        }

        private static void round(LogStore store, int records) throws IOException {
            for (int partition = 0; partition < PARTITIONS; partition++) {
                long next = store.positions(Set.of(partition(partition))).getOrDefault(partition(partition), 0L);
                for (long offset = next; offset < next + records; offset++) {
                    store.append(entry(partition, offset));
                }
            }
        }

        private static Entry entry(int partition, long offset) {
            return Samples.entry(Samples.record(partition(partition), offset, Map.of("trace_id", trace(partition,
                    offset)), "{\"timestamp\":\"2026-03-0%dT00:00:00Z\",\"level\":\"INFO\",\"message\":\"m %d\"}"
                            .formatted(7 + offset % 3, offset)));
        }
    }
}
