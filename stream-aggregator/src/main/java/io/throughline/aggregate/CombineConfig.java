package io.throughline.aggregate;

import io.throughline.publish.Settings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/**
 * What the combining half of the aggregator needs to know.
 *
 * @param kafka properties for every Kafka client, bootstrap servers included
 * @param instance stable name of this instance; a restart under the same name takes its work back at once
 * @param stateDir folder of Kafka Streams' state
 * @param commitInterval how often counts are committed, and so become visible
 * @param threads stream threads
 * @param batches whether Kafka Streams is handed one batch for each partition and poll, or each record by itself
 * @param counting what the numbers depend on
 */
public record CombineConfig(Map<String, Object> kafka, String instance, Path stateDir, Duration commitInterval,
        int threads, boolean batches, CountingConfig counting) {

    private static Duration commitInterval(Settings settings) {
        Duration interval = settings.duration("THROUGHLINE_COMMIT_INTERVAL", Duration.ofMillis(500));
        if (interval.compareTo(Duration.ofMillis(10)) < 0 || interval.compareTo(Duration.ofMinutes(1)) > 0) {
            throw new IllegalArgumentException("THROUGHLINE_COMMIT_INTERVAL must be from 10ms to 60s, got "
                    + interval.toMillis() + "ms");
        }
        return interval;
    }

    /** Reads the configuration; errors name the key and the value. */
    public static CombineConfig from(Settings settings) {
        return new CombineConfig(settings.kafka(),
                settings.text("THROUGHLINE_INSTANCE", "aggregator-1"),
                Path.of(settings.text("THROUGHLINE_STATE_DIR", "data/aggregator")),
                commitInterval(settings),
                settings.integer("THROUGHLINE_STREAM_THREADS", 1, 1, 64),
                settings.flag("THROUGHLINE_BATCHES", true),
                CountingConfig.from(settings));
    }

    /** Kafka Streams' application id, which is its consumer group. */
    public String applicationId() {
        return topicPrefix() + "aggregator";
    }

    /** What every topic's name begins with. */
    public String topicPrefix() {
        return counting.topicPrefix();
    }

    /** The buckets of every histogram. */
    public BucketLayout layout() {
        return counting.layout();
    }
}
