package io.throughline.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.throughline.event.LogLevel;
import io.throughline.event.LogRecord;
import io.throughline.publish.FakeKafka.State;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A topic that the brokers do not have: its records wait, those of other topics do not. */
@Timeout(60)
class MissingTopicTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final FakeKafka kafka = new FakeKafka(State.UP, 1);

    @AfterEach
    void stop() {
        kafka.close();
    }

    @Test
    void recordsOfAMissingTopic_holdUpNoOtherAndAreSentInOrderOnceItIsThere() {
        kafka.delete("t.logs");
        Publisher publisher = inTurn(1_000, 200, null);
        await().atMost(PATIENCE).until(() -> Fixture.numbers(kafka.stored()).size() == 200);
        assertThat(publisher.accounting().queued()).isEqualTo(200);
        assertThat(publisher.lastFailure()).contains("t.logs");
        kafka.create("t.logs");
        await().atMost(PATIENCE).until(() -> publisher.accounting().pending() == 0);
        assertThat(publisher.close(PATIENCE).dropped()).isZero();
        assertThat(Fixture.numbers(kafka.stored())).hasSize(200).isSorted();
        assertThat(messages()).isEqualTo(IntStream.range(0, 200).mapToObj(Integer::toString).toList());
    }

    @Test
    void topicThatIsDeletedUnderWay_holdsUpNoOtherAndItsRecordsStayCounted() {
        kafka.become(State.SILENT);
        Publisher publisher = inTurn(1_000, 100, null);
        await().atMost(PATIENCE).until(() -> kafka.given().size() == 200);
        kafka.delete("t.logs");
        kafka.become(State.UP);
        for (int i = 100; i < 200; i++) {
            publisher.log(Fixture.log(LogLevel.ERROR, Integer.toString(i)));
            publisher.emit(Fixture.event(i), Fixture.TRACE);
        }
        await().atMost(PATIENCE).until(() -> publisher.accounting().acknowledged() == 200);
        assertThat(Fixture.numbers(kafka.stored())).hasSize(200).isSorted();
        assertThat(publisher.accounting().queued()).isEqualTo(200);
        kafka.create("t.logs");
        await().atMost(PATIENCE).until(() -> publisher.accounting().pending() == 0);
        assertThat(publisher.close(PATIENCE).acknowledged()).isEqualTo(400);
        assertThat(messages()).isEqualTo(IntStream.range(0, 200).mapToObj(Integer::toString).toList());
    }

    @Test
    void moreThanAQuarterOfTheMemory_isGivenUpForAMissingTopicAndNoMore() {
        kafka.delete("t.logs");
        Publisher publisher = inTurn(400, 0, null);
        for (int i = 0; i < 350; i++) {
            publisher.log(Fixture.log(LogLevel.ERROR, Integer.toString(i)));
        }
        await().atMost(PATIENCE).until(() -> publisher.accounting().dropped(DropReason.NO_TOPIC) == 250);
        for (int i = 0; i < 300; i++) {
            publisher.emit(Fixture.event(i), Fixture.TRACE);
        }
        await().atMost(PATIENCE).until(() -> Fixture.numbers(kafka.stored()).size() == 300);
        assertThat(publisher.accounting().dropped()).isEqualTo(250);
        kafka.create("t.logs");
        Accounting last = publisher.close(PATIENCE);
        assertThat(last.acknowledged()).isEqualTo(last.accepted() - 250);
        assertThat(messages().subList(0, 100)).isEqualTo(IntStream.range(0, 100).mapToObj(Integer::toString).toList());
    }

    @Test
    void recordsOfAMissingTopic_stayOnDiskForTheNextProcess(@TempDir Path spill) {
        kafka.become(State.AWAY);
        inTurn(10_000, 300, spill).close(Duration.ZERO);
        kafka.delete("t.logs");
        kafka.become(State.UP);
        Publisher next = inTurn(10_000, 0, spill);
        await().atMost(PATIENCE).until(() -> Fixture.numbers(kafka.stored()).size() == 300);
        assertThat(next.accounting().spilled()).isEqualTo(300);
        assertThat(next.close(Duration.ofMillis(10)).spilled()).isEqualTo(300);
        kafka.create("t.logs");
        Publisher last = inTurn(10_000, 0, spill);
        await().atMost(PATIENCE).until(() -> last.accounting().acknowledged() > 0 && last.accounting().pending() == 0);
        last.close(PATIENCE);
        assertThat(messages()).containsAll(IntStream.range(0, 300).mapToObj(Integer::toString).toList());
    }

    /** A line and an event in turn. */
    private Publisher inTurn(int memory, int each, @Nullable Path spill) {
        Publisher publisher = Fixture.publisher(kafka, memory, spill, 1 << 20);
        for (int i = 0; i < each; i++) {
            publisher.log(Fixture.log(LogLevel.ERROR, Integer.toString(i)));
            publisher.emit(Fixture.event(i), Fixture.TRACE);
        }
        return publisher;
    }

    private List<String> messages() {
        return Fixture.logs(kafka.stored()).stream().map(LogRecord::message).toList();
    }
}
