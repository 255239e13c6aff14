package io.throughline.logs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LuceneStoreTest {

    private static final TopicPartition OTHER = new TopicPartition("throughline.with-dash", 4);

    @TempDir
    private Path dir;

    @Test
    void commit_keepsRecordsAndPositionsTogether() throws IOException {
        try (var store = Samples.store(dir)) {
            append(store, 0, 3);
            store.advance(OTHER, 9);
            store.commit();
        }
        try (var store = Samples.store(dir)) {
            assertThat(store.positions(Set.of(Samples.LOGS, OTHER))).isEqualTo(
                    Map.of(Samples.LOGS, 3L, OTHER, 9L));
            assertThat(store.size().documents()).isEqualTo(3);
        }
    }

    @Test
    void uncleanEnd_goesBackToTheLastCommit_soThatReadingOnStoresEachOnce(@TempDir Path copy)
            throws IOException {
        try (var store = Samples.store(dir)) {
            append(store, 0, 3);
            store.commit();
            append(store, 3, 5);
            store.refresh();
            copyWithoutLock(dir, copy);
        }
        try (var store = Samples.store(copy)) {
            assertThat(store.positions(Set.of(Samples.LOGS, OTHER))).containsEntry(Samples.LOGS, 3L);
            append(store, 3, 5);
            store.commit();
            store.refresh();
            assertThat(messages(store)).containsExactly("line 4", "line 3", "line 2", "line 1", "line 0");
        }
    }

    @Test
    void append_leavesOutWhatIsBelowThePosition() throws IOException {
        try (var store = Samples.store(dir)) {
            append(store, 0, 3);
            assertThat(store.append(Samples.entry(Samples.line(1, "again")))).isFalse();
            store.refresh();
            assertThat(store.size().documents()).isEqualTo(3);
        }
    }

    @Test
    void fullDisk_isToldAndHealsWithNothingLostAndReadersServed() throws IOException {
        var disk = new Disk();
        try (var store = Samples.store(dir, disk)) {
            append(store, 0, 2);
            store.commit();
            store.refresh();
            append(store, 2, 4);
            disk.full = true;
            assertThatThrownBy(store::commit).isInstanceOf(IOException.class).hasMessageContaining("No space left");
            assertThatThrownBy(store::recover).isInstanceOf(IOException.class);
            assertThat(messages(store)).containsExactly("line 1", "line 0");
            disk.full = false;
            store.recover();
            assertThat(store.positions(Set.of(Samples.LOGS, OTHER))).containsEntry(Samples.LOGS, 2L);
            append(store, 2, 4);
            store.commit();
            store.refresh();
            assertThat(messages(store)).containsExactly("line 3", "line 2", "line 1", "line 0");
        }
    }

    @Test
    void diskWithHardlyAnyRoom_isNotTakenForHealed() throws IOException {
        var disk = new Disk();
        try (var store = Samples.store(dir, disk)) {
            append(store, 0, 2);
            store.commit();
            disk.room = 1 << 20; // takes all that this little store has to write
            assertThatThrownBy(store::recover).isInstanceOf(IOException.class).hasMessageContaining("No space left");
            disk.room = Long.MAX_VALUE;
            store.recover();
            store.refresh();
            assertThat(messages(store)).containsExactly("line 1", "line 0");
        }
    }

    @Test
    void open_refusesADirectoryInUseInOneLine() throws IOException {
        try (var first = Samples.store(dir)) {
            assertThat(first.positions(Set.of(Samples.LOGS))).isEmpty();
            assertThatThrownBy(() -> Samples.store(dir)).hasMessageContaining(dir.toString()).hasMessageContaining(
                    "in use by another process");
        }
    }

    @Test
    void open_refusesABrokenStoreInOneLine() throws IOException {
        Files.writeString(dir.resolve("segments_1"), "not an index");
        assertThatThrownBy(() -> Samples.store(dir)).isInstanceOf(IOException.class).hasMessageContaining(
                "cannot be opened");
    }

    @Test
    void anIdLongerThanATermCanBe_isStoredAndFound() throws IOException {
        String id = "x".repeat(100_000);
        try (var store = Samples.store(dir)) {
            store.append(Samples.entry(Samples.record(Samples.LOGS, 0, Map.of("trace_id", id),
                    "{\"timestamp\":\"2026-01-28T15:30:00Z\",\"level\":\"INFO\",\"message\":\"m\"}")));
            store.refresh();
            assertThat(store.trace(id).entries()).hasSize(1);
        }
    }

    @Test
    void timesBeyondWhatNanosecondsReach_areStoredInOrder() throws IOException {
        try (var store = Samples.store(dir)) {
            long offset = 0;
            for (String year : List.of("9999", "0001", "2026")) {
                store.append(Samples.entry(Samples.record(Samples.LOGS, offset++, Map.of("trace_id", "t1"),
                        "{\"timestamp\":\"" + year + "-01-01T00:00:00Z\",\"level\":\"INFO\",\"message\":\"" + year
                                + "\"}")));
            }
            store.refresh();
            assertThat(messages(store)).containsExactly("9999", "2026", "0001");
        }
    }

    @Test
    void cursor_walksEveryLineOnceInBothOrders_whileLinesArrive() throws IOException {
        try (var store = Samples.store(dir)) {
            for (long i = 0; i < 25; i++) {
                // All at the same instant: only the offset tells them apart.
                store.append(Samples.entry(sameInstant(i)));
            }
            store.refresh();
            for (Order order : Order.values()) {
                List<String> seen = new ArrayList<>();
                Cursor cursor = null;
                do {
                    var page = store.search(query(order, 10, cursor));
                    seen.addAll(page.lines());
                    cursor = page.next();
                    if (order == Order.NEWEST) {
                        store.append(Samples.entry(sameInstant(100 + seen.size())));
                        store.refresh();
                        store.commit();
                    }
                } while (cursor != null);
                assertThat(seen).doesNotHaveDuplicates().hasSize(order == Order.NEWEST ? 25 : 28);
            }
        }
    }

    private static ConsumerRecord<byte[], byte[]> sameInstant(long offset) {
        return Samples.record(Samples.LOGS, offset, Map.of("trace_id", "t1"),
                "{\"timestamp\":\"2026-01-28T15:30:00Z\",\"level\":\"INFO\",\"message\":\"m" + offset + "\"}");
    }

    private static LogQuery query(Order order, int limit, @Nullable Cursor after) {
        return new LogQuery(Set.of(Kind.LOG), Map.of(), Set.of(), null, null, null, order, limit, after);
    }

    private static void copyWithoutLock(Path from, Path to) throws IOException {
        try (var files = Files.walk(from)) {
            for (Path file : files.filter(f -> !f.toString().endsWith(".lock")).toList()) {
                Path target = to.resolve(from.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(file, target);
                }
            }
        }
    }

    private static void append(LogStore store, long from, long to) throws IOException {
        for (long i = from; i < to; i++) {
            store.append(Samples.entry(Samples.line(i, "line " + i)));
        }
    }

    private static List<String> messages(LogStore store) throws IOException {
        return store.search(LogQuery.newest(100)).lines().stream().map(line -> line.replaceAll(
                ".*\"message\":\"([^\"]*)\".*", "$1")).toList();
    }
}
