package io.throughline.expose;

import io.throughline.serve.Health;
import java.time.Clock;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;

/**
 * Watches whether committed values can still be read: a transaction that never ends holds back every reader of committed
 * values, and nothing else would tell. Thread-safe.
 */
final class StandstillWatch {

    private final Clock clock;
    private final Duration patience;
    private final Map<TopicPartition, Held> held = new HashMap<>();

    private record Held(long stable, long end, long sinceMillis) {}

    /**
     * Knows nothing yet.
     *
     * @param patience how long a transaction may hold back readers: its time limit, and what the brokers take to end it
     */
    StandstillWatch(Duration patience, Clock clock) {
        this.patience = patience;
        this.clock = clock;
    }

    /** Red, with the remedy, when the last stable offset has stood still behind the end for too long. */
    synchronized Health.Check check() {
        long now = clock.millis();
        return held.entrySet().stream().filter(each -> now - each.getValue().sinceMillis() > patience.toMillis())
                .min(Map.Entry.comparingByKey(Comparator.comparing(TopicPartition::toString)))
                .map(each -> new Health.Check("transactions", false, describe(each.getKey(), each.getValue(), now)))
                .orElse(new Health.Check("transactions", true, "none holds back what was committed"));
    }

    /** Takes what the brokers say of all partitions: up to where they can be read, and where they end. */
    synchronized void take(Map<TopicPartition, Long> stable, Map<TopicPartition, Long> ends) {
        long now = clock.millis();
        held.keySet().retainAll(stable.keySet());
        stable.forEach((partition, offset) -> {
            long end = ends.getOrDefault(partition, offset);
            Held before = held.get(partition);
            if (offset >= end) {
                held.remove(partition);
            } else if (before == null || before.stable() != offset) {
                held.put(partition, new Held(offset, end, now));
            } else {
                held.put(partition, new Held(offset, end, before.sinceMillis()));
            }
        });
    }

    private static String describe(TopicPartition where, Held held, long now) {
        return ("%s can be read up to offset %d only, for %d s, and ends at %d: a transaction was left open. "
                + "kafka-transactions.sh find-hanging --topic %s --partition %d names it, "
                + "kafka-transactions.sh abort --topic %s --partition %d --start-offset %d ends it").formatted(where,
                        held.stable(), (now - held.sinceMillis()) / 1000, held.end(), where.topic(),
                        where.partition(), where.topic(), where.partition(), held.stable());
    }

    /** Asks the brokers about all partitions of topics. */
    void ask(Admin admin, List<String> topics) throws ExecutionException, InterruptedException, TimeoutException {
        List<TopicPartition> partitions = admin.describeTopics(topics).allTopicNames()
                .get(BrokerQuestion.ANSWER.toSeconds(), TimeUnit.SECONDS).values().stream()
                .flatMap(topic -> topic.partitions().stream()
                        .map(partition -> new TopicPartition(topic.name(), partition.partition())))
                .toList();
        // Asked first, so that a transaction that ends in between is not taken for one that is open.
        Map<TopicPartition, Long> ends = offsets(admin, partitions, IsolationLevel.READ_UNCOMMITTED);
        take(offsets(admin, partitions, IsolationLevel.READ_COMMITTED), ends);
    }

    private static Map<TopicPartition, Long> offsets(Admin admin, List<TopicPartition> partitions,
            IsolationLevel isolation) throws ExecutionException, InterruptedException, TimeoutException {
        var asked = admin.listOffsets(partitions.stream().collect(Collectors.toMap(p -> p, p -> OffsetSpec.latest())),
                new ListOffsetsOptions(isolation));
        return asked.all().get(BrokerQuestion.ANSWER.toSeconds(), TimeUnit.SECONDS).entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, entry -> entry.getValue().offset()));
    }
}
