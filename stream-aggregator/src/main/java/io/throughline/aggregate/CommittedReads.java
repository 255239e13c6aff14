package io.throughline.aggregate;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;

/** What makes a consumer read committed records only, leave offsets alone and create no topic. Stateless. */
public final class CommittedReads {

    private CommittedReads() {}

    /**
     * Properties of such a consumer, in a new map.
     *
     * @param defaults give way to {@code kafka}
     * @param kafka the properties for every client; what this class stands for is not theirs to change
     */
    public static Map<String, Object> properties(Map<String, Object> defaults, Map<String, Object> kafka) {
        Map<String, Object> properties = new HashMap<>(defaults);
        properties.putAll(kafka);
        properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        return properties;
    }
}
