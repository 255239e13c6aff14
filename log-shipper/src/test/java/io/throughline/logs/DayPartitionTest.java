package io.throughline.logs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Many indexes, one truth: days, what a crash between their commits leaves, and retention. */
class DayPartitionTest {

    private static final TopicPartition SECOND = new TopicPartition("throughline.logs", 1);
    private static final Instant NOW = Instant.parse("2026-03-10T12:00:00Z");

    private static final int SEEDS = Integer.getInteger("throughline.store.seeds", 3);

    @TempDir
    private Path dir;

    @Test
    void line_goesToTheDayOfItsEvent_howeverLateItComes() throws IOException {
        try (var store = Samples.store(dir)) {
            store.append(entry(Samples.LOGS, 0, "2026-03-10T00:00:00Z", "a"));
            store.append(entry(Samples.LOGS, 1, "2026-03-09T23:59:59.999999999Z", "b"));
            store.commit();
            store.append(entry(Samples.LOGS, 2, "2026-03-09T01:00:00Z", "late"));
            store.commit();
            store.refresh();
            assertThat(days()).containsExactly("day-2026-03-09", "day-2026-03-10");
            assertThat(messages(store)).containsExactly("a", "b", "late");
            LogQuery ninth = LogQuery.newest(10).within(Instant.parse("2026-03-09T00:00:00Z"),
                    Instant.parse("2026-03-10T00:00:00Z"));
            assertThat(store.search(ninth).total()).isEqualTo(2);
        }
    }

    /** Whatever sync a machine dies at: after the restart each record is there once. */
    @Test
    void crashAtAnySync_losesNothingAndDoublesNothing() throws IOException {
        for (int syncs = 0; syncs < 10; syncs++) {
            Path crashed = Files.createDirectory(dir.resolve("at-" + syncs));
            var disk = new Disk();
            try (var store = Samples.store(crashed, disk)) {
                fill(store, 0, 30);
                store.commit();
                disk.syncsLeft.set(syncs);
                fill(store, 30, 60);
                store.commit();
                fill(store, 60, 90);
                store.commit();
            } catch (IOException e) {
                assertThat(e).hasMessageContaining("the disk died");
            }
            try (var store = Samples.store(crashed)) {
                Map<TopicPartition, Long> positions = store.positions(Set.of(Samples.LOGS, SECOND));
                assertThat(positions.get(Samples.LOGS)).as("after %d syncs", syncs).isGreaterThanOrEqualTo(15);
                fill(store, 0, 90);
                store.commit();
                store.refresh();
                assertThat(messages(store)).as("after %d syncs", syncs).hasSize(90).doesNotHaveDuplicates();
            }
        }
    }

    @Test
    void lostPositions_costTimeAndNoRecord() throws IOException {
        try (var store = Samples.store(dir)) {
            fill(store, 0, 30);
            store.commit();
        }
        Files.delete(dir.resolve("positions"));
        try (var store = Samples.store(dir)) {
            assertThat(store.positions(Set.of(Samples.LOGS))).isEmpty();
            fill(store, 0, 40);
            store.commit();
            store.refresh();
            assertThat(messages(store)).hasSize(40).doesNotHaveDuplicates();
        }
    }

    @Test
    void damagedPositions_areNoticed() throws IOException {
        try (var store = Samples.store(dir)) {
            fill(store, 0, 30);
            store.commit();
        }
        byte[] bytes = Files.readAllBytes(dir.resolve("positions"));
        bytes[bytes.length / 2] ^= 1;
        Files.write(dir.resolve("positions"), bytes);
        try (var store = Samples.store(dir)) {
            assertThat(store.positions(Set.of(Samples.LOGS))).isEmpty();
        }
    }

    @Test
    void topicCreatedAnew_isStoredBesideWhatWasThere_andOnceAfterARestart() throws IOException {
        try (var store = Samples.store(dir)) {
            store.append(entry(Samples.LOGS, 0, "2026-03-09T01:00:00Z", "old"));
            store.append(entry(Samples.LOGS, 1, "2026-03-09T01:00:00Z", "old too"));
            store.commit();
            store.restart(Samples.LOGS, 0);
            store.append(entry(Samples.LOGS, 0, "2026-03-09T02:00:00Z", "new"));
            store.commit();
        }
        try (var store = Samples.store(dir)) {
            assertThat(store.append(entry(Samples.LOGS, 0, "2026-03-09T02:00:00Z", "new"))).isFalse();
            assertThat(messages(store)).containsExactly("new", "old too", "old");
        }
    }

    @Test
    void retention_dropsDaysThatAreOverForLongEnough_andNothingElse() throws IOException {
        try (var store = open(NOW.minus(Duration.ofDays(9)), Duration.ofDays(2), 0)) {
            store.append(entry(Samples.LOGS, 0, "2026-03-01T00:00:00Z", "old"));
            store.commit();
        }
        try (var store = open(NOW, Duration.ofDays(2), 0)) {
            store.append(entry(Samples.LOGS, 1, "2026-03-09T00:00:00Z", "young"));
            store.append(entry(Samples.LOGS, 2, "2026-01-01T00:00:00Z", "of old, and stored today"));
            store.commit();
            store.refresh();
            assertThat(messages(store)).containsExactly("young", "of old, and stored today");
            assertThat(days()).containsExactly("day-2026-01-01", "day-2026-03-09");
            assertThat(store.positions(Set.of(Samples.LOGS))).containsEntry(Samples.LOGS, 3L);
        }
    }

