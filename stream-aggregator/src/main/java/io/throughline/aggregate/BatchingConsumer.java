package io.throughline.aggregate;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** A consumer whose poll answers with one record for each partition, which carries all the others as a {@link Batch}. */
final class BatchingConsumer extends KafkaConsumer<byte[], byte[]> {

    BatchingConsumer(Map<String, Object> config) {
        super(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    @Override
    public ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
        ConsumerRecords<byte[], byte[]> polled = super.poll(timeout);
        if (polled.isEmpty()) {
            return polled;
        }
        Map<TopicPartition, List<ConsumerRecord<byte[], byte[]>>> carriers = new HashMap<>();
        for (TopicPartition partition : polled.partitions()) {
            carriers.put(partition, List.of(new Batch(polled.records(partition)).carrier()));
        }
        return new ConsumerRecords<>(carriers, polled.nextOffsets());
    }
}
