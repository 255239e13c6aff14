package io.throughline.expose;

import io.throughline.aggregate.Cell;
import io.throughline.aggregate.CellCodec;
import io.throughline.aggregate.CellCodec.PartialKey;
import io.throughline.aggregate.CombineConfig;
import io.throughline.aggregate.CommittedReads;
import io.throughline.event.Topic;
import io.throughline.serve.Health;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.CloseOptions.GroupMembershipOperation;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads what was committed to {@code throughline.series} into a {@link SeriesView}.
 *
 * <p>The partitions are shared out over all instances, so each series has one owner; a partition is read from its
 * beginning whenever it is assigned, and shown no longer the moment it is revoked. {@link #check} turns healthy when
 * everything has been read that was there at assignment, and red again when this instance may have lost its partitions
 * without knowing, or has ceased to read. A record that cannot be read is counted and passed over.
 */
final class SeriesReader implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(SeriesReader.class);
    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration ANSWER = Duration.ofSeconds(2);
    private static final Duration CLOSE = Duration.ofSeconds(2);
    private static final Duration PAUSE_AFTER_FAILURE = Duration.ofSeconds(1);
    private static final int SESSION_TIMEOUT_MILLIS = 6_000;

    private final CombineConfig config;
    private final SeriesView view;
    private final Clock clock;
    private final java.util.function.Consumer<String> onFatal;
    private final String topic;
    private final Consumer<byte[], byte[]> consumer;
    private final DoubleSupplier heartbeats;
    private final Thread thread = new Thread(this::run, "series-reader");
    private final CountDownLatch stopping = new CountDownLatch(1);

    /** Assigned, and the brokers have not said yet where they end. */
    private final Set<TopicPartition> unasked = new HashSet<>();
    /** Offsets that were the end at assignment, for the partitions that are still being read up to there. */
    private final Map<TopicPartition, Long> targets = new HashMap<>();
    private final Set<Integer> warnedOf = new HashSet<>();
    private boolean assignmentIsNew;
    private long nextAttemptMillis;
    private double heartbeatsSeen;

    private volatile @Nullable String ended = "not started yet";
    private volatile long contactMillis;

    /**
     * Reads nothing yet.
     *
     * @param heartbeats how many heartbeats of the consumer were answered so far
     */
    SeriesReader(CombineConfig config, SeriesView view, Clock clock, java.util.function.Consumer<String> onFatal,
            Consumer<byte[], byte[]> consumer, DoubleSupplier heartbeats) {
        this.config = config;
        this.view = view;
        this.clock = clock;
        this.onFatal = onFatal;
        this.topic = Topic.SERIES.name(config.topicPrefix());
        this.consumer = consumer;
        this.heartbeats = heartbeats;
    }

    static SeriesReader start(CombineConfig config, SeriesView view, Clock clock,
            java.util.function.Consumer<String> onFatal) {
        var consumer = new KafkaConsumer<>(properties(config), new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        var reader = new SeriesReader(config, view, clock, onFatal, consumer, () -> heartbeatsAnswered(consumer));
        reader.thread.start();
        return reader;
    }

    /** Whether the view is whole: every series this instance owns, as it was last committed. */
    Health.Check check() {
        String whyNot = ended;
        if (whyNot == null) {
            whyNot = view.whyNotWhole();
        }
        if (whyNot == null && silentMillis() > SESSION_TIMEOUT_MILLIS) {
            whyNot = "no contact with the brokers for " + silentMillis() / 1000
                    + " s, another instance may own these series now";
        }
        return new Health.Check("series", whyNot == null,
                whyNot == null ? "reads committed values as they come" : topic + ": " + whyNot);
    }

    @Override
    public void close() {
        stopping.countDown();
        consumer.wakeup();
        try {
            thread.join(CLOSE.plusSeconds(1).toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Reads until it is closed; whatever else ends it is fatal. */
    void run() {
        try {
            subscribe();
            while (!isStopping()) {
                step();
            }
            end("closed");
        } catch (FencedInstanceIdException e) {
            fail("another aggregator runs with the same THROUGHLINE_INSTANCE: stop it, or give this one a name of its"
                    + " own", e);
        } catch (Throwable e) {
            // An error too, such as a lack of memory: nobody would see that a thread has died.
            fail("reading " + topic + " failed: " + e, e);
        }
    }

    void subscribe() {
        consumer.subscribe(List.of(topic), new Ownership());
        contactMillis = clock.millis();
        ended = null;
    }

    /** One round: take what has come, and ask about partitions that are new here. */
    void step() throws InterruptedException {
        noteContact();
        try {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                take(record);
            }
        } catch (RetriableException e) {
            LOG.warn("reading {} is interrupted: {}", topic, e.toString());
            boolean unused = stopping.await(PAUSE_AFTER_FAILURE.toMillis(), TimeUnit.MILLISECONDS);
            return;
        }
        if (clock.millis() >= nextAttemptMillis) {
            catchUp();
        }
    }

    /**
     * Read before the poll: where the answer to a heartbeat was that the partitions are lost, the poll says so before
     * the next look.
     */
    private void noteContact() {
        double answered = heartbeats.getAsDouble();
        if (answered != heartbeatsSeen) {
            heartbeatsSeen = answered;
            if (silentMillis() > SESSION_TIMEOUT_MILLIS) {
                joinAnew();
            }
            contactMillis = clock.millis();
        }
    }

    /**
     * After a silence longer than the session others may own what this instance still holds, and the consumer learns of
     * it only some polls later: until then it would show values of before beside those of the new owner.
     */
    private void joinAnew() {
        LOG.warn("no contact with the brokers for {} ms, longer than a session lasts: partitions of {} are asked for"
                + " anew", silentMillis(), topic);
        view.leave();
        consumer.unsubscribe();
        unasked.clear();
        targets.clear();
        assignmentIsNew = false;
        consumer.subscribe(List.of(topic), new Ownership());
    }

    private long silentMillis() {
        return clock.millis() - contactMillis;
    }

    private void take(ConsumerRecord<byte[], byte[]> record) {
        try {
            PartialKey key = CellCodec.decodeKey(record.key());
            byte[] value = record.value();
            Cell cell = value == null ? null : CellCodec.decode(key.cell().series().metric(), value, config.layout());
            view.apply(record.partition(), key, cell, record.timestamp());
        } catch (RuntimeException e) {
            // A series of an earlier release that the catalogue no longer has, or what somebody else wrote.
            passOver(record, e);
        }
    }

    private void passOver(ConsumerRecord<byte[], byte[]> record, RuntimeException why) {
        view.countUnreadable();
        if (warnedOf.add(record.partition())) {
            LOG.warn("{}-{} offset {} cannot be read and is passed over (said once a partition): {}", topic,
                    record.partition(), record.offset(), why.toString());
        } else {
            LOG.debug("{}-{} offset {} is passed over", topic, record.partition(), record.offset(), why);
        }
    }

    private void catchUp() {
        try {
            if (assignmentIsNew) {
                own();
            }
            settle();
        } catch (RetriableException e) {
            LOG.warn("the brokers do not say where {} ends, asking again: {}", topic, e.toString());
            nextAttemptMillis = clock.millis() + PAUSE_AFTER_FAILURE.toMillis();
        }
    }

    private void own() {
        int partitionCount = consumer.partitionsFor(topic, ANSWER).size();
        if (partitionCount == 0) {
            // An instance beyond the number of partitions owns nothing and is whole; one without the topic is not.
            nextAttemptMillis = clock.millis() + PAUSE_AFTER_FAILURE.toMillis();
            return;
        }
        view.join(partitionCount);
        // Asked to seek in no partition, Kafka seeks in all that are assigned.
        if (!unasked.isEmpty()) {
            Map<TopicPartition, Long> ends = consumer.endOffsets(unasked, ANSWER);
            consumer.seekToBeginning(unasked);
            unasked.forEach(partition -> view.own(partition.partition()));
            targets.putAll(ends);
            unasked.clear();
        }
        assignmentIsNew = false;
    }

    private void settle() {
        targets.entrySet().removeIf(target -> {
            boolean there = consumer.position(target.getKey(), ANSWER) >= target.getValue();
            if (there) {
                view.caughtUp(target.getKey().partition());
            }
            return there;
        });
    }

    private boolean isStopping() {
        return stopping.getCount() == 0;
    }

    private void fail(String why, Throwable cause) {
        boolean askedFor = isStopping();
        end(askedFor ? "closed" : why);
        if (!askedFor) {
            LOG.error("the series reader stopped: {}", why, cause);
            onFatal.accept(why);
        }
    }

    private void end(String why) {
        ended = why;
        GroupMembershipOperation membership = membershipAfter();
        view.leave();
        try {
            consumer.close(CloseOptions.timeout(CLOSE).withGroupMembershipOperation(membership));
        } catch (RuntimeException e) {
            LOG.debug("the consumer did not close cleanly", e);
        }
    }

    /**
     * A static member stays in the group until its session ends, so that a restart finds its partitions as they were.
     * Where others can show them at once, that would be a gap of seconds: then it leaves.
     */
    private GroupMembershipOperation membershipAfter() {
        return isStopping() && !view.ownsAll()
                ? GroupMembershipOperation.LEAVE_GROUP
                : GroupMembershipOperation.DEFAULT;
    }

    static Map<String, Object> properties(CombineConfig config) {
        Map<String, Object> properties = new HashMap<>();
        properties.put(ConsumerConfig.GROUP_ID_CONFIG, config.topicPrefix() + "expose");
        properties.put(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG, config.instance());
        properties.put(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, SESSION_TIMEOUT_MILLIS / 4);
        properties.put(ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
                CooperativeStickyAssignor.class.getName());
        properties.put(ConsumerConfig.METADATA_MAX_AGE_CONFIG, 5_000);
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        Map<String, Object> committed = CommittedReads.properties(properties, config.kafka());
        committed.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, SESSION_TIMEOUT_MILLIS);
        return committed;
    }

    /**
     * Counted when the answer comes; {@code last-heartbeat-seconds-ago} looks at what was sent, and so goes on looking
     * well for one session timeout after the brokers fell silent.
     */
    static double heartbeatsAnswered(Consumer<?, ?> consumer) {
        return consumer.metrics().entrySet().stream()
                .filter(metric -> metric.getKey().group().equals("consumer-coordinator-metrics")
                        && metric.getKey().name().equals("heartbeat-total"))
                .map(metric -> metric.getValue().metricValue()).filter(Number.class::isInstance)
                .mapToDouble(count -> ((Number) count).doubleValue()).findFirst()
                .orElseThrow(() -> new IllegalStateException("the Kafka client has no metric heartbeat-total"));
    }

    /** Only notes what is said; questions to the brokers are for the loop, which can ask again. */
    private final class Ownership implements ConsumerRebalanceListener {

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> added) {
            contactMillis = clock.millis();
            added.forEach(partition -> view.expect(partition.partition()));
            unasked.addAll(added);
            assignmentIsNew = true;
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> removed) {
            removed.forEach(partition -> {
                view.disown(partition.partition());
                unasked.remove(partition);
                targets.remove(partition);
            });
        }

        @Override
        public void onPartitionsLost(Collection<TopicPartition> lost) {
            onPartitionsRevoked(lost);
            assignmentIsNew = false;
            view.leave();
        }
    }
}
