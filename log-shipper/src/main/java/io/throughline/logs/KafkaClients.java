package io.throughline.logs;

import io.throughline.publish.KafkaProducers;
import io.throughline.publish.Settings;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** The shipper's Kafka clients. */
final class KafkaClients {

    private KafkaClients() {}

    static Consumer<byte[], byte[]> consumer(ShipperConfig config) {
        return new KafkaConsumer<>(consumerProperties(config), new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
    }

    /** What is put after the user's own properties is not theirs to change. */
    static Map<String, Object> consumerProperties(ShipperConfig config) {
        Map<String, Object> properties = new HashMap<>();
        properties.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 5_000);
        // New partitions are noticed within this time.
        properties.put(ConsumerConfig.METADATA_MAX_AGE_CONFIG, 30_000);
        properties.put(ConsumerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 1_000);
        properties.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, 6_000);
        properties.put(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, 2_000);
        properties.putAll(config.settings().kafka());
        properties.put(ConsumerConfig.CLIENT_ID_CONFIG, config.instance());
        properties.put(ConsumerConfig.GROUP_ID_CONFIG, config.topicPrefix() + "log-shipper");
        // Static membership: a restart within the session goes on without a rebalance.
        properties.put(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG, config.instance());
        // The store says where to go on; Kafka must neither remember nor guess.
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
        // What a producer takes back must not be found.
        properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        return properties;
    }

    /** Gives up a dead letter after ten seconds, so that health can say so; the office sends it again. */
    static Producer<byte[], byte[]> deadLetters(Settings settings, String instance) {
        return KafkaProducers.create(settings, instance + "-dead-letters",
                Map.of(ProducerConfig.MAX_BLOCK_MS_CONFIG, 5_000, ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 5_000,
                        ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 10_000, ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
                        4 * 1024 * 1024, ProducerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 1_000));
    }
}
