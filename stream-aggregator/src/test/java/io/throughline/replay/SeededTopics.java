package io.throughline.replay;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.throughline.aggregate.BucketLayout;
import io.throughline.aggregate.CountingConfig;
import io.throughline.aggregate.JobLimits;
import io.throughline.aggregate.Prices;
import io.throughline.event.Topic;
import io.throughline.publish.WireRecords;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;

/**
 * Event topics of three partitions by a seed: late, out of order, beyond grace, sent twice, broken, and published by a
 * replay.
 */
final class SeededTopics {

    static final int PARTITIONS = 3;
    static final Duration GRACE = Duration.ofMinutes(10);
    static final CountingConfig CONFIG = new CountingConfig(Topic.DEFAULT_PREFIX, 3,
            new JobLimits(Duration.ofMinutes(20), Map.of()), Duration.ofMinutes(10), 10_000, GRACE, Prices.bundled(),
            BucketLayout.bundled());
    private static final Instant NOON = Instant.parse("2026-01-28T12:00:00Z");

    final Map<TopicPartition, List<ConsumerRecord<byte[], byte[]>>> log = new HashMap<>();
    private final Random random;
    private final List<String> sent = new ArrayList<>();
    /** Among how many of the newest jobs and events one is chosen. */
    private final int newest;
    private final int recurring;
    private Instant now = NOON;

    SeededTopics(long seed, int records) {
        this(seed, records, Integer.MAX_VALUE, 0);
    }

    /**
     * Jobs end soon and what is sent again was sent just before, where {@code newest} is small.
     *
     * @param recurring with so many of the first records, the steps of a few jobs come again and again
     */
    SeededTopics(long seed, int records, int newest, int recurring) {
        this.newest = newest;
        this.recurring = recurring;
        random = new Random(seed);
        for (int i = 0; i < records; i++) {
            now = now.plusMillis(random.nextInt(2_500));
            String again = sent.isEmpty() || random.nextInt(15) > 0 ? "" : sent.get(anyOf(sent.size()));
            publish(again.isEmpty() ? event(i) : again);
        }
    }

    /** The records of an input partition as one that waits for all topics takes them: the oldest timestamp first. */
    List<ConsumerRecord<byte[], byte[]>> merged(int partition) {
        Map<String, Integer> next = new TreeMap<>();
        List<ConsumerRecord<byte[], byte[]>> merged = new ArrayList<>();
        while (true) {
            ConsumerRecord<byte[], byte[]> oldest = null;
            for (String topic : Recount.topics(CONFIG)) {
                var records = log.getOrDefault(new TopicPartition(topic, partition), List.of());
                int at = next.getOrDefault(topic, 0);
                if (at < records.size() && (oldest == null || records.get(at).timestamp() < oldest.timestamp())) {
                    oldest = records.get(at);
                }
            }
            if (oldest == null) {
                return merged;
            }
            next.merge(oldest.topic(), 1, Integer::sum);
            merged.add(oldest);
        }
    }

    private String event(int number) {
        String time = eventTime().toString();
        String model = List.of("gpt-4o", "claude-haiku-4-5", "m1", "m2", "m3").get(random.nextInt(5));
        String job = number < recurring ? "nightly-" + random.nextInt(12) : "job-" + anyOf(number / 4 + 1);
        String body = switch (random.nextInt(9)) {
            case 0 -> "job.created\",\"job_id\":\"" + job + "\",\"job_type\":\"video\"";
            case 1 -> "job.started\",\"job_id\":\"" + job + "\",\"job_type\":\"video\"";
            case 2 -> "job.completed\",\"job_id\":\"" + job + "\",\"job_type\":\"video\",\"status\":\"failed\"";
            case 3, 4, 5 -> "llm.completed\",\"model\":\"" + model + "\",\"status\":\"success\",\"latency_seconds\":"
                    + random.nextInt(5_000) / 1e3 + ",\"prompt_tokens\":" + random.nextInt(900)
                    + ",\"completion_tokens\":7";
            case 6 -> "cache.size\",\"cache\":\"c\",\"entries\":" + random.nextInt(90) + ",\"instance\":\"i"
                    + random.nextInt(2) + "\"";
            case 7 -> "cache.hit\",\"cache\":\"c\",\"saved_usd\":0.00" + random.nextInt(99);
            default -> "service.heartbeat\",\"instance\":\"i" + random.nextInt(3) + "\"";
        };
        String event = "{\"event_id\":\"e" + number + "\",\"event_type\":\"" + body + ",\"timestamp\":\"" + time
                + "\",\"service\":\"s\"}";
        sent.add(event);
        return random.nextInt(40) == 0 ? "{broken" + number : event;
    }

    private int anyOf(int count) {
        int few = Math.min(count, newest);
        return count - few + random.nextInt(few);
    }

    private Instant eventTime() {
        return switch (random.nextInt(10)) {
            case 0 -> now.minusSeconds(random.nextInt(1_200));
            case 1, 2 -> now.minusMillis(random.nextInt(90_000));
            default -> now;
        };
    }

    private void publish(String event) {
        int type = event.indexOf("event_type\":\"") + "event_type\":\"".length();
        String family = event.startsWith("{broken") ? "llm" : event.substring(type, event.indexOf('.', type));
        String topic = Topic.DEFAULT_PREFIX + switch (family) {
            case "job" -> "jobs";
            case "service" -> "services";
            default -> family;
        };
        String key = family.equals("job") ? event.replaceAll(".*job_id\":\"([^\"]*).*", "$1") : event;
        int partition = Math.floorMod(key.hashCode(), PARTITIONS);
        var headers = new RecordHeaders().add("trace_id", ("t" + random.nextInt(1_000)).getBytes(UTF_8))
                .add("user_id", ("u" + random.nextInt(30)).getBytes(UTF_8));
        if (random.nextInt(50) == 0) {
            headers.add(WireRecords.REPLAY_ID, new byte[]{'r'});
        }
        int at = event.indexOf("timestamp\":\"") + "timestamp\":\"".length();
        long timestamp = event.startsWith("{broken")
                ? now.toEpochMilli()
                : Instant.parse(event.substring(at, event.indexOf('"', at))).toEpochMilli();
        var records = log.computeIfAbsent(new TopicPartition(topic, partition), unseen -> new ArrayList<>());
        records.add(new ConsumerRecord<>(topic, partition, records.size(), timestamp, TimestampType.CREATE_TIME, 0, 0,
                key.getBytes(UTF_8), event.getBytes(UTF_8), headers, Optional.empty()));
    }
}
