package io.throughline.aggregate;

import io.throughline.publish.Settings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/**
 * What the combining half of the aggregator needs to know.
 *
 * @param kafka properties for every Kafka client, bootstrap servers included
 * @param topicPrefix what every topic's name begins with
 * @param instance stable name of this instance; a restart under the same name takes its work back at once
 * @param stateDir folder of Kafka Streams' state
 * @param commitInterval how often counts are committed, and so become visible
 * @param threads stream threads
 * @param batches whether Kafka Streams is handed one batch for each partition and poll, or each record by itself
 * @param labelLimit most label value combinations a metric
 * @param jobLimits how long a job may go without an event before it is given up
 * @param dedupWindow how long an event id is remembered, in stream time
 * @param dedupLimit most event ids remembered for each input partition
 * @param prices the price table
 * @param layout the buckets of every histogram
 */
public record CombineConfig(Map<String, Object> kafka, String topicPrefix, String instance, Path stateDir,
        Duration commitInterval, int threads, boolean batches, int labelLimit, JobLimits jobLimits,
        Duration dedupWindow, int dedupLimit,
        Prices prices, BucketLayout layout) {

    private static Duration commitInterval(Settings settings) {
        Duration interval = settings.duration("THROUGHLINE_COMMIT_INTERVAL", Duration.ofMillis(500));
        if (interval.compareTo(Duration.ofMillis(10)) < 0 || interval.compareTo(Duration.ofMinutes(1)) > 0) {
            throw new IllegalArgumentException("THROUGHLINE_COMMIT_INTERVAL must be from 10ms to 60s, got "
                    + interval.toMillis() + "ms");
        }
        return interval;
    }

    /** Kafka Streams' application id, which is its consumer group. */
    public String applicationId() {
        return topicPrefix + "aggregator";
    }

    /** Reads the configuration; errors name the key and the value. */
    public static CombineConfig from(Settings settings) {
        return new CombineConfig(settings.kafka(), settings.topicPrefix(),
                settings.text("THROUGHLINE_INSTANCE", "aggregator-1"),
                Path.of(settings.text("THROUGHLINE_STATE_DIR", "data/aggregator")),
                commitInterval(settings),
                settings.integer("THROUGHLINE_STREAM_THREADS", 1, 1, 64),
                settings.flag("THROUGHLINE_BATCHES", true),
                settings.integer("THROUGHLINE_LABEL_LIMIT", 1_000, 1, 1_000_000),
                JobLimits.from(settings),
                settings.duration("THROUGHLINE_DEDUP_WINDOW", Duration.ofMinutes(10)),
                settings.integer("THROUGHLINE_DEDUP_LIMIT", 500_000, 1_000, 100_000_000),
                settings.optionalText("THROUGHLINE_PRICES").map(file -> Prices.read(Path.of(file)))
                        .orElseGet(Prices::bundled),
                settings.optionalText("THROUGHLINE_BUCKETS").map(file -> BucketLayout.read(Path.of(file)))
                        .orElseGet(BucketLayout::bundled));
    }
}
