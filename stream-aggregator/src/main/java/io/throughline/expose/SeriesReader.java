package io.throughline.expose;

import io.throughline.aggregate.Cell;
import io.throughline.aggregate.CellCodec;
import io.throughline.aggregate.CellCodec.PartialKey;
import io.throughline.aggregate.CombineConfig;
import io.throughline.event.Topic;
import io.throughline.serve.Health;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads what was committed to {@code throughline.series} into a {@link SeriesView}.
 *
 * <p>The partitions are shared out over all instances, so each series has one owner; a partition is read from its
 * beginning whenever it is assigned, and shown no longer the moment it is revoked. {@link #check} turns healthy when
 * everything has been read that was there at assignment, and red again when this instance may have lost its partitions
 * without knowing.
 */
final class SeriesReader implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(SeriesReader.class);
    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration PAUSE_AFTER_FAILURE = Duration.ofSeconds(1);
    private static final int SESSION_TIMEOUT_MILLIS = 6_000;

    private final CombineConfig config;
    private final SeriesView view;
    private final Clock clock;
    private final Consumer<String> onFatal;
    private final String topic;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Thread thread;
    /** Offsets that were the end at assignment, for the partitions that are still being read up to there. */
    private final Map<Integer, Long> targets = new ConcurrentHashMap<>();

    private volatile boolean assigned;
    private volatile boolean closed;
    private volatile long lastPollMillis;

    private SeriesReader(CombineConfig config, SeriesView view, Clock clock, Consumer<String> onFatal) {
        this.config = config;
        this.view = view;
        this.clock = clock;
        this.onFatal = onFatal;
        this.topic = Topic.SERIES.name(config.topicPrefix());
        this.consumer = new KafkaConsumer<>(properties(), new ByteArrayDeserializer(), new ByteArrayDeserializer());
        this.thread = new Thread(this::run, "series-reader");
    }

    static SeriesReader start(CombineConfig config, SeriesView view, Clock clock, Consumer<String> onFatal) {
        var reader = new SeriesReader(config, view, clock, onFatal);
        reader.thread.start();
        return reader;
    }

    /** Whether the view is whole: every series this instance owns, as it was last committed. */
    Health.Check check() {
        if (!assigned) {
            return new Health.Check("series", false, "waiting for partitions of " + topic);
        }
        if (!targets.isEmpty()) {
            return new Health.Check("series", false, "reading what was committed before, in partitions "
                    + targets.keySet() + " of " + topic);
        }
        if (silentMillis() > SESSION_TIMEOUT_MILLIS) {
            return new Health.Check("series", false,
                    "no contact for " + silentMillis() + " ms, another instance may own these series now");
        }
        return new Health.Check("series", true, "reads committed values as they come");
    }

    @Override
    public void close() {
        closed = true;
        consumer.wakeup();
        try {
            thread.join(Duration.ofSeconds(3).toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try (consumer) {
            consumer.subscribe(List.of(topic), new Ownership());
            lastPollMillis = clock.millis();
            while (!closed) {
                poll();
            }
        } catch (WakeupException e) {
            if (!closed) {
                throw e;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (KafkaException e) {
            LOG.error("the series reader stopped", e);
            onFatal.accept("reading " + topic + " failed: " + e.getMessage());
        }
    }

    private void poll() throws InterruptedException {
        try {
            var records = consumer.poll(POLL);
            if (silentMillis() > SESSION_TIMEOUT_MILLIS) {
                joinAnew();
            } else {
                records.forEach(this::take);
            }
            lastPollMillis = clock.millis();
            settle();
        } catch (RetriableException e) {
            LOG.warn("reading {} is interrupted: {}", topic, e.toString());
            Thread.sleep(PAUSE_AFTER_FAILURE);
        }
    }

    /**
     * After a silence longer than the session others own what this instance still holds, and the consumer learns of it
     * only some polls later: until then it would show values of before beside those of the new owner.
     */
    private void joinAnew() {
        LOG.warn("nothing was read for {} ms, longer than a session lasts: partitions of {} are asked for anew",
                silentMillis(), topic);
        assigned = false;
        consumer.unsubscribe();
        consumer.subscribe(List.of(topic), new Ownership());
    }

    private long silentMillis() {
        return clock.millis() - lastPollMillis;
    }

    private void take(ConsumerRecord<byte[], byte[]> record) {
        try {
            PartialKey key = CellCodec.decodeKey(record.key());
            byte[] value = record.value();
            Cell cell = value == null ? null : CellCodec.decode(key.cell().series().metric(), value, config.layout());
            view.apply(record.partition(), key, cell, record.timestamp(), !targets.containsKey(record.partition()));
        } catch (IllegalArgumentException e) {
            // A series of an earlier release that the catalogue no longer has.
            LOG.debug("{}-{} offset {} is not shown: {}", topic, record.partition(), record.offset(), e.getMessage());
        }
    }

    private void settle() {
        targets.entrySet().removeIf(
                target -> consumer.position(new TopicPartition(topic, target.getKey())) >= target.getValue());
    }

    private Map<String, Object> properties() {
        Map<String, Object> properties = new HashMap<>();
        properties.put(ConsumerConfig.GROUP_ID_CONFIG, config.topicPrefix() + "expose");
        properties.put(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG, config.instance());
        properties.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, SESSION_TIMEOUT_MILLIS);
        properties.put(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, SESSION_TIMEOUT_MILLIS / 4);
        properties.put(ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
                CooperativeStickyAssignor.class.getName());
        properties.put(ConsumerConfig.METADATA_MAX_AGE_CONFIG, 5_000);
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        properties.putAll(config.kafka());
        properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        return properties;
    }

    private final class Ownership implements ConsumerRebalanceListener {

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> added) {
            int partitionCount = consumer.partitionsFor(topic).size();
            Map<TopicPartition, Long> ends = consumer.endOffsets(added);
            if (!added.isEmpty()) {
                // Told to seek in no partition, the consumer seeks in all, and the view would pass through its past again.
                consumer.seekToBeginning(added);
            }
            added.forEach(partition -> {
                targets.put(partition.partition(), ends.get(partition));
                view.own(partition.partition(), partitionCount);
            });
            // An instance beyond the number of partitions owns nothing and is whole; one without the topic is not.
            assigned = partitionCount > 0;
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> removed) {
            removed.forEach(partition -> {
                view.disown(partition.partition());
                targets.remove(partition.partition());
            });
        }
    }
}
