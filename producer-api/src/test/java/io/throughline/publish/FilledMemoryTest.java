package io.throughline.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.throughline.event.LogLevel;
import io.throughline.event.LogRecord;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** With no broker and a full disk, a service emits far more than is to be kept: what the heap holds is measured. */
@Timeout(120)
class FilledMemoryTest {

    private static final long MEGABYTE = 1 << 20;
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    /** The weight of a record is an estimate, and a heap holds other things. */
    private static final long SLACK = 6 * MEGABYTE;

    @TempDir
    private Path spill;

    @Test
    void bytes_areBounded() throws Exception {
        Publisher publisher = start("1000000", "16MB");
        String padding = "x".repeat(1000);
        long before = retained();
        for (int i = 0; i < 60_000; i++) {
            publisher.log(line(padding + i));
        }
        assertFull(publisher, 60_000, before, 16 * MEGABYTE);
        assertThat(publisher.accounting().queued()).isBetween(9_000L, 16_000L);
        assertAllAccountedFor(publisher);
    }

    @Test
    void records_areBounded() throws Exception {
        Publisher publisher = start("20000", "1GB");
        long before = retained();
        for (int i = 0; i < 100_000; i++) {
            publisher.emit(Fixture.event(i), Fixture.TRACE);
        }
        assertFull(publisher, 100_000, before, 20_000 * 600L);
        assertThat(publisher.accounting().queued()).isEqualTo(20_000);
        assertAllAccountedFor(publisher);
    }

    private Publisher start(String records, String bytes) {
        return Publisher.start(Settings.of(Map.of("THROUGHLINE_BOOTSTRAP_SERVERS", "localhost:1",
                "THROUGHLINE_QUEUE_RECORDS", records, "THROUGHLINE_QUEUE_BYTES", bytes, "THROUGHLINE_SPILL_DIR",
                spill.toString(), "THROUGHLINE_SPILL_BYTES", "1MB")), "service");
    }

    private void assertFull(Publisher publisher, long calls, long before, long bound) throws Exception {
        // Until the disk has no room for another one either: what left the memory for it made room for some more.
        await().atMost(PATIENCE).until(() -> {
            Accounting one = publisher.accounting();
            Thread.sleep(300);
            Accounting other = publisher.accounting();
            return one.spilled() > 0 && one.spilled() == other.spilled();
        });
        for (int i = 0; i < 3_000; i++) {
            publisher.log(line("y".repeat(1000)));
            publisher.emit(Fixture.event(-i), Fixture.TRACE);
        }
        await().pollDelay(Duration.ofMillis(500)).atMost(PATIENCE).until(() -> publisher.accounting().queued() > 0);
        Accounting full = publisher.accounting();
        assertThat(full.accepted()).isEqualTo(calls + 6_000);
        assertThat(full.dropped(DropReason.QUEUE_FULL) + full.dropped(DropReason.SHED)).as("%s", full)
                .isGreaterThan(calls / 2);
        assertThat(retained() - before).as("bytes of heap").isLessThan(bound + SLACK);
        assertThat(sizeOf(spill)).isLessThanOrEqualTo(MEGABYTE + 4096);
    }

    private static void assertAllAccountedFor(Publisher publisher) {
        Accounting last = publisher.close(Duration.ZERO);
        assertThat(last.queued()).isZero();
        assertThat(last.acknowledged()).isZero();
        assertThat(last.accepted()).isEqualTo(last.dropped() + last.spilled());
    }

    private static LogRecord line(String message) {
        return new LogRecord(Instant.now(), LogLevel.ERROR, "app", message, Fixture.TRACE, "service", null, null, null,
                null, Map.of());
    }

    /** Bytes of heap in use when the collector has done its work. */
    private static long retained() throws InterruptedException {
        for (int i = 0; i < 3; i++) {
            System.gc();
            Thread.sleep(50);
        }
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    private static long sizeOf(Path directory) throws Exception {
        try (Stream<Path> files = Files.list(directory)) {
            return files.mapToLong(file -> file.toFile().length()).sum();
        }
    }
}
