package io.throughline.expose;

import io.throughline.aggregate.CellCodec;
import io.throughline.aggregate.CombineConfig;
import io.throughline.aggregate.CommittedReads;
import io.throughline.aggregate.WindowCodec;
import io.throughline.aggregate.WindowKey;
import io.throughline.event.Topic;
import io.throughline.serve.Health;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads what was committed to {@code throughline.windows} into a {@link WindowStore}: every partition, in every
 * instance, so that each of them can answer for all.
 *
 * <p>{@link #check} turns healthy when everything has been read that was there at the start. A failure is told there and
 * the topic is read again from its beginning; nothing else of the aggregator waits for it. A record that cannot be read
 * is counted and passed over.
 */
final class WindowReader implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(WindowReader.class);
    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration ANSWER = Duration.ofSeconds(2);
    private static final Duration CLOSE = Duration.ofSeconds(2);
    private static final long PAUSE_AFTER_FAILURE_MILLIS = 1_000;
    private static final long LOOK_FOR_PARTITIONS_MILLIS = 30_000;

    private final String topic;
    private final CombineConfig config;
    private final WindowStore store;
    private final Clock clock;
    private final Thread thread = new Thread(this::run, "window-reader");
    private final CountDownLatch stopping = new CountDownLatch(1);
    private final AtomicLong unreadable = new AtomicLong();

    /** Offsets that were the end at the start, for the partitions that are still being read up to there. */
    private final Map<TopicPartition, Long> targets = new HashMap<>();
    private final Set<Integer> warnedOf = new HashSet<>();
    private long nextLookMillis;
    private int partitionCount;

    private volatile @Nullable String whyNotReady = "not started yet";
    private volatile @Nullable String failure;

    /** Reads nothing yet. */
    WindowReader(CombineConfig config, WindowStore store, Clock clock) {
        this.config = config;
        this.topic = Topic.WINDOWS.name(config.topicPrefix());
        this.store = store;
        this.clock = clock;
    }

    static WindowReader start(CombineConfig config, WindowStore store, Clock clock) {
        var reader = new WindowReader(config, store, clock);
        reader.thread.setDaemon(true);
        reader.thread.start();
        return reader;
    }

    /** Whether every window is there, as it was last committed. */
    Health.Check check() {
        String whyNot = whyNotReady;
        return new Health.Check("windows", whyNot == null,
                whyNot == null ? "reads committed windows as they come" : topic + ": " + whyNot);
    }

    /** Red when reading fails; while it catches up, only windows are not answered. */
    Health.Check health() {
        String whyNot = failure;
        return whyNot == null
                ? new Health.Check("windows", true, check().detail())
                : new Health.Check("windows", false, topic + ": " + whyNot);
    }

    /** How many records could not be read. */
    long unreadable() {
        return unreadable.get();
    }

    @Override
    public void close() {
        stopping.countDown();
        try {
            thread.join(CLOSE.plusSeconds(1).toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        while (!isStopping()) {
            try (var consumer = new KafkaConsumer<>(properties(config), new ByteArrayDeserializer(),
                    new ByteArrayDeserializer())) {
                begin();
                while (!isStopping()) {
                    step(consumer);
                }
                consumer.close(CloseOptions.timeout(CLOSE));
            } catch (Exception e) {
                fail("reading failed and begins anew: " + e);
                LOG.warn("reading {} failed and begins anew", topic, e);
                pause();
            } catch (OutOfMemoryError e) {
                store.clear();
                fail("no memory is left for windows; a shorter THROUGHLINE_WINDOW_RETENTION needs less");
                LOG.error("reading {} stopped: no memory", topic, e);
                return;
            }
        }
        whyNotReady = "closed";
    }

    private void fail(String why) {
        failure = why;
        whyNotReady = why;
    }

    /** Everything is read anew. */
    void begin() {
        store.clear();
        targets.clear();
        partitionCount = 0;
        nextLookMillis = 0;
        whyNotReady = "asking for its partitions";
    }

    /** One round: look whether there are partitions that are new, and take what has come. */
    void step(Consumer<byte[], byte[]> consumer) {
        try {
            if (clock.millis() >= nextLookMillis) {
                lookForPartitions(consumer);
            }
            if (partitionCount == 0) {
                pause();
                return;
            }
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                take(record);
            }
            settle(consumer);
        } catch (RetriableException e) {
            LOG.warn("reading {} is interrupted: {}", topic, e.toString());
            pause();
        }
    }

    private void lookForPartitions(Consumer<byte[], byte[]> consumer) {
        Set<TopicPartition> all = new HashSet<>();
        consumer.partitionsFor(topic, ANSWER).forEach(info -> all.add(new TopicPartition(topic, info.partition())));
        nextLookMillis = clock.millis() + (all.isEmpty() ? PAUSE_AFTER_FAILURE_MILLIS : LOOK_FOR_PARTITIONS_MILLIS);
        if (all.isEmpty()) {
            whyNotReady = "the topic is not there; ./throughline topics creates it";
        } else if (all.size() != partitionCount) {
            List<TopicPartition> unseen = all.stream().filter(each -> each.partition() >= partitionCount).toList();
            Map<TopicPartition, Long> ends = consumer.endOffsets(unseen, ANSWER);
            consumer.assign(all);
            consumer.seekToBeginning(unseen);
            targets.putAll(ends);
            partitionCount = all.size();
        }
    }

    private void settle(Consumer<byte[], byte[]> consumer) {
        if (targets.isEmpty()) {
            return;
        }
        targets.entrySet().removeIf(target -> consumer.position(target.getKey(), ANSWER) >= target.getValue());
        Set<Integer> open = new TreeSet<>();
        targets.keySet().forEach(partition -> open.add(partition.partition()));
        whyNotReady = open.isEmpty() ? null : "reading what was committed before, in partitions " + open;
        if (open.isEmpty()) {
            failure = null;
            LOG.info("{} has been read: {}", topic, store.size());
        }
    }

    private void take(ConsumerRecord<byte[], byte[]> record) {
        try {
            WindowKey key = WindowCodec.decodeKey(record.key());
            byte[] value = record.value();
            store.apply(key, value == null
                    ? null
                    : CellCodec.decode(key.cell().series().metric(), value, config.layout()));
        } catch (RuntimeException e) {
            // A series of an earlier release that the catalogue no longer has, or what somebody else wrote.
            unreadable.incrementAndGet();
            if (warnedOf.add(record.partition())) {
                LOG.warn("{}-{} offset {} cannot be read and is passed over (said once a partition): {}", topic,
                        record.partition(), record.offset(), e.toString());
            }
        }
    }

    private boolean isStopping() {
        return stopping.getCount() == 0;
    }

    private void pause() {
        try {
            boolean unused = stopping.await(PAUSE_AFTER_FAILURE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            stopping.countDown();
        }
    }

    static Map<String, Object> properties(CombineConfig config) {
        return CommittedReads.properties(Map.of(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest",
                ConsumerConfig.METADATA_MAX_AGE_CONFIG, 5_000), config.kafka());
    }
}
