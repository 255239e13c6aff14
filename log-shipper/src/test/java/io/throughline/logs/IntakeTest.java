package io.throughline.logs;

import static org.assertj.core.api.Assertions.assertThat;

import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.throughline.publish.DeadLetters;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IntakeTest {

    private static final TopicPartition JOBS = new TopicPartition("throughline.jobs", 0);

    @TempDir
    private Path dir;
    private final Disk disk = new Disk();
    private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("none");
    private final StubbornProducer producer = new StubbornProducer();
    private final ShipperMetrics metrics = new ShipperMetrics(Samples.READER.topics());
    private Instant now = Instant.parse("2026-01-28T15:30:00Z");
    private LuceneStore store;
    private Intake intake;

    @BeforeEach
    void start() throws IOException {
        store = Samples.store(dir, disk);
        intake = new Intake(consumer, store, Samples.READER,
                new DeadLetterOffice(producer, "throughline.dead-letters", metrics), metrics, new Tail("test"),
                new CommitCadence(Duration.ofSeconds(1), 1_000), "shipper-1", new SetClock(), reason -> {});
        consumer.updateBeginningOffsets(Map.of(Samples.LOGS, 0L, JOBS, 0L));
    }

    @AfterEach
    void stop() {
        store.close();
    }

    @Test
    void assignment_seeksToThePositionsOfTheStore_elseToTheBeginning() {
        store.advance(Samples.LOGS, 7);
        begin();
        assertThat(consumer.position(Samples.LOGS)).isEqualTo(7);
        assertThat(consumer.position(JOBS)).isZero();
    }

    @Test
    void partitionThatAnotherShipperHad_isReadOnWhereItsStoreEnds() {
        store.advance(Samples.LOGS, 7);
        store.advance(JOBS, 7);
        begin();
        consumer.rebalance(List.of());
        consumer.commitSync(Map.of(Samples.LOGS, new OffsetAndMetadata(12, "shipper-2"), JOBS,
                new OffsetAndMetadata(12, "shipper-1")));
        consumer.rebalance(List.of(Samples.LOGS, JOBS));
        assertThat(consumer.position(Samples.LOGS)).isEqualTo(12);
        assertThat(consumer.position(JOBS)).as("a store that was lost is filled again").isEqualTo(7);
    }

    @Test
    void partitionThatIsTakenAway_isHandedOverDurably() throws IOException {
        begin();
        take(Samples.line(0, "one"));
        consumer.rebalance(List.of(JOBS));
        // Kafka's fake tells of assigned partitions only.
        consumer.rebalance(List.of(Samples.LOGS, JOBS));
        assertThat(consumer.committed(Set.of(Samples.LOGS))).containsEntry(Samples.LOGS,
                new OffsetAndMetadata(1, "shipper-1"));
        assertThat(stored("throughline.logs")).isEqualTo(1);
    }

    @Test
    void watermark_isNowWhenAllIsRead() {
        begin();
        take(Samples.line(0, "one"));
        commit();
        intake.step();
        assertThat(intake.progress().watermark()).isEqualTo(now);
    }

    @Test
    void watermark_isNotAheadOfTheLastQuestion_andStaysWhileNothingCanBeRead() {
        begin();
        take(Samples.line(0, "one"));
        commit();
        Instant asked = now;
        consumer.schedulePollTask(() -> now = now.plusMillis(200));
        intake.step();
        assertThat(intake.progress().watermark()).isEqualTo(asked);
        now = now.plusSeconds(60);
        consumer.setPollException(new KafkaException("nobody answers"));
        intake.step();
        assertThat(intake.progress().watermark()).isEqualTo(asked);
        intake.step();
        assertThat(intake.progress().watermark()).isEqualTo(now);
    }

    @Test
    void records_areStoredAndCommittedAfterTheInterval() throws IOException {
        begin();
        take(Samples.line(0, "one"));
        assertThat(stored("throughline.logs")).as("counted when committed only").isZero();
        now = now.plusSeconds(1);
        intake.step();
        assertThat(stored("throughline.logs")).isEqualTo(1);
        assertThat(store.search(LogQuery.newest(10)).lines()).hasSize(1);
        assertThat(consumer.committed(Set.of(Samples.LOGS))).containsEntry(Samples.LOGS,
                new OffsetAndMetadata(1, "shipper-1"));
    }

    @Test
    void badLogLine_isADeadLetterUntouched_beforeTheStoreCommitsItsOffset() {
        begin();
        take(Samples.record(Samples.LOGS, 0, Map.of("trace_id", "t1", "mine", "kept"), "{broken"));
        assertThat(producer.history()).isEmpty();
        commit();
        ProducerRecord<byte[], byte[]> letter = producer.history().get(0);
        assertThat(letter.topic()).isEqualTo("throughline.dead-letters");
        assertThat(letter.key()).asString(StandardCharsets.UTF_8).isEqualTo("key");
        assertThat(letter.value()).asString(StandardCharsets.UTF_8).isEqualTo("{broken");
        assertThat(headers(letter)).containsEntry("mine", "kept").containsEntry(DeadLetters.REASON, "not_json")
                .containsEntry(DeadLetters.OFFSET, "0");
        assertThat(store.positions(Set.of(Samples.LOGS, JOBS))).containsEntry(Samples.LOGS, 1L);
    }

    @Test
    void halfASurrogatePair_isKeptAsItCame() throws IOException {
        begin();
        take(Samples.line(0, "\\ud800"));
        commit();
        assertThat(store.search(LogQuery.newest(1)).lines().get(0)).contains("\\uD800");
    }

    @Test
    void badEvent_isSkippedAndCounted_andLeftToTheAggregator() {
        begin();
        take(Samples.record(JOBS, 0, Map.of("trace_id", "t1"), "{}"));
        commit();
        assertThat(producer.history()).isEmpty();
        assertThat(skipped("throughline.jobs", "undecodable")).isEqualTo(1);
        assertThat(store.positions(Set.of(Samples.LOGS, JOBS))).containsEntry(JOBS, 1L);
    }

    @Test
    void replayedRecord_isLeftOutAndCounted() throws IOException {
        begin();
        take(Samples.record(Samples.LOGS, 0, Map.of("trace_id", "t1", "replay_id", "r1"),
                "{\"timestamp\":\"2026-01-28T15:30:00Z\",\"level\":\"INFO\",\"message\":\"m\"}"));
        commit();
        assertThat(skipped("throughline.logs", "replayed")).isEqualTo(1);
        assertThat(store.size().documents()).isZero();
    }

    @Test
    void deadLettersThatCannotBeWritten_holdTheCommitBack_untilTheyCan() {
        begin();
        producer.refuse = true;
        take(Samples.record(Samples.LOGS, 0, Map.of("trace_id", "t1"), "{broken"));
        commit();
        assertThat(intake.progress().storeFailure()).contains("throughline.dead-letters");
        assertThat(consumer.paused()).isNotEmpty();
        producer.refuse = false;
        now = now.plusSeconds(2);
        intake.step();
        assertThat(intake.progress().storeFailure()).isNull();
        assertThat(consumer.paused()).isEmpty();
        assertThat(skipped("throughline.logs", "dead_lettered")).isEqualTo(1);
    }

    @Test
    void deadLettersThatCannotBeWritten_areReadAgainAfterACrash() throws IOException {
        begin();
        producer.refuse = true;
        take(Samples.record(Samples.LOGS, 0, Map.of("trace_id", "t1"), "{broken"));
        commit();
        store.recover();
        assertThat(store.positions(Set.of(Samples.LOGS, JOBS))).as("what the last commit holds")
                .doesNotContainKey(Samples.LOGS);
    }

    @Test
    void deadLetterThatWaitedWhenTheDiskFilled_isSentOnce() {
        begin();
        take(Samples.line(0, "one"));
        take(Samples.record(Samples.LOGS, 1, Map.of("trace_id", "t1"), "{broken"));
        disk.full = true;
        intake.step();
        disk.full = false;
        commit();
        take(Samples.line(0, "one"));
        take(Samples.record(Samples.LOGS, 1, Map.of("trace_id", "t1"), "{broken"));
        commit();
        assertThat(producer.history()).hasSize(1);
    }

    @Test
    void fullDisk_turnsRedAndPauses_thenReadsAgainFromTheLastCommit_eachRecordOnce() throws IOException {
        begin();
        take(Samples.line(0, "one"));
        commit();
        disk.full = true;
        take(Samples.record(Samples.LOGS, 1, Map.of("trace_id", "t1"), "{broken"));
        take(Samples.line(2, "two"));
        commit();
        assertThat(intake.progress().storeFailure()).contains("No space left");
        assertThat(consumer.paused()).isNotEmpty();
        now = now.plusSeconds(2);
        intake.step();
        assertThat(intake.progress().storeFailure()).as("still full").isNotNull();

        disk.full = false;
        now = now.plusSeconds(2);
        intake.step();
        assertThat(intake.progress().storeFailure()).isNull();
        assertThat(consumer.position(Samples.LOGS)).isEqualTo(1);
        take(Samples.record(Samples.LOGS, 1, Map.of("trace_id", "t1"), "{broken"));
        take(Samples.line(2, "two"));
        commit();
        assertThat(store.size().documents()).isEqualTo(2);
        assertThat(stored("throughline.logs")).isEqualTo(2);
        assertThat(producer.history()).as("sent once, though read twice").hasSize(1);
    }

    @Test
    void recordsDeletedBeforeTheyWereRead_areCountedAndPassed() {
        store.advance(Samples.LOGS, 3);
        consumer.updateBeginningOffsets(Map.of(Samples.LOGS, 10L, JOBS, 0L));
        begin();
        consumer.setPollException(new OffsetOutOfRangeException(Map.of(Samples.LOGS, 3L)));
        intake.step();
        assertThat(consumer.position(Samples.LOGS)).isEqualTo(10);
        assertThat(skipped("throughline.logs", "expired")).isEqualTo(7);
    }

    @Test
    void topicCreatedAnew_isReadFromItsBeginning() throws IOException {
        store.advance(Samples.LOGS, 3);
        begin();
        consumer.setPollException(new OffsetOutOfRangeException(Map.of(Samples.LOGS, 3L)));
        intake.step();
        take(Samples.line(0, "first of the new topic"));
        commit();
        assertThat(store.size().documents()).isEqualTo(1);
    }

    private void begin() {
        intake.subscribe();
        consumer.rebalance(List.of(Samples.LOGS, JOBS));
    }

    private void take(ConsumerRecord<byte[], byte[]> record) {
        consumer.addRecord(record);
        intake.step();
    }

    private void commit() {
        now = now.plusSeconds(1);
        intake.step();
    }

    private double stored(String topic) {
        return value("throughline_shipper_records_stored", Map.of("topic", topic));
    }

    private double skipped(String topic, String reason) {
        return value("throughline_shipper_records_skipped", Map.of("topic", topic, "reason", reason));
    }

    private double value(String name, Map<String, String> labels) {
        return metrics.registry().scrape().stream().filter(s -> s.getMetadata().getName().equals(name)).flatMap(
                s -> s.getDataPoints().stream()).filter(
                        p -> labels.entrySet().stream().allMatch(l -> l.getValue().equals(p.getLabels().get(l
                                .getKey()))))
                .mapToDouble(p -> ((CounterDataPointSnapshot) p)
                        .getValue())
                .sum();
    }

    private static Map<String, String> headers(ProducerRecord<byte[], byte[]> record) {
        Map<String, String> headers = new HashMap<>();
        for (Header header : record.headers()) {
            headers.put(header.key(), new String(header.value(), StandardCharsets.UTF_8));
        }
        return headers;
    }

    /** Shows the time that a test has set. */
    private final class SetClock extends Clock {

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }

    /** Kafka's fake, which can refuse everything for a while. */
    private static final class StubbornProducer extends MockProducer<byte[], byte[]> {

        private boolean refuse;

        StubbornProducer() {
            super(true, null, new ByteArraySerializer(), new ByteArraySerializer());
        }

        @Override
        public synchronized Future<RecordMetadata> send(
                ProducerRecord<byte[], byte[]> record) {
            return refuse
                    ? CompletableFuture.failedFuture(new TimeoutException("no broker"))
                    : super.send(record);
        }
    }
}
