package io.throughline.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.IntNode;
import io.throughline.event.LogLevel;
import io.throughline.event.LogRecord;
import io.throughline.publish.FakeKafka.State;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SheddingTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final FakeKafka kafka = new FakeKafka(State.AWAY, 1);

    @AfterEach
    void stop() {
        kafka.close();
    }

    @Test
    void debugLines_makeRoomForErrorLinesAndThoseForEvents() {
        var publisher = Fixture.publisher(kafka, 30, null, 0);
        log(publisher, LogLevel.DEBUG, 30);
        log(publisher, LogLevel.ERROR, 20);
        for (int i = 0; i < 15; i++) {
            publisher.emit(Fixture.event(i), Fixture.TRACE);
        }
        // One that came back is in the sender's hands, out of reach of those who shed.
        Accounting full = publisher.accounting();
        assertThat(full.queued()).isEqualTo(30);
        assertThat(full.dropped(DropReason.SHED)).isEqualTo(35);
        kafka.become(State.UP);
        publisher.close(PATIENCE);
        assertThat(Fixture.numbers(kafka.stored())).hasSize(15).isSorted();
        assertThat(levels()).filteredOn(LogLevel.DEBUG::equals).hasSizeLessThanOrEqualTo(1);
        assertThat(levels()).filteredOn(LogLevel.ERROR::equals).hasSizeGreaterThanOrEqualTo(14);
    }

    @Test
    void lessImportantRecord_findsNoRoom() {
        var publisher = Fixture.publisher(kafka, 10, null, 0);
        for (int i = 0; i < 10; i++) {
            publisher.emit(Fixture.event(i), Fixture.TRACE);
        }
        log(publisher, LogLevel.CRITICAL, 3);
        publisher.emit(Fixture.event(10), Fixture.TRACE);
        assertThat(publisher.accounting().dropped(DropReason.QUEUE_FULL)).isEqualTo(4);
        assertThat(publisher.close(Duration.ZERO).dropped(DropReason.CLOSED)).isEqualTo(10);
    }

    @Test
    void memory_isBoundedInBytesToo() {
        var publisher = new Publisher(kafka::client, Fixture.RECORDS, new Memory(1000, 100_000), null, 0, () -> null,
                "s");
        LogRecord large = Fixture.log(LogLevel.INFO, "x".repeat(30_000));
        for (int i = 0; i < 10; i++) {
            publisher.log(large);
        }
        assertThat(publisher.accounting().queued()).isEqualTo(3);
        publisher.log(Fixture.log(LogLevel.INFO, "small enough"));
        publisher.log(Fixture.log(LogLevel.CRITICAL, "x".repeat(200_000)));
        assertThat(publisher.accounting().queued()).isEqualTo(4);
        assertThat(publisher.close(Duration.ZERO).dropped(DropReason.QUEUE_FULL)).isEqualTo(8);
    }

    @Test
    void losses_areToldOnTheTopicWhenTheBrokersAreBack() {
        var publisher = Fixture.publisher(kafka, 10, null, 0);
        for (int i = 0; i < 25; i++) {
            publisher.emit(Fixture.event(i), Fixture.TRACE);
        }
        kafka.become(State.UP);
        Accounting last = publisher.close(PATIENCE);
        List<LogRecord> reports = Fixture.logs(kafka.stored());
        assertThat(reports).extracting(LogRecord::message).containsExactly("lost 15 records: queue_full 15");
        LogRecord report = reports.get(0);
        assertThat(report.level()).isEqualTo(LogLevel.WARNING);
        assertThat(report.service()).isEqualTo("shop");
        assertThat(report.errorCode()).isEqualTo("records_lost");
        assertThat(report.fields()).containsEntry("lost_records", IntNode.valueOf(15))
                .containsEntry("lost_queue_full", IntNode.valueOf(15));
        assertThat(last.reports()).isEqualTo(1);
        assertThat(last.accepted()).isEqualTo(26);
        assertThat(last.acknowledged()).isEqualTo(kafka.stored().size()).isEqualTo(11);
    }

    @Test
    void eachLoss_isToldOnce() {
        var publisher = Fixture.publisher(kafka, 10, null, 0);
        long told = 0;
        for (int round = 0; round < 2; round++) {
            kafka.become(State.AWAY);
            for (int i = 0; i < 25; i++) {
                publisher.emit(Fixture.event(i), Fixture.TRACE);
            }
            long expected = publisher.accounting().dropped();
            kafka.become(State.UP);
            told = expected;
            await().atMost(PATIENCE).until(() -> lost() == expected);
        }
        publisher.close(PATIENCE);
        assertThat(lost()).isEqualTo(told);
    }

    private long lost() {
        return Fixture.logs(kafka.stored()).stream().map(log -> log.fields().get("lost_records"))
                .mapToLong(lost -> lost == null ? 0 : lost.asLong()).sum();
    }

    private List<LogLevel> levels() {
        return Fixture.logs(kafka.stored()).stream().filter(log -> log.errorCode() == null).map(LogRecord::level)
                .toList();
    }

    private static void log(Publisher publisher, LogLevel level, int times) {
        for (int i = 0; i < times; i++) {
            publisher.log(Fixture.log(level, level + " " + i));
        }
    }
}