    @Test
    void retention_dropsTheOldestDaysUntilTheRestFits_butNeverTheLast() throws IOException {
        try (var store = open(NOW, Duration.ofDays(100), 1)) {
            for (int day = 1; day <= 5; day++) {
                store.append(entry(Samples.LOGS, day, "2026-03-0" + day + "T00:00:00Z", "day " + day));
            }
            store.commit();
            store.refresh();
            assertThat(messages(store)).containsExactly("day 5");
            assertThat(days()).containsExactly("day-2026-03-05");
        }
    }

    @Test
    void halfDeletedDay_isClearedAway() throws IOException {
        try (var store = Samples.store(dir)) {
            fill(store, 0, 10);
            store.commit();
        }
        Path half = Files.createDirectory(dir.resolve("day-2020-01-01"));
        Files.writeString(half.resolve("_0.cfs"), "what is left");
        try (var store = Samples.store(dir)) {
            assertThat(half).doesNotExist();
            assertThat(messages(store)).hasSize(10);
        }
    }

    @Test
    void moreDaysThanThereAreIndexes_shareOne_andAreFound() throws IOException {
        try (var store = Samples.store(dir)) {
            for (int i = 0; i < 410; i++) {
                store.append(entry(Samples.LOGS, i, Instant.parse("2020-01-01T00:00:00Z").plus(Duration.ofDays(i))
                        .toString(), "day " + i));
            }
            store.refresh();
            assertThat(days()).hasSize(401).contains("day-other");
            assertThat(messages(store)).hasSize(410).startsWith("day 409", "day 408").endsWith("day 0");
            assertThat(store.search(LogQuery.newest(5).within(Instant.parse("2021-02-10T00:00:00Z"),
                    Instant.parse("2021-02-11T00:00:00Z"))).total()).isEqualTo(1);
        }
    }

    @Test
    void open_refusesADamagedDay_andNamesIt() throws IOException {
        try (var store = Samples.store(dir)) {
            fill(store, 0, 10);
            store.commit();
        }
        try (var files = Files.list(dir.resolve("day-2026-03-09"))) {
            Files.writeString(files.filter(file -> file.getFileName().toString().startsWith("segments")).findFirst()
                    .orElseThrow(), "no index");
        }
        assertThatThrownBy(() -> Samples.store(dir)).isInstanceOf(IOException.class).hasMessageContaining(
                "day-2026-03-09");
    }

    /** Random batches in random days, random commits and deaths; the model is a list. */
    @Test
    void seededRuns_holdEachRecordOnce() throws IOException {
        for (long seed = 1; seed <= SEEDS; seed++) {
            var random = new Random(seed);
            Path run = Files.createDirectory(dir.resolve("seed-" + seed));
            long end = 0;
            for (int life = 0; life < 4; life++) {
                var disk = new Disk();
                try (var store = Samples.store(run, disk)) {
                    long from = store.positions(Set.of(Samples.LOGS)).getOrDefault(Samples.LOGS, 0L);
                    disk.syncsLeft.set(random.nextInt(40));
                    end = Math.max(end, from + random.nextInt(60));
                    for (long offset = from; offset < end; offset++) {
                        store.append(day(Samples.LOGS, offset));
                        if (random.nextInt(7) == 0) {
                            store.commit();
                            store.refresh();
                        }
                    }
                } catch (IOException e) {
                    assertThat(e).hasMessageContaining("the disk died");
                }
            }
            try (var store = Samples.store(run)) {
                for (long offset = store.positions(Set.of(Samples.LOGS)).getOrDefault(Samples.LOGS,
                        0L); offset < end; offset++) {
                    store.append(day(Samples.LOGS, offset));
                }
                store.commit();
                store.refresh();
                assertThat(messages(store)).as("seed %d", seed).hasSize((int) end).doesNotHaveDuplicates();
            }
        }
    }

    private LuceneStore open(Instant now, Duration age, long bytes) throws IOException {
        return LuceneStore.open(dir, Samples.PREFIX, new Retention(age, bytes), Clock.fixed(now, ZoneOffset.UTC));
    }

    private List<String> days() throws IOException {
        try (var files = Files.list(dir)) {
            return files.map(file -> file.getFileName().toString()).filter(name -> name.startsWith("day-")).sorted()
                    .toList();
        }
    }

    /** Two partitions, three days, all mixed. */
    private static void fill(LuceneStore store, int from, int to) throws IOException {
        for (int i = from; i < to; i++) {
            store.append(day(i % 2 == 0 ? Samples.LOGS : SECOND, i / 2));
        }
    }

    private static Entry day(TopicPartition partition, long offset) {
        return entry(partition, offset, "2026-03-0%dT00:00:%02dZ".formatted(7 + offset % 3, offset % 60),
                partition.partition() + "@" + offset);
    }

    private static Entry entry(TopicPartition partition, long offset, String time, String message) {
        ConsumerRecord<byte[], byte[]> record = Samples.record(partition, offset, Map.of("trace_id", "t1"),
                "{\"timestamp\":\"" + time + "\",\"level\":\"INFO\",\"message\":\"" + message + "\"}");
        return Samples.entry(record);
    }

    private static List<String> messages(LogStore store) throws IOException {
        store.refresh();
        List<String> found = new ArrayList<>(store.search(LogQuery.newest(1000)).lines().stream().map(
                line -> line.replaceAll(".*\"message\":\"([^\"]*)\".*", "$1")).toList());
        var trace = new ArrayList<>(store.trace("t1").entries().stream().map(StoredEntry::json).map(
                line -> line.replaceAll(".*\"message\":\"([^\"]*)\".*", "$1")).toList());
        Collections.reverse(trace);
        assertThat(trace).isEqualTo(found);
        return found;
    }
}
