package io.throughline.logs;

import io.throughline.event.DeadLetterReason;
import io.throughline.event.InvalidRecordException;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.InvalidOffsetException;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves records from Kafka into the store: poll, append, commit the store; Kafka's own offsets are advisory.
 *
 * <p>What is taken is always what follows the store's positions, so a crash, a rebalance or a failed commit neither
 * loses nor repeats a record. While the store or the dead letters cannot be written nothing is taken, membership in
 * the group is kept, and a new attempt is made every few seconds. Runs on one thread; {@link #stop} and
 * {@link #progress} may be called from any.
 */
final class Intake implements Runnable {

    private static final Logger LOG = LoggerFactory.getLogger(Intake.class);
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration PAUSE_AFTER_FAILURE = Duration.ofSeconds(1);
    private static final Duration HAND_OVER = Duration.ofSeconds(5);
    private static final Duration CLOSE = Duration.ofSeconds(2);

    private final Consumer<byte[], byte[]> consumer;
    private final LogStore store;
    private final RecordReader reader;
    private final DeadLetterOffice office;
    private final ShipperMetrics metrics;
    private final Tail tail;
    private final CommitCadence cadence;
    private final String instance;
    private final Clock clock;
    private final java.util.function.Consumer<String> onFatal;

    private final CountDownLatch stopping = new CountDownLatch(1);
    private final Tally tally = new Tally();
    private final ConsumerRebalanceListener rebalances = new ConsumerRebalanceListener() {
        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            handOver(partitions);
        }

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            assigned(partitions);
        }
    };
    private Instant committedAt;
    private boolean unseen;
    private final Set<TopicPartition> unplaced = new HashSet<>();
    private final Map<TopicPartition, Long> lastTimes = new HashMap<>();
    private Instant polledAt;
    private @Nullable Instant watermark;
    private boolean storeBroken;
    private @Nullable String storeFailure;
    private @Nullable String readFailure;
    private Instant nextAttempt = Instant.EPOCH;
    private @Nullable Metric connections;
    private volatile Progress progress;

    /**
     * An intake that has not begun.
     *
     * @param consumer closed when {@link #run} ends
     * @param store written by this intake alone, and left open
     * @param office closed when {@link #run} ends
     * @param tail told what was taken and committed
     * @param instance this shipper's name, written beside the offsets in Kafka
     * @param onFatal told in one line when the intake ended by itself
     */
    Intake(Consumer<byte[], byte[]> consumer, LogStore store, RecordReader reader, DeadLetterOffice office,
            ShipperMetrics metrics, Tail tail, CommitCadence cadence, String instance, Clock clock,
            java.util.function.Consumer<String> onFatal) {
        this.consumer = consumer;
        this.store = store;
        this.reader = reader;
        this.office = office;
        this.metrics = metrics;
        this.tail = tail;
        this.cadence = cadence;
        this.instance = instance;
        this.clock = clock;
        this.onFatal = onFatal;
        this.committedAt = clock.instant();
        this.polledAt = committedAt;
        this.progress = new Progress(committedAt, 0, 0, 0, false, null, null, committedAt, null);
        metrics.committed(committedAt);
    }

    /** Takes records until {@link #stop} is called or nothing more can be done. */
    @Override
    public void run() {
        try {
            subscribe();
            while (!stopped()) {
                step();
            }
        } catch (FencedInstanceIdException e) {
            onFatal.accept("another shipper runs with the same THROUGHLINE_SHIPPER_INSTANCE: stop it, or give this"
                    + " one a name of its own");
        } catch (RuntimeException | Error e) {
            LOG.error("the intake failed", e);
            onFatal.accept("the intake failed: " + e);
        } finally {
            end();
        }
    }

    /** Lets {@link #run} commit what was taken and end. */
    void stop() {
        stopping.countDown();
        consumer.wakeup();
    }

    Progress progress() {
        return progress;
    }

    void subscribe() {
        consumer.subscribe(reader.topics(), rebalances);
    }

    /** One round: retry what failed, poll, take, commit when it is time. */
    void step() {
        if (storeFailure != null && !clock.instant().isBefore(nextAttempt)) {
            retry();
        }
        unplaced.retainAll(consumer.assignment());
        if (!unplaced.isEmpty()) {
            place();
        }
        polledAt = clock.instant();
        ConsumerRecords<byte[], byte[]> records = poll();
        // While nothing can be kept the partitions are paused; what slips through is read again afterwards.
        if (storeFailure == null) {
            take(records);
        }
        report();
    }

    private boolean stopped() {
        return stopping.getCount() == 0;
    }

    private ConsumerRecords<byte[], byte[]> poll() {
        try {
            var records = consumer.poll(POLL);
            readFailure = null;
            return records;
        } catch (WakeupException e) {
            return ConsumerRecords.empty();
        } catch (InvalidOffsetException e) {
            startAnew(e.partitions());
            return ConsumerRecords.empty();
        } catch (FencedInstanceIdException e) {
            throw e;
        } catch (KafkaException e) {
            cannotRead(e);
            return ConsumerRecords.empty();
        }
    }

    private void cannotRead(KafkaException e) {
        if (readFailure == null) {
            LOG.warn("nothing can be read from Kafka, trying again: {}", e.toString());
        }
        readFailure = e.toString();
        try {
            boolean unused = stopping.await(PAUSE_AFTER_FAILURE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            stopping.countDown();
        }
    }

    private void take(ConsumerRecords<byte[], byte[]> records) {
        try {
            for (ConsumerRecord<byte[], byte[]> record : records) {
                take(record);
            }
            if (cadence.due(tally.records(), Duration.between(committedAt, clock.instant()))) {
                commit();
            } else if (records.isEmpty()) {
                refresh();
            }
        } catch (IOException e) {
            fail(e);
        }
    }

    private void take(ConsumerRecord<byte[], byte[]> record) throws IOException {
        var partition = new TopicPartition(record.topic(), record.partition());
        switch (reader.read(record)) {
            case Verdict.Keep keep -> keep(record, keep.entry());
            case Verdict.Skip skip -> tally.skipped(record.topic(), skip.reason());
            case Verdict.Refuse refuse -> refuse(record, refuse.why());
        }
        store.advance(partition, record.offset() + 1);
        lastTimes.put(partition, record.timestamp());
    }

    private void keep(ConsumerRecord<byte[], byte[]> record, Entry entry) throws IOException {
        try {
            if (store.append(entry)) {
                tally.stored(record.topic());
                tail.taken(entry);
                unseen = true;
            }
        } catch (IllegalArgumentException e) {
            refuse(record, new InvalidRecordException(DeadLetterReason.INVALID_VALUE,
                    "the record cannot be stored: " + e.getMessage()));
        }
    }

    private void refuse(ConsumerRecord<byte[], byte[]> record, InvalidRecordException why) {
        LOG.debug("{}-{}@{} goes to the dead letters: {}", record.topic(), record.partition(), record.offset(),
                why.getMessage());
        office.take(record, why);
        tally.other();
    }

    private void commit() throws IOException {
        office.deliver();
        store.commit();
        committedAt = clock.instant();
        tally.moveTo(metrics);
        metrics.committed(committedAt);
        refresh();
        tail.committed();
        consumer.commitAsync(advisory(consumer.assignment()), null);
    }

    private void refresh() throws IOException {
        if (unseen) {
            store.refresh();
            unseen = false;
        }
        watermark = reached();
    }

    /**
     * The earliest time up to which any partition is searchable: when it was last asked where all is read, else that of
     * its last record. While no broker answers nobody knows what was published, so it stays.
     */
    private @Nullable Instant reached() {
        if (readFailure != null || !connected()) {
            return watermark;
        }
        Instant earliest = polledAt;
        for (TopicPartition partition : consumer.assignment()) {
            OptionalLong lag = consumer.currentLag(partition);
            Long last = lastTimes.get(partition);
            if (lag.isEmpty() || (lag.getAsLong() > 0 && last == null)) {
                return null;
            }
            if (lag.getAsLong() > 0 && last != null && last < earliest.toEpochMilli()) {
                earliest = Instant.ofEpochMilli(last);
            }
        }
        return consumer.assignment().isEmpty() ? null : earliest;
    }

    private Map<TopicPartition, OffsetAndMetadata> advisory(Collection<TopicPartition> partitions) throws IOException {
        return store.positions(partitions).entrySet().stream().collect(
                Collectors.toMap(Map.Entry::getKey, entry -> new OffsetAndMetadata(entry.getValue(), instance)));
    }

    /** Who takes these over reads on where this store ends. */
    private void handOver(Collection<TopicPartition> partitions) {
        if (storeFailure != null || partitions.isEmpty()) {
            return;
        }
        try {
            commit();
            consumer.commitSync(advisory(partitions), HAND_OVER);
            store.release(partitions);
        } catch (IOException e) {
            fail(e);
        } catch (KafkaException e) {
            LOG.warn("the offsets of {} partitions were not handed over: {}", partitions.size(), e.toString());
        }
    }

    private void fail(IOException e) {
        if (storeFailure == null) {
            LOG.error("nothing is taken until this is mended: {}", e.getMessage());
        }
        storeFailure = String.valueOf(e.getMessage());
        storeBroken |= !(e instanceof DeadLetterOffice.UndeliverableException);
        nextAttempt = clock.instant().plus(PAUSE_AFTER_FAILURE);
        consumer.pause(consumer.assignment());
    }

    private void retry() {
        try {
            if (storeBroken) {
                store.recover();
                tally.clear();
                tail.forgotten();
                storeBroken = false;
            }
            commit();
            storeFailure = null;
            LOG.info("records are taken again");
            unplaced.addAll(consumer.assignment());
            place();
        } catch (IOException e) {
            fail(e);
        }
    }

    private void assigned(Collection<TopicPartition> partitions) {
        unplaced.addAll(partitions);
        place();
        if (storeFailure != null) {
            consumer.pause(partitions);
        }
        LOG.info("{} partitions assigned", partitions.size());
    }

    /** Begins to read where the stores end; until that is known, nothing is read. */
    private void place() {
        try {
            seek(unplaced);
            if (storeFailure == null) {
                consumer.resume(unplaced);
            }
            unplaced.clear();
        } catch (IOException e) {
            consumer.pause(unplaced);
            fail(e);
        } catch (KafkaException e) {
            consumer.pause(unplaced);
            cannotRead(e);
        }
    }

    private void seek(Collection<TopicPartition> partitions) throws IOException {
        Map<TopicPartition, Long> positions = new HashMap<>(store.positions(partitions));
        handedOver(partitions).forEach((partition, next) -> positions.merge(partition, next, Math::max));
        for (TopicPartition partition : partitions) {
            Long next = positions.get(partition);
            if (next != null) {
                consumer.seek(partition, next);
            } else {
                consumer.seekToBeginning(List.of(partition));
            }
        }
    }

    /** Where the store of another shipper ends that had these partitions last. */
    private Map<TopicPartition, Long> handedOver(Collection<TopicPartition> partitions) {
        Map<TopicPartition, Long> others = new HashMap<>();
        if (!store.shared() && !partitions.isEmpty()) {
            consumer.committed(Set.copyOf(partitions)).forEach((partition, committed) -> {
                // What stands under the own name is the own store's affair, above all when that store was lost.
                if (committed != null && !committed.metadata().isEmpty() && !committed.metadata().equals(instance)) {
                    others.put(partition, committed.offset());
                }
            });
        }
        return others;
    }

    /** Goes on where these partitions begin now: what the store waits for is no longer there. */
    private void startAnew(Collection<TopicPartition> partitions) {
        Map<TopicPartition, Long> first;
        try {
            first = consumer.beginningOffsets(partitions);
        } catch (KafkaException e) {
            cannotRead(e);
            return;
        }
        try {
            Map<TopicPartition, Long> positions = store.positions(partitions);
            for (Map.Entry<TopicPartition, Long> begin : first.entrySet()) {
                startAnew(begin.getKey(), positions.getOrDefault(begin.getKey(), 0L), begin.getValue());
            }
        } catch (IOException e) {
            fail(e);
        }
    }

    private void startAnew(TopicPartition partition, long held, long offset) throws IOException {
        if (offset > held) {
            LOG.warn("{} records of {} were deleted before they were read", offset - held, partition);
            metrics.skipped(partition.topic(), SkipReason.EXPIRED, offset - held);
        } else {
            LOG.warn("{} ends before offset {}: it was created anew and is read from its beginning", partition, held);
            office.restart(partition);
        }
        store.restart(partition, offset);
        consumer.seek(partition, offset);
    }

    private void report() {
        Set<TopicPartition> mine = consumer.assignment();
        long topics = mine.stream().map(TopicPartition::topic).distinct().count();
        long lag = mine.stream().mapToLong(partition -> consumer.currentLag(partition).orElse(0)).sum();
        metrics.lag(lag);
        progress = new Progress(clock.instant(), mine.size(), (int) topics, lag, connected(), readFailure,
                storeFailure, committedAt, watermark);
    }

    private boolean connected() {
        if (connections == null) {
            for (Metric metric : new HashMap<>(consumer.metrics()).values()) {
                if (metric.metricName().group().equals("consumer-metrics")
                        && metric.metricName().name().equals("connection-count")) {
                    connections = metric;
                }
            }
        }
        return connections == null || !(connections.metricValue() instanceof Number count) || count.intValue() > 0;
    }

    private void end() {
        try {
            if (storeFailure == null) {
                commit();
            }
        } catch (IOException | RuntimeException e) {
            LOG.warn("the last records are not stored, and are read again at the next start: {}", e.toString());
        }
        try (office) {
            consumer.close(CloseOptions.timeout(CLOSE));
        } catch (RuntimeException e) {
            LOG.debug("the consumer did not close cleanly", e);
        }
    }
}
