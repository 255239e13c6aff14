package io.throughline.publish;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Kafka producers as the pipeline wants them: idempotent, acknowledged by all replicas, compressed. */
public final class KafkaProducers {

    private static final Pattern BROKER = Pattern
            .compile("(?:[0-9a-zA-Z\\-%._]*://)?\\[?[0-9a-zA-Z\\-._%:]+]?:([0-9]{1,5})");
    private static final int HIGHEST_PORT = 65_535;

    private KafkaProducers() {}

    /** A producer of bytes for these settings; {@code defaults} give way to {@code THROUGHLINE_KAFKA_*}. */
    public static Producer<byte[], byte[]> create(Settings settings, String clientId, Map<String, Object> defaults) {
        return new KafkaProducer<>(properties(settings, clientId, defaults), new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    /**
     * The same, made when it is asked for; the settings are read and checked now.
     *
     * @throws org.apache.kafka.common.config.ConfigException for a property that Kafka refuses
     * @throws IllegalArgumentException for a broker without a port
     */
    static Supplier<Producer<byte[], byte[]>> supplier(Settings settings, String clientId,
            Map<String, Object> defaults) {
        Map<String, Object> properties = properties(settings, clientId, defaults);
        checkBrokers(String.valueOf(properties.get(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG)));
        if (settings.hasKafkaProperties()) {
            // Only then: our own are known to be right, and loading Kafka's classes doubles the time of a cold start.
            check(properties);
        }
        return () -> new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
    }

    private static void checkBrokers(String brokers) {
        for (String each : brokers.split(",", -1)) {
            String broker = each.strip();
            var matcher = BROKER.matcher(broker);
            if (!matcher.matches() || Integer.parseInt(matcher.group(1)) > HIGHEST_PORT) {
                throw new IllegalArgumentException(
                        "THROUGHLINE_BOOTSTRAP_SERVERS must be of the form host:port, got \"" + broker + '"');
            }
        }
    }

    private static void check(Map<String, Object> properties) {
        Map<String, Object> whole = new LinkedHashMap<>(properties);
        whole.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
        whole.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
        var unused = new ProducerConfig(whole);
    }

    private static Map<String, Object> properties(Settings settings, String clientId, Map<String, Object> defaults) {
        Map<String, Object> properties = new LinkedHashMap<>(defaults);
        properties.put(ProducerConfig.CLIENT_ID_CONFIG, clientId);
        properties.put(ProducerConfig.LINGER_MS_CONFIG, 5);
        properties.put(ProducerConfig.BATCH_SIZE_CONFIG, 64 * 1024);
        properties.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
        properties.putAll(settings.kafka());
        // Set last and by name: Kafka switches idempotence off without a word when acks or retries contradict it,
        // and refuses the contradiction when idempotence was asked for.
        properties.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        properties.put(ProducerConfig.ACKS_CONFIG, "all");
        return properties;
    }
}
