package io.throughline.replay;

import io.throughline.aggregate.Cell;
import io.throughline.aggregate.CellCodec;
import io.throughline.aggregate.CombineConfig;
import io.throughline.aggregate.CountingConfig;
import io.throughline.aggregate.PartitionCounter;
import io.throughline.aggregate.WindowCodec;
import io.throughline.aggregate.WindowKey;
import io.throughline.event.Topic;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads what an audit compares: the events, exactly as far as live has committed them, and the windows that live has
 * committed since. Not thread-safe.
 */
final class AuditReader implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(AuditReader.class);
    /** More than that is not read from the beginning at every start. */
    private static final long FEW_RECORDS = 2_000_000;
    private static final Duration READ_BACK = Duration.ofHours(1);
    /** The grace of a late event of the usual kind, so that most windows are compared once only. */
    private static final Duration DELAY = Duration.ofSeconds(10);
    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration ANSWER = Duration.ofSeconds(5);
    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final long LOOK_FOR_PARTITIONS_MILLIS = 30_000;
    private static final int MOST_WAITING = 20_000;

    private final CombineConfig config;
    private final Clock clock;
    private final CountingConfig counting;
    private final Consumer<byte[], byte[]> events;
    private final Consumer<byte[], byte[]> windows;
    private final Admin admin;
    private final Map<Integer, Counted> partitions = new TreeMap<>();
    private final AuditLedger ledger;
    private long nextLookMillis;
    private boolean unreadableTold;

    /**
     * @param beginnings null for a reader that need not know them, since it saw the first record or judges no life cycles
     */
    private record Counted(Lanes lanes, PartitionCounter counter, @Nullable Beginnings beginnings) {
        void take(ConsumerRecord<byte[], byte[]> input) {
            var unused = counter.take(input, input.timestamp());
            if (beginnings != null) {
                beginnings.saw(input, counter.streamTimeMillis());
            }
        }
    }

    private AuditReader(CombineConfig config, Clock clock, Consumer<byte[], byte[]> events,
            Consumer<byte[], byte[]> windows,
            Admin admin, AuditLedger ledger, List<Stretch> stretches, Supplier<@Nullable Beginnings> beginnings) {
        this.config = config;
        this.clock = clock;
        this.nextLookMillis = clock.millis() + LOOK_FOR_PARTITIONS_MILLIS;
        this.counting = config.counting();
        this.events = events;
        this.windows = windows;
        this.admin = admin;
        this.ledger = ledger;
        stretches.forEach(each -> partitions.computeIfAbsent(each.partition().partition(),
                number -> new Counted(new Lanes(), new PartitionCounter(counting), beginnings.get()))
                .lanes().open(each.partition(), each.begin(), each.begin()));
    }

    /**
     * Opens at the beginning where the topics hold few records, else far enough back for life cycles where that is few
     * records, else an hour back.
     */
    static AuditReader open(CombineConfig config, Clock clock) {
        CountingConfig counting = config.counting();
        Instant now = clock.instant();
        try (var scan = TopicScan.open(config.kafka())) {
            List<Stretch> stretches = scan.stretches(Recount.topics(counting), null);
            if (stretches.stream().allMatch(each -> each.begin() == 0) && few(stretches)) {
                return open(config, clock, scan, stretches, AuditReach.EVERYTHING, null, Duration.ZERO);
            }
            Duration warmUp = Recount.warmUp(counting);
            Instant since = now.minus(warmUp).minus(READ_BACK);
            stretches = scan.stretches(Recount.topics(counting), since);
            if (few(stretches)) {
                return open(config, clock, scan, stretches, AuditReach.LIFE_CYCLES, since, warmUp);
            }
            since = now.minus(READ_BACK);
            stretches = scan.stretches(Recount.topics(counting), since);
            return open(config, clock, scan, stretches, AuditReach.DUPLICATES, since, counting.dedupWindow());
        }
    }

    private static boolean few(List<Stretch> stretches) {
        return stretches.stream().mapToLong(Stretch::length).sum() <= FEW_RECORDS;
    }

    private static AuditReader open(CombineConfig config, Clock clock, TopicScan scan, List<Stretch> stretches,
            AuditReach reach, @Nullable Instant since, Duration warmUp) {
        CountingConfig counting = config.counting();
        long firstStart = since == null ? Long.MIN_VALUE : since.plus(warmUp).plus(WindowKey.LENGTH).toEpochMilli();
        var ledger = new AuditLedger(counting.layout(), DELAY.toMillis(), counting.windowGrace().toMillis(), firstStart,
                reach);
        List<Stretch> windowStretches = scan.stretches(List.of(Topic.WINDOWS.name(config.topicPrefix())),
                since == null ? null : Instant.ofEpochMilli(firstStart));
        Consumer<byte[], byte[]> events = consumer(config, stretches);
        Consumer<byte[], byte[]> windows = consumer(config, windowStretches);
        LOG.info("the audit begins with {} and judges {}",
                since == null ? "the first record" : "the records since " + since,
                switch (reach) {
                    case EVERYTHING -> "everything";
                    case LIFE_CYCLES -> "everything but folded labels";
                    case DUPLICATES -> "neither life cycles nor folded labels";
                });
        return new AuditReader(config, clock, events, windows, Admin.create(config.kafka()), ledger, stretches,
                () -> since == null || reach != AuditReach.LIFE_CYCLES
                        ? null
                        : new Beginnings(since.toEpochMilli(), Recount.longestLimit(counting)));
    }

    private static Consumer<byte[], byte[]> consumer(CombineConfig config, List<Stretch> stretches) {
        var consumer = new KafkaConsumer<>(
                TopicScan.properties(config.kafka(), "throughline-audit", 1024 * 1024, 4_000),
                new ByteArrayDeserializer(), new ByteArrayDeserializer());
        consumer.assign(stretches.stream().map(Stretch::partition).toList());
        stretches.forEach(each -> consumer.seek(each.partition(), each.begin()));
        return consumer;
    }

    AuditLedger ledger() {
        return ledger;
    }

    /** The newest record timestamp of all input partitions, in milliseconds since 1970. */
    long streamTimeMillis() {
        return partitions.values().stream().mapToLong(each -> each.counter().streamTimeMillis()).max().orElse(0);
    }

    /**
     * Counts up to where live has committed, and then reads the windows that live has committed by now, which are as far
     * or further.
     *
     * @return false when there is more to read; it goes on with the next call
     * @throws ReplayException when topics have got partitions, so that the audit has to begin anew
     */
    boolean catchUp() throws InterruptedException {
        lookForPartitions();
        Map<TopicPartition, Long> committed = committed();
        partitions.values().forEach(each -> each.lanes().partitions().forEach(partition -> {
            Long limit = committed.get(partition);
            if (limit != null) {
                each.lanes().limit(partition, limit);
            }
        }));
        if (!count()) {
            return false;
        }
        return readWindows();
    }

    /** The consumers would answer what they knew minutes ago. */
    private void lookForPartitions() throws InterruptedException {
        if (clock.millis() < nextLookMillis) {
            return;
        }
        nextLookMillis = clock.millis() + LOOK_FOR_PARTITIONS_MILLIS;
        Map<String, Long> read = Stream.of(events, windows).flatMap(each -> each.assignment().stream())
                .collect(Collectors.groupingBy(TopicPartition::topic, Collectors.counting()));
        answer(admin.describeTopics(read.keySet()).allTopicNames(), "how many partitions there are")
                .forEach((topic, there) -> {
                    if (there.partitions().size() > read.getOrDefault(topic, 0L)) {
                        throw new ReplayException(topic + " has " + there.partitions().size()
                                + " partitions now instead of " + read.get(topic), null);
                    }
                });
    }

    private static <T> T answer(KafkaFuture<T> asked, String what) throws InterruptedException {
        try {
            return asked.get(ANSWER.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new KafkaException("the brokers do not say " + what, e);
        }
    }

    private Map<TopicPartition, Long> committed() throws InterruptedException {
        return answer(admin.listConsumerGroupOffsets(config.applicationId()).partitionsToOffsetAndMetadata(),
                "what is committed").entrySet().stream().filter(each -> each.getValue() != null)
                .collect(Collectors.toMap(Map.Entry::getKey, each -> each.getValue().offset()));
    }

    private boolean count() {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!partitions.values().stream().allMatch(each -> each.lanes().done())) {
            ConsumerRecords<byte[], byte[]> polled = events.poll(POLL);
            List<TopicPartition> much = new ArrayList<>();
            List<TopicPartition> few = new ArrayList<>();
            partitions.forEach((number, each) -> {
                each.lanes().partitions().forEach(partition -> each.lanes().add(partition, polled.records(partition),
                        events.position(partition)));
                boolean unused = each.lanes().deliver(input -> {
                    each.take(input);
                    return true;
                });
                if (each.beginnings() != null) {
                    ledger.lifeCyclesFrom(number, each.beginnings().judgedFromMillis());
                }
                each.counter().drain(ledger.counted(number));
                each.lanes().partitions().forEach(partition -> (each.lanes().waiting(partition) > MOST_WAITING
                        ? much
                        : few).add(partition));
            });
            events.pause(much);
            events.resume(few);
            if (System.nanoTime() > deadline) {
                return false;
            }
        }
        return true;
    }

    private boolean readWindows() {
        Map<TopicPartition, Long> ends = windows.endOffsets(windows.assignment(), ANSWER);
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (ends.entrySet().stream().anyMatch(end -> windows.position(end.getKey(), ANSWER) < end.getValue())) {
            windows.poll(POLL).forEach(this::take);
            if (System.nanoTime() > deadline) {
                return false;
            }
        }
        return true;
    }

    private void take(ConsumerRecord<byte[], byte[]> committed) {
        try {
            WindowKey key = WindowCodec.decodeKey(committed.key());
            byte[] value = committed.value();
            Cell cell = value == null
                    ? null
                    : CellCodec.decode(key.cell().series().metric(), value, counting.layout());
            ledger.committed(key, cell);
        } catch (RuntimeException e) {
            if (!unreadableTold) {
                unreadableTold = true;
                LOG.warn("the audit passes over windows that it cannot read (said once): {}", e.toString());
            }
        }
    }

    @Override
    public void close() {
        events.close(CloseOptions.timeout(Duration.ZERO));
        windows.close(CloseOptions.timeout(Duration.ZERO));
        admin.close(Duration.ZERO);
    }
}
