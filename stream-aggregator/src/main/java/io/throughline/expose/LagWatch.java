package io.throughline.expose;

import io.throughline.aggregate.CombineConfig;
import io.throughline.aggregate.CombineTopology;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * How far the committed input offsets are behind the ends of the topics, as the brokers said last; kept for half a
 * minute. Thread-safe.
 */
final class LagWatch {

    private static final Duration KEPT = Duration.ofSeconds(30);
    /** Without a record for so long, an input partition is idle. */
    static final Duration IDLE = Duration.ofMinutes(1);
    private static final long NANOS_A_MILLI = 1_000_000;

    private final CombineConfig config;
    private final Clock clock;
    private volatile Lag lag = new Lag(0, Map.of());
    private final Map<Integer, Quiet> quiet = new HashMap<>();

    private record Lag(long asOfMillis, Map<TopicPartition, Long> records) {}

    /** Where all topics of an input partition ended, and since when nothing has come. */
    private record Quiet(Map<String, Long> ends, long sinceMillis) {}

    /** Knows nothing yet. */
    LagWatch(CombineConfig config, Clock clock) {
        this.config = config;
        this.clock = clock;
    }

    /**
     * Takes how many records of each input partition are stored and not yet counted, and the offset after the last one that
     * is stored.
     */
    void take(long asOfMillis, Map<TopicPartition, Long> records, Map<TopicPartition, Long> ends) {
        Map<Integer, Map<String, Long>> byNumber = new HashMap<>();
        ends.forEach((partition, end) -> byNumber.computeIfAbsent(partition.partition(), number -> new HashMap<>())
                .put(partition.topic(), end));
        synchronized (quiet) {
            byNumber.forEach((number, now) -> quiet.merge(number, new Quiet(now, asOfMillis),
                    (before, next) -> before.ends().equals(next.ends()) ? before : next));
        }
        take(asOfMillis, records);
    }

    /** The same of ends that are not known. */
    void take(long asOfMillis, Map<TopicPartition, Long> records) {
        lag = new Lag(asOfMillis, records);
    }

    /** The numbers of all input partitions; none while the brokers do not say. */
    Set<Integer> inputPartitions() {
        return isStale()
                ? Set.of()
                : lag.records().keySet().stream().map(TopicPartition::partition).collect(Collectors.toSet());
    }

    /** Records of a topic that are stored and not yet counted; empty while the brokers do not say. */
    OptionalLong recordsBehind(String topic) {
        Map<TopicPartition, Long> partitions = of(topic);
        return partitions.isEmpty()
                ? OptionalLong.empty()
                : OptionalLong.of(partitions.values().stream().mapToLong(Long::longValue).sum());
    }

    /**
     * Up to when everything that was stored has been counted, in nanoseconds since 1970: the time of the question for a
     * partition without lag, else the newest event time that was counted from it.
     */
    OptionalLong completeUpToNanos(String topic, IntFunction<OptionalLong> newestFrom) {
        long asOf = lag.asOfMillis() * NANOS_A_MILLI;
        List<OptionalLong> partitions = of(topic).entrySet().stream().map(entry -> entry.getValue() == 0
                ? OptionalLong.of(asOf)
                : newestFrom.apply(entry.getKey().partition())).toList();
        return partitions.stream().allMatch(OptionalLong::isPresent)
                ? partitions.stream().mapToLong(OptionalLong::getAsLong).min()
                : OptionalLong.empty();
    }

    /**
     * The time of the last question, in nanoseconds since 1970, for an input partition that is idle: it has had no record
     * for {@link #IDLE}, and none of those it has waits to be counted. Empty for another one.
     */
    OptionalLong idleUpToNanos(int inputPartition) {
        Lag now = lag;
        boolean waits = now.records().entrySet().stream()
                .anyMatch(each -> each.getKey().partition() == inputPartition && each.getValue() > 0);
        Quiet since;
        synchronized (quiet) {
            since = quiet.get(inputPartition);
        }
        return isStale() || waits || since == null || now.asOfMillis() - since.sinceMillis() < IDLE.toMillis()
                ? OptionalLong.empty()
                : OptionalLong.of(now.asOfMillis() * NANOS_A_MILLI);
    }

    private Map<TopicPartition, Long> of(String topic) {
        return isStale()
                ? Map.of()
                : lag.records().entrySet().stream().filter(entry -> entry.getKey().topic().equals(topic))
                        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    private boolean isStale() {
        return clock.millis() - lag.asOfMillis() > KEPT.toMillis();
    }

    /** The ends are asked before the committed offsets, so a lag of zero means: all that was there at that time. */
    void ask(Admin admin) throws ExecutionException, InterruptedException, TimeoutException {
        long asOf = clock.millis();
        List<String> topics = CombineTopology.EVENT_TOPICS.stream().map(topic -> topic.name(config.topicPrefix()))
                .toList();
        List<TopicPartition> partitions = admin.describeTopics(topics).allTopicNames()
                .get(BrokerQuestion.ANSWER.toSeconds(), TimeUnit.SECONDS).values().stream()
                .flatMap(topic -> topic.partitions().stream()
                        .map(partition -> new TopicPartition(topic.name(), partition.partition())))
                .toList();
        Map<TopicPartition, Long> ends = offsets(admin, partitions, OffsetSpec.latest());
        Map<TopicPartition, Long> begins = offsets(admin, partitions, OffsetSpec.earliest());
        Map<TopicPartition, OffsetAndMetadata> committed = admin.listConsumerGroupOffsets(config.applicationId())
                .partitionsToOffsetAndMetadata().get(BrokerQuestion.ANSWER.toSeconds(), TimeUnit.SECONDS);
        Map<TopicPartition, Long> records = new HashMap<>();
        ends.forEach((partition, end) -> {
            OffsetAndMetadata done = committed.get(partition);
            long next = done == null ? begins.getOrDefault(partition, 0L) : done.offset();
            records.put(partition, Math.max(0, end - next));
        });
        take(asOf, records, ends);
    }

    private static Map<TopicPartition, Long> offsets(Admin admin, Collection<TopicPartition> partitions,
            OffsetSpec which) throws ExecutionException, InterruptedException, TimeoutException {
        var asked = admin.listOffsets(partitions.stream().collect(Collectors.toMap(p -> p, p -> which)));
        return asked.all().get(BrokerQuestion.ANSWER.toSeconds(), TimeUnit.SECONDS).entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, entry -> entry.getValue().offset()));
    }
}
