package io.throughline.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.throughline.event.LogLevel;
import io.throughline.event.LogRecord;
import io.throughline.publish.FakeKafka.State;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class SpillingPublisherTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final long LARGE = 64 << 20;
    private static final long MOST_QUEUED = 5_500;

    private final FakeKafka kafka = new FakeKafka(State.AWAY, 1);

    @TempDir
    private Path directory;

    @AfterEach
    void stop() {
        kafka.close();
    }

    @Test
    void whatMemoryDoesNotHold_isSentInOrderWhenTheBrokersAreBack() {
        var publisher = Fixture.publisher(kafka, 8_000, directory, LARGE);
        emit(publisher, 0, 20_000);
        await().atMost(PATIENCE).until(() -> publisher.accounting().spilled() >= 20_000);
        kafka.become(State.UP);
        emit(publisher, 20_000, 25_000);
        Accounting last = publisher.close(PATIENCE);
        assertThat(last.acknowledged()).isEqualTo(25_000);
        assertThat(Fixture.numbers(kafka.stored())).containsExactlyElementsOf(range(0, 25_000));
        assertThat(directory).isDirectoryNotContaining("glob:**.spill");
    }

    @Test
    void brokersThatComeAndGo_loseNothingAndKeepTheOrder() throws InterruptedException {
        var publisher = Fixture.publisher(kafka, 8_000, directory, LARGE);
        State[] states = {State.UP, State.AWAY, State.UP, State.SILENT, State.NO_AUTHENTICATION};
        for (int i = 0; i < 25; i++) {
            kafka.become(states[i % states.length]);
            emit(publisher, i * 1_000, (i + 1) * 1_000);
            Thread.sleep(20);
        }
        kafka.become(State.UP);
        Accounting last = publisher.close(PATIENCE);
        assertThat(last.acknowledged()).as("%s", last).isEqualTo(25_000);
        assertThat(Fixture.numbers(kafka.stored())).containsExactlyElementsOf(range(0, 25_000));
    }

    @Test
    void fewRecords_areOnDiskASecondAfterTheBrokersWentAway() {
        var publisher = Fixture.publisher(kafka, 1_000, directory, LARGE);
        emit(publisher, 0, 10);
        await().atMost(PATIENCE).until(() -> publisher.accounting().spilled() == 10);
        kafka.become(State.UP);
        assertThat(publisher.close(PATIENCE).acknowledged()).isEqualTo(10);
        assertThat(Fixture.numbers(kafka.stored())).containsExactlyElementsOf(range(0, 10));
    }

    @Test
    void whatIsLeftAtClose_isSentByTheNextPublisherWithTheSameIds() {
        var first = Fixture.publisher(kafka, 1_000, directory, LARGE);
        emit(first, 0, 500);
        Accounting left = first.close(Duration.ofMillis(50));
        assertThat(left.spilled()).isEqualTo(500);
        assertThat(left.queued()).isZero();
        assertThat(left.dropped()).isZero();

        kafka.become(State.UP);
        var second = Fixture.publisher(kafka, 1_000, directory, LARGE);
        emit(second, 500, 600);
        Accounting last = second.close(PATIENCE);
        assertThat(last.recovered()).isEqualTo(500);
        assertThat(last.acknowledged()).isEqualTo(600);
        assertThat(Fixture.numbers(kafka.stored())).containsExactlyElementsOf(range(0, 600));
    }

    @Test
    void recordsInTheClientAtClose_areLeftOnDisk() {
        kafka.become(State.SILENT);
        var first = Fixture.publisher(kafka, 1_000, directory, LARGE);
        emit(first, 0, 100);
        assertThat(first.close(Duration.ofMillis(50)).spilled()).isEqualTo(100);
        kafka.become(State.UP);
        assertThat(Fixture.publisher(kafka, 1_000, directory, LARGE).close(PATIENCE).acknowledged()).isEqualTo(100);
        assertThat(Fixture.numbers(kafka.stored())).containsExactlyElementsOf(range(0, 100));
    }

    @Test
    void eventWithoutATrace_keepsTheOneItWasGivenOnDisk() {
        var first = Fixture.publisher(kafka, 1_000, directory, LARGE);
        first.emit(Fixture.event(1));
        first.close(Duration.ZERO);
        kafka.become(State.UP);
        Fixture.publisher(kafka, 1_000, directory, LARGE).close(PATIENCE);
        assertThat(new String(kafka.stored().get(0).key(), StandardCharsets.UTF_8)).matches("[0-9a-f]{32}");
        assertThat(kafka.stored().get(0).headers().lastHeader("trace_id").value())
                .isEqualTo(kafka.stored().get(0).key());
    }

    @Test
    void logLineThatIsSentTwice_hasTheSameIdAndNoOtherLineHasIt(@TempDir Path copy) throws Exception {
        try (var first = Fixture.publisher(kafka, 1_000, directory, LARGE)) {
            for (int i = 0; i < 50; i++) {
                first.log(Fixture.log(LogLevel.ERROR, "line"));
            }
            first.close(Duration.ofMillis(50));
        }
        for (Path file : files(directory)) { // what a crash leaves that comes after the sending and before the settling
            Files.copy(file, copy.resolve(file.getFileName()));
        }
        kafka.become(State.UP);
        assertThat(Fixture.publisher(kafka, 1_000, directory, LARGE).close(PATIENCE).acknowledged()).isEqualTo(50);
        assertThat(Fixture.publisher(kafka, 1_000, copy, LARGE).close(PATIENCE).acknowledged()).isEqualTo(50);
        List<String> ids = ids(kafka.stored());
        assertThat(ids.subList(0, 50)).doesNotHaveDuplicates().isEqualTo(ids.subList(50, 100));
    }

    @Test
    void logLineThatWasSentAndNotAcknowledged_keepsItsIdOnDisk() {
        kafka.become(State.SILENT);
        var first = Fixture.publisher(kafka, 1_000, directory, LARGE);
        for (int i = 0; i < 50; i++) {
            first.log(Fixture.log(LogLevel.ERROR, "line"));
        }
        await().atMost(PATIENCE).until(() -> kafka.given().size() == 50);
        List<String> sent = ids(kafka.given());
        assertThat(first.close(Duration.ofMillis(50)).spilled()).isEqualTo(50);
        kafka.become(State.UP);
        assertThat(Fixture.publisher(kafka, 1_000, directory, LARGE).close(PATIENCE).acknowledged()).isEqualTo(50);
        assertThat(ids(kafka.stored())).doesNotHaveDuplicates().isEqualTo(sent);
    }

    @Test
    void logLineThatCameBack_keepsItsIdWhenItIsSentAgain() {
        kafka.become(State.MOODY);
        var publisher = Fixture.publisher(kafka, 1_000, null, 0);
        for (int i = 0; i < 200; i++) {
            publisher.log(Fixture.log(LogLevel.ERROR, "line " + i));
        }
        publisher.close(PATIENCE);
        Map<String, Set<String>> idsOfEach = new HashMap<>();
        List<String> ids = ids(kafka.given());
        List<LogRecord> lines = Fixture.logs(kafka.given());
        for (int i = 0; i < ids.size(); i++) {
            idsOfEach.computeIfAbsent(lines.get(i).message(), line -> new HashSet<>()).add(ids.get(i));
        }
        idsOfEach.keySet().removeIf(line -> line.startsWith("lost ")); // told of those that were refused
        assertThat(ids).hasSizeGreaterThan(210);
        assertThat(idsOfEach).hasSize(200).allSatisfy((line, own) -> assertThat(own).hasSize(1));
    }

    private static List<String> ids(List<ProducerRecord<byte[], byte[]>> lines) {
        return lines.stream()
                .map(line -> new String(line.headers().lastHeader("event_id").value(), StandardCharsets.UTF_8))
                .toList();
    }

    private static List<Path> files(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.toList();
        }
    }

    @Test
    void fullDisk_keepsEventsAndShedsDebugLines() {
        var publisher = Fixture.publisher(kafka, 1_000, directory, 1 << 20);
        for (int i = 0; i < 1_500; i++) {
            for (LogLevel level : List.of(LogLevel.DEBUG, LogLevel.ERROR)) {
                publisher.log(Fixture.log(level, "x".repeat(500)));
            }
            if (i % 10 == 0) {
                publisher.emit(Fixture.event(i), Fixture.TRACE);
                pause();
            }
        }
        kafka.become(State.UP);
        Accounting last = publisher.close(PATIENCE);
        assertThat(last.dropped()).as("%s", last).isPositive().isEqualTo(last.dropped(DropReason.SHED)
                + last.dropped(DropReason.QUEUE_FULL));
        assertThat(Fixture.numbers(kafka.stored())).hasSize(150);
        var levels = Fixture.logs(kafka.stored()).stream().map(log -> log.level()).toList();
        assertThat(levels.stream().filter(LogLevel.ERROR::equals).count())
                .isGreaterThan(levels.stream().filter(LogLevel.DEBUG::equals).count());
    }

    @Test
    void directoryThatCannotBeUsed_leavesTheMemory() throws IOException {
        Path file = Files.createFile(directory.resolve("file"));
        var publisher = Fixture.publisher(kafka, 100, file, LARGE);
        emit(publisher, 0, 150);
        assertThat(publisher.accounting().queued()).isEqualTo(100);
        kafka.become(State.UP);
        assertThat(publisher.close(PATIENCE).dropped(DropReason.QUEUE_FULL)).isEqualTo(50);
        assertThat(Fixture.numbers(kafka.stored())).hasSize(100);
    }

    @Test
    void directoryThatAnotherPublisherHas_isTakenOverWhenItIsFree() {
        var first = Fixture.publisher(kafka, 1_000, directory, LARGE);
        emit(first, 0, 10);
        await().atMost(PATIENCE).until(() -> first.accounting().spilled() == 10); // it has the directory
        var second = Fixture.publisher(kafka, 1_000, directory, LARGE);
        first.close(Duration.ofSeconds(2));
        await().atMost(PATIENCE).until(() -> second.accounting().recovered() == 10);
        kafka.become(State.UP);
        assertThat(second.close(PATIENCE).acknowledged()).isEqualTo(10);
    }

    @Test
    void clientInAnErrorForEver_isReplaced() {
        kafka.become(State.NO_AUTHENTICATION);
        var publisher = Fixture.publisher(kafka, 1_000, null, 0);
        emit(publisher, 0, 100);
        await().atMost(PATIENCE).until(() -> kafka.clients() > 1);
        kafka.become(State.UP);
        assertThat(publisher.close(PATIENCE).acknowledged()).isEqualTo(100);
        assertThat(Fixture.numbers(kafka.stored())).containsExactlyElementsOf(range(0, 100));
    }

    private static void emit(Publisher publisher, int from, int to) {
        for (int i = from; i < to; i++) {
            publisher.emit(Fixture.event(i), Fixture.TRACE);
            while (i % 250 == 249 && publisher.accounting().queued() > MOST_QUEUED) {
                pause();
            }
        }
    }

    /** So that memory is not what decides, however busy the machine is. */
    private static void pause() {
        try {
            Thread.sleep(2);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<Long> range(long from, long to) {
        return LongStream.range(from, to).boxed().toList();
    }
}
