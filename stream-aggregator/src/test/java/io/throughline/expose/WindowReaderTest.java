package io.throughline.expose;

import static io.throughline.expose.WindowData.SUCCESS;
import static io.throughline.expose.WindowData.key;
import static io.throughline.expose.WindowData.sum;
import static org.assertj.core.api.Assertions.assertThat;

import io.throughline.aggregate.CellCodec;
import io.throughline.aggregate.CombineConfig;
import io.throughline.aggregate.Metric;
import io.throughline.aggregate.WindowCodec;
import io.throughline.publish.Settings;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class WindowReaderTest {

    private static final String TOPIC = "throughline.windows";
    private static final TopicPartition FIRST = new TopicPartition(TOPIC, 0);
    private static final TopicPartition SECOND = new TopicPartition(TOPIC, 1);
    private static final CombineConfig CONFIG = CombineConfig.from(Settings.of(Map.of()));
    private static final byte[] KEY = WindowCodec.encodeKey(key(SUCCESS, 0, "2026-01-28T12:00:00Z"));

    private final MockConsumer<byte[], byte[]> brokers = new MockConsumer<>("earliest");
    private long now = 1_000_000;
    private final WindowStore store = new WindowStore(Duration.ofHours(24));
    private final WindowReader reader = new WindowReader(CONFIG, store, new SetClock(() -> now));

    @Test
    void windows_areReadyWhenAllHasBeenReadThatWasThere() {
        topic(FIRST);
        brokers.updateEndOffsets(Map.of(FIRST, 2L));
        reader.begin();
        reader.step(brokers);
        assertThat(reader.check()).matches(check -> !check.healthy()).asString().contains("[0]");
        assertThat(reader.health().healthy()).as("metrics do not wait for it").isTrue();
        record(FIRST, 0, KEY, CellCodec.encode(sum("1")));
        reader.step(brokers);
        assertThat(reader.check().healthy()).isFalse();
        record(FIRST, 1, KEY, CellCodec.encode(sum("2")));
        reader.step(brokers);
        assertThat(reader.check().healthy()).isTrue();
        assertThat(store.size()).isEqualTo("1 minutes of 1 series");
    }

    @Test
    void recordsThatCannotBeRead_areCountedAndPassedOver() {
        begin();
        record(FIRST, 0, "x".getBytes(StandardCharsets.UTF_8), CellCodec.encode(sum("1")));
        record(FIRST, 1, KEY, "x".getBytes(StandardCharsets.UTF_8));
        record(FIRST, 2, KEY, CellCodec.encode(sum("2")));
        reader.step(brokers);
        assertThat(reader.unreadable()).isEqualTo(2);
        assertThat(store.read(WindowData.query(Metric.JOBS_COMPLETED, "2026-01-28T12:00:00Z", "2026-01-28T12:01:00Z",
                Duration.ofMinutes(1), List.of()), (start, totals) -> totals.sum().intValueExact()).getFirst()
                .windows()).containsExactly(2);
    }

    @Test
    void partitionThatIsAdded_isReadToo() {
        begin();
        topic(FIRST, SECOND);
        now += 30_000;
        reader.step(brokers);
        record(SECOND, 0, KEY, CellCodec.encode(sum("2")));
        reader.step(brokers);
        assertThat(store.size()).isEqualTo("1 minutes of 1 series");
        assertThat(brokers.assignment()).containsExactlyInAnyOrder(FIRST, SECOND);
    }

    @Test
    void onlyWhatWasCommitted_isRead_withoutAGroup() {
        assertThat(WindowReader.properties(CONFIG))
                .containsEntry(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed")
                .doesNotContainKey(ConsumerConfig.GROUP_ID_CONFIG);
    }

    private void begin() {
        topic(FIRST);
        reader.begin();
        reader.step(brokers);
        assertThat(reader.check().healthy()).isTrue();
    }

    private void topic(TopicPartition... partitions) {
        brokers.updatePartitions(TOPIC, List.of(partitions).stream().map(partition -> new PartitionInfo(TOPIC,
                partition.partition(), Node.noNode(), new Node[0], new Node[0])).toList());
        for (TopicPartition partition : partitions) {
            brokers.updateBeginningOffsets(Map.of(partition, 0L));
            brokers.updateEndOffsets(Map.of(partition, 0L));
        }
    }

    private void record(TopicPartition partition, long offset, byte[] key, byte[] value) {
        brokers.addRecord(new ConsumerRecord<>(TOPIC, partition.partition(), offset, key, value));
    }
}
