package io.throughline.aggregate;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;

/** A consumer whose poll answers with one record for each partition, which carries all that were read as a {@link Batch}. */
final class BatchingConsumer extends KafkaConsumer<byte[], byte[]> {

    /** Leaves bytes where they are. */
    private static final class InPlace implements Deserializer<@Nullable ByteBuffer> {

        @Override
        public @Nullable ByteBuffer deserialize(String topic, byte @Nullable [] data) {
            return data == null ? null : ByteBuffer.wrap(data);
        }

        @Override
        public @Nullable ByteBuffer deserialize(String topic, Headers headers, @Nullable ByteBuffer data) {
            return data;
        }
    }

    BatchingConsumer(Map<String, Object> config) {
        super(config, inPlace(), inPlace());
    }

    /** Nobody else sees the keys and values that it makes. */
    @SuppressWarnings("unchecked")
    private static Deserializer<byte[]> inPlace() {
        return (Deserializer<byte[]>) (Deserializer<?>) new InPlace();
    }

    @Override
    public ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
        ConsumerRecords<byte[], byte[]> polled = super.poll(timeout);
        if (polled.isEmpty()) {
            return polled;
        }
        Map<TopicPartition, List<ConsumerRecord<byte[], byte[]>>> carriers = new HashMap<>();
        for (TopicPartition partition : polled.partitions()) {
            List<? extends ConsumerRecord<?, ?>> records = polled.records(partition);
            carriers.put(partition, List.of(new Batch(new PackedRecords(partition, records))
                    .carrier(records.getFirst().leaderEpoch())));
        }
        return new ConsumerRecords<>(carriers, polled.nextOffsets());
    }
}
