package io.throughline.expose;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.throughline.aggregate.CellCodec;
import io.throughline.aggregate.CellKey;
import io.throughline.aggregate.CombineConfig;
import io.throughline.aggregate.Metric;
import io.throughline.aggregate.Nanos;
import io.throughline.aggregate.Series;
import io.throughline.aggregate.Sum;
import io.throughline.publish.Settings;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SeriesReaderTest {

    private static final String TOPIC = "throughline.series";
    private static final TopicPartition FIRST = new TopicPartition(TOPIC, 0);
    private static final TopicPartition SECOND = new TopicPartition(TOPIC, 1);
    private static final Series GPT = new Series(Metric.LLM_REQUESTS, List.of("gpt-4o", "success"));
    private static final CombineConfig CONFIG = CombineConfig.from(Settings.of(Map.of()));

    private final Brokers brokers = new Brokers();
    private final List<String> fatal = new ArrayList<>();
    private long now = 1_000_000;
    private double heartbeats = 1;
    private final Clock clock = new SetClock(() -> now);
    private final SeriesView view = new SeriesView(new Visibility(Duration.ZERO, Duration.ZERO, CONFIG.layout()),
            clock);
    private final SeriesReader reader = new SeriesReader(CONFIG, view, clock, fatal::add, brokers, () -> heartbeats);

    @BeforeEach
    void topic() {
        brokers.updatePartitions(TOPIC, List.of(partition(FIRST), partition(SECOND)));
        brokers.updateBeginningOffsets(Map.of(FIRST, 0L, SECOND, 0L));
        ends(0, 0);
    }

    @Test
    void recordsThatCannotBeRead_arePassedOverAndTheNextOneIsShown() throws InterruptedException {
        begin(FIRST);
        byte[] key = key(GPT);
        record(FIRST, 0, bytes("[]\t\"\"\t0"), value(1));
        record(FIRST, 1, key, bytes("x"));
        record(FIRST, 2, key, bytes("{\"buckets\":[1]}"));
        record(FIRST, 3, key, bytes("{\"sum\":1e99999}"));
        record(FIRST, 4, null, value(1));
        record(FIRST, 5, key, value(7));
        reader.step();
        assertThat(shown(GPT)).containsExactly(7.0);
        assertThat(view.unreadable()).isEqualTo(5);
        assertThat(reader.check().healthy()).isTrue();
    }

    @Test
    void assignedPartition_isNotWholeBeforeItIsReadUpToItsEnd() throws InterruptedException {
        ends(2, 0);
        begin(FIRST);
        record(FIRST, 0, key(GPT), value(1));
        reader.step();
        assertThat(reader.check()).matches(check -> !check.healthy()).asString().contains("[0]");
        assertThat(shown(GPT)).isEmpty();
        record(FIRST, 1, key(GPT), value(2));
        reader.step();
        assertThat(reader.check().healthy()).isTrue();
        assertThat(shown(GPT)).containsExactly(2.0);
    }

    @Test
    void ends_areAskedForAgainAfterATimeout() throws InterruptedException {
        brokers.endsTimeOut = true;
        begin(FIRST);
        now += 1_000;
        reader.step();
        assertThat(reader.check().healthy()).as("still no answer").isFalse();
        brokers.endsTimeOut = false;
        now += 1_000;
        reader.step();
        assertThat(reader.check().healthy()).isTrue();
        record(FIRST, 0, key(GPT), value(7));
        reader.step();
        assertThat(shown(GPT)).containsExactly(7.0);
    }

    @Test
    void anotherPartition_doesNotBeginTheOthersAnew() throws InterruptedException {
        begin(FIRST);
        record(FIRST, 0, key(GPT), value(7));
        reader.step();
        brokers.listener().onPartitionsAssigned(List.of());
        reader.step();
        assertThat(brokers.position(FIRST)).isEqualTo(1);
        assertThat(reader.check().healthy()).isTrue();
    }

    @Test
    void lostPartitions_areNotShownUntilThereAreNewOnes() throws InterruptedException {
        begin(FIRST);
        brokers.listener().onPartitionsLost(List.of(FIRST));
        reader.step();
        assertThat(reader.check().healthy()).isFalse();
        assertThat(view.read(owned -> {})).isFalse();
        brokers.listener().onPartitionsAssigned(List.of());
        reader.step();
        assertThat(reader.check().healthy()).isTrue();
    }

    @Test
    void partitionsLostBeforeTheirEndsWereKnown_areNotShownAsNone() throws InterruptedException {
        brokers.endsTimeOut = true;
        begin(FIRST);
        brokers.listener().onPartitionsLost(List.of(FIRST));
        now += 1_000;
        reader.step();
        assertThat(view.read(owned -> {})).isFalse();
    }

    @Test
    void instanceWithoutPartitions_isHealthy_butNotWithoutTheTopic() throws InterruptedException {
        brokers.updatePartitions(TOPIC, List.of());
        begin();
        assertThat(reader.check().healthy()).as("no topic").isFalse();
        brokers.updatePartitions(TOPIC, List.of(partition(FIRST)));
        now += 1_000;
        reader.step();
        assertThat(reader.check().healthy()).isTrue();
    }

    @Test
    void unansweredHeartbeats_turnTheCheckRed_andPartitionsAreAskedForAnew() throws InterruptedException {
        begin(FIRST);
        now += 6_000;
        reader.step();
        assertThat(reader.check().healthy()).isTrue();
        now += 1_000;
        reader.step();
        assertThat(reader.check()).matches(check -> !check.healthy()).asString()
                .contains("no contact with the brokers for 7 s");
        heartbeats++;
        reader.step();
        assertThat(reader.check().healthy()).as("others may own what was owned here").isFalse();
        assertThat(view.read(owned -> {})).isFalse();
        assign(FIRST);
        assertThat(reader.check().healthy()).isTrue();
    }

    @Test
    void pausedProcess_isRedBeforeItsNextPoll() throws InterruptedException {
        begin(FIRST);
        heartbeats++;
        now += 6_001;
        assertThat(reader.check().healthy()).isFalse();
    }

    @Test
    void errorOutOfThePoll_isFatalOnceAndTurnsTheCheckRed() {
        brokers.schedulePollTask(() -> {
            throw new OutOfMemoryError("no heap is left");
        });
        assertEndsWith("no heap is left");
    }

    @Test
    void exceptionOutOfThePoll_isFatalOnceAndTurnsTheCheckRed() {
        brokers.setPollException(new KafkaException("not authorized"));
        assertEndsWith("not authorized");
    }

    @Test
    void closing_isNotFatal() {
        brokers.schedulePollTask(reader::close);
        reader.run();
        assertThat(fatal).isEmpty();
        assertThat(reader.check().healthy()).isFalse();
        assertThat(brokers.closed()).isTrue();
    }

    @Test
    void readerThatWasNotStarted_isRed() {
        assertThat(reader.check().healthy()).isFalse();
    }

    @Test
    void onlyWhatWasCommitted_isRead() {
        assertThat(SeriesReader.properties(CONFIG))
                .containsEntry(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed")
                .containsEntry(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false)
                .containsEntry(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, 6_000);
    }

    @Test
    void answeredHeartbeats_areCountedByTheKafkaClient() {
        try (var client = new KafkaConsumer<>(SeriesReader.properties(CONFIG), new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            assertThat(SeriesReader.heartbeatsAnswered(client)).isZero();
        }
        assertThatThrownBy(() -> SeriesReader.heartbeatsAnswered(brokers)).hasMessageContaining("heartbeat-total");
    }

    private void assertEndsWith(String why) {
        reader.run();
        assertThat(fatal).singleElement().asString().contains(why);
        assertThat(reader.check()).matches(check -> !check.healthy()).asString().contains(why);
        assertThat(view.read(owned -> {})).isFalse();
    }

    private void begin(TopicPartition... assigned) throws InterruptedException {
        reader.subscribe();
        assign(assigned);
    }

    private void assign(TopicPartition... assigned) throws InterruptedException {
        brokers.rebalance(List.of(assigned));
        if (assigned.length == 0) {
            brokers.listener().onPartitionsAssigned(List.of());
        }
        assertThat(reader.check().healthy()).as("assigned, and not asked about yet").isFalse();
        reader.step();
    }

    private void ends(long first, long second) {
        brokers.updateEndOffsets(Map.of(FIRST, first, SECOND, second));
    }

    @SuppressWarnings("NullAway") // a record of Kafka may lack its key, which its constructor does not say
    private void record(TopicPartition partition, long offset, byte @Nullable [] key,
            byte[] value) {
        brokers.addRecord(new ConsumerRecord<>(TOPIC, partition.partition(), offset, key, value));
    }

    private List<Double> shown(Series series) {
        List<Double> values = new ArrayList<>();
        view.read(owned -> owned.filter(each -> each.series().equals(series))
                .forEach(each -> values.add(each.value(now))));
        return values;
    }

    private static byte[] key(Series series) {
        return CellCodec.encodeKey(new CellKey(series, ""), 0);
    }

    private static byte[] value(long units) {
        var sum = new Sum(0);
        sum.add(Nanos.ofWhole(units));
        return CellCodec.encode(sum);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static PartitionInfo partition(TopicPartition partition) {
        return new PartitionInfo(partition.topic(), partition.partition(), Node.noNode(), new Node[0], new Node[0]);
    }

    /** Kafka's own fake, with the listener in reach and answers that fail on demand. */
    private static final class Brokers extends MockConsumer<byte[], byte[]> {

        private @Nullable ConsumerRebalanceListener told;
        private boolean endsTimeOut;

        Brokers() {
            super("earliest");
        }

        ConsumerRebalanceListener listener() {
            return Objects.requireNonNull(told);
        }

        @Override
        public synchronized void subscribe(Collection<String> topics, ConsumerRebalanceListener listener) {
            told = listener;
            super.subscribe(topics, listener);
        }

        /** As the real client does, which takes no partitions for all of them. */
        @Override
        public synchronized void seekToBeginning(Collection<TopicPartition> partitions) {
            super.seekToBeginning(partitions.isEmpty() ? assignment() : partitions);
        }

        @Override
        public synchronized Map<TopicPartition, Long> endOffsets(Collection<TopicPartition> partitions) {
            if (endsTimeOut) {
                throw new TimeoutException("no answer");
            }
            return super.endOffsets(partitions);
        }
    }
}
