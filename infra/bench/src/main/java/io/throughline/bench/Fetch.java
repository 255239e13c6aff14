package io.throughline.bench;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** The floor: polls byte arrays and counts them. Nobody who reads Kafka from Java with the usual client is cheaper. */
final class Fetch implements Variant {

    @Override
    public Map<String, Long> run(String bootstrapServers, Path scratch, Probe probe) {
        Map<String, Object> properties = Map.of("bootstrap.servers", bootstrapServers);
        long events = 0;
        try (var consumer = new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = new ArrayList<>();
            EventTopics.NAMES.forEach(topic -> consumer.partitionsFor(topic)
                    .forEach(partition -> partitions.add(new TopicPartition(topic, partition.partition()))));
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            while (!probe.done()) {
                events += consumer.poll(Duration.ofMillis(100)).count();
                probe.at(events);
            }
        }
        return Map.of(Tally.EVENTS, events);
    }
}
