package io.throughline.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpillTest {

    private static final long LIMIT = 4 << 20;

    @TempDir
    private Path directory;

    @Test
    void record_comesBackAsItWas() throws IOException {
        try (Spill spill = open()) {
            ProducerRecord<byte[], byte[]> record = Fixture.RECORDS.of(Fixture.event(7), Fixture.TRACE.withUserId("ü"));
            spill.append(record);
            assertThat(spill.hasUnread()).isTrue();
            ProducerRecord<byte[], byte[]> read = next(spill).wire(Fixture.RECORDS);
            assertThat(read.topic()).isEqualTo(record.topic());
            assertThat(read.timestamp()).isEqualTo(record.timestamp());
            assertThat(read.key()).isEqualTo(record.key());
            assertThat(read.value()).isEqualTo(record.value());
            assertThat(read.headers()).isEqualTo(record.headers());
            assertThat(spill.hasUnread()).isFalse();
            assertThat(spill.read()).isNull();
        }
    }

    @Test
    void recordWithoutKeyAndValue_comesBackSo() throws IOException {
        try (Spill spill = open()) {
            spill.append(new ProducerRecord<byte[], byte[]>("t", null, null));
            ProducerRecord<byte[], byte[]> read = next(spill).wire(Fixture.RECORDS);
            assertThat(read.key()).isNull();
            assertThat(read.value()).isNull();
            assertThat(read.timestamp()).isNull();
        }
    }

    @Test
    void records_areReadInOrderWhileOthersAreWritten() throws IOException {
        try (Spill spill = open()) {
            var random = new SplittableRandom(3);
            List<Long> read = new ArrayList<>();
            for (int written = 0; written < 20_000;) {
                for (int i = random.nextInt(50); i > 0; i--) {
                    spill.append(record(written++));
                }
                for (int i = random.nextInt(50); i > 0 && spill.hasUnread(); i--) {
                    Unspilled each = next(spill);
                    read.add(number(each));
                    spill.settle(each.number);
                }
                spill.tidy();
            }
            while (spill.hasUnread()) {
                read.add(number(next(spill)));
            }
            assertThat(read).isSorted().doesNotHaveDuplicates().hasSizeGreaterThanOrEqualTo(20_000);
        }
    }

    @Test
    void whatIsSettled_isDeleted() throws IOException {
        try (Spill spill = open()) {
            fill(spill, 10_000);
            assertThat(segments().size()).isGreaterThan(3);
            while (spill.hasUnread()) {
                spill.settle(next(spill).number);
            }
            spill.tidy();
            assertThat(spill.size()).isZero();
            assertThat(segments()).isEmpty();
        }
    }

    @Test
    void limit_isKept() throws IOException {
        try (Spill spill = open()) {
            long written = 0;
            while (spill.append(record(written))) {
                written++;
            }
            assertThat(spill.size()).isLessThanOrEqualTo(LIMIT).isGreaterThan(LIMIT * 99 / 100);
            assertThat(spill.hasRoom(Rank.EVENT)).isFalse();
            while (spill.hasUnread()) {
                spill.settle(next(spill).number);
            }
            spill.tidy();
            assertThat(spill.hasRoom(Rank.DEBUG)).isTrue();
        }
    }

    @Test
    void lessImportantRecords_leaveTheRestToOthers() throws IOException {
        try (Spill spill = open()) {
            long number = 0;
            for (Rank rank : Rank.values()) {
                while (spill.hasRoom(rank) && spill.append(record(number))) {
                    number++;
                }
                assertThat(spill.size() / (double) LIMIT).as("%s", rank).isBetween(rank.shareOfDisk() - 0.01,
                        rank.shareOfDisk() + 0.01);
            }
        }
    }

    @Test
    void unsettledRecords_areThereAgainAfterAClose() throws IOException {
        try (Spill spill = open()) {
            fill(spill, 5_000);
            for (int i = 0; i < 3_000; i++) {
                Unspilled each = next(spill);
                if (i != 2_000) {
                    spill.settle(each.number);
                }
            }
        }
        try (Spill spill = open()) {
            assertThat(spill.unsettledAtOpening()).isEqualTo(3_000);
            assertThat(all(spill)).hasSize(3_000).startsWith(2_000L, 2_001L).isSorted();
        }
    }

    @Test
    void nothingSettled_isForgottenBySeveralCloses() throws IOException {
        for (int round = 0; round < 3; round++) {
            try (Spill spill = open()) {
                fill(spill, round * 100L, 100);
            }
        }
        try (Spill spill = open()) {
            assertThat(all(spill)).hasSize(300).isSorted().doesNotHaveDuplicates();
        }
    }

    @Test
    void halfWrittenRecord_isCutOff() throws IOException {
        for (int cut = 1; cut < 200; cut += 11) {
            Path fresh = Files.createDirectory(directory.resolve("cut" + cut));
            crash(fresh, 10);
            Path segment = segments(fresh).get(0);
            Files.write(segment, truncated(segment, cut), StandardOpenOption.TRUNCATE_EXISTING);
            Files.delete(fresh.resolve("position")); // it is written after the records it speaks of
            try (Spill spill = Spill.open(fresh, LIMIT)) {
                assertThat(spill.unsettledAtOpening()).as("cut %d", cut).isEqualTo(9);
                spill.append(record(10));
                assertThat(all(spill)).containsExactly(0L, 1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 10L);
                assertThat(spill.takeDamaged()).isZero();
            }
        }
    }

    @Test
    void damagedBytes_areCountedRecordForRecord() throws IOException {
        var random = new SplittableRandom(5);
        for (int round = 0; round < 30; round++) {
            Path fresh = Files.createDirectory(directory.resolve("damaged" + round));
            crash(fresh, 400);
            for (int i = random.nextInt(1, 4); i > 0; i--) {
                List<Path> files = segments(fresh);
                Path segment = files.get(random.nextInt(files.size()));
                byte[] bytes = Files.readAllBytes(segment);
                bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
                Files.write(segment, bytes);
            }
            try (Spill spill = Spill.open(fresh, LIMIT)) {
                assertThat(spill.unsettledAtOpening()).isEqualTo(400);
                List<Long> read = all(spill);
                assertThat(read).isSorted().doesNotHaveDuplicates();
                assertThat(read.size() + spill.takeDamaged()).as("round %d", round).isEqualTo(400);
            }
        }
    }

    @Test
    void lostFile_isCounted() throws IOException {
        crash(directory, 1_000);
        List<Path> files = segments();
        assertThat(files).hasSizeGreaterThan(2);
        Files.delete(files.get(1));
        try (Spill spill = open()) {
            List<Long> read = all(spill);
            assertThat(read.size() + spill.takeDamaged()).isEqualTo(1_000);
            assertThat(read.size()).isBetween(1, 999);
        }
    }

    @Test
    void directoryInUse_isNamed() throws IOException {
        try (Spill spill = open()) {
            spill.append(record(1));
            assertThatThrownBy(this::open).isInstanceOf(IOException.class)
                    .hasMessage("directory " + directory + " is in use by another publisher");
        }
        open().close();
    }

    private Spill open() throws IOException {
        return Spill.open(directory, LIMIT);
    }

    /** What a process leaves that wrote some records and was killed: files, and nothing closed. */
    private static void crash(Path directory, int records) throws IOException {
        Path living = Files.createTempDirectory("spill");
        try (Spill spill = Spill.open(living, 1 << 20)) {
            fill(spill, records);
            spill.tidy();
            try (var files = Files.list(living)) {
                for (Path file : files.toList()) {
                    Files.copy(file, directory.resolve(file.getFileName().toString()));
                }
            }
        }
        try (var files = Files.list(living)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(living);
    }

    private static void fill(Spill spill, int records) throws IOException {
        fill(spill, 0, records);
    }

    private static void fill(Spill spill, long from, int records) throws IOException {
        for (long i = from; i < from + records; i++) {
            assertThat(spill.append(record(i))).isTrue();
        }
    }

    private static List<Long> all(Spill spill) {
        List<Long> numbers = new ArrayList<>();
        for (Unspilled each = spill.read(); each != null; each = spill.read()) {
            numbers.add(number(each));
        }
        return numbers;
    }

    private static Unspilled next(Spill spill) {
        return Objects.requireNonNull(spill.read());
    }

    private static ProducerRecord<byte[], byte[]> record(long number) {
        return Fixture.RECORDS.of(Fixture.event(number), Fixture.TRACE);
    }

    private static long number(Unspilled record) {
        return Fixture.numbers(List.of(record.wire(Fixture.RECORDS))).get(0);
    }

    private static byte[] truncated(Path file, int cut) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        return Arrays.copyOf(bytes, bytes.length - cut);
    }

    private List<Path> segments() {
        return segments(directory);
    }

    private static List<Path> segments(Path directory) {
        try (var files = Files.list(directory)) {
            return files.filter(file -> file.toString().endsWith(".spill")).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
