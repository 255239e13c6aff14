package io.throughline.replay;

import io.throughline.aggregate.CommittedReads;
import io.throughline.aggregate.Nanos;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/**
 * Reads stretches of topics without leaving a trace on the brokers: partitions are assigned, there is no group, and
 * nothing is committed. Only committed records are seen.
 *
 * <p><b>Which offsets a time range needs.</b> A record's timestamp is its event time (at most clamped down), so an
 * event that counts as at or after {@code from} has a timestamp at or after {@code from}; the brokers know the first
 * offset with such a timestamp, and no earlier one can matter. Towards the end there is no such bound, because an event
 * may come as late as it likes: a scan reads to what was the end of the partition when it began, and a caller that can
 * tell that nothing more will matter stops it before. Not thread-safe.
 */
public final class TopicScan implements AutoCloseable {

    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration SILENCE = Duration.ofSeconds(30);
    private static final int ANSWER_MILLIS = 10_000;
    private static final int MOST_WAITING = 20_000;

    private final org.apache.kafka.clients.consumer.Consumer<byte[], byte[]> consumer;
    private final Map<String, Object> kafka;
    private final String brokers;

    private TopicScan(org.apache.kafka.clients.consumer.Consumer<byte[], byte[]> consumer, Map<String, Object> kafka,
            String brokers) {
        this.consumer = consumer;
        this.kafka = Map.copyOf(kafka);
        this.brokers = brokers;
    }

    /** A scan of whole stretches: large fetches. {@code kafka} are the properties for every client. */
    public static TopicScan open(Map<String, Object> kafka) {
        return open(kafka, 4 * 1024 * 1024, 10_000);
    }

    /** One more like this, for another thread. */
    TopicScan another() {
        return open(kafka);
    }

    /** For single records: small fetches. */
    public static TopicScan openForSingleRecords(Map<String, Object> kafka) {
        return open(kafka, 64 * 1024, 500);
    }

    /** This scan, once the brokers have answered it, which otherwise the first question waits for. */
    public TopicScan connected() {
        try {
            var unused = asked(consumer::listTopics);
            return this;
        } catch (ReplayException e) {
            close();
            throw e;
        }
    }

    private static TopicScan open(Map<String, Object> kafka, int fetchBytes, int pollRecords) {
        String brokers = String.valueOf(kafka.get(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG));
        try {
            return new TopicScan(new KafkaConsumer<>(properties(kafka, "throughline-replay", fetchBytes, pollRecords),
                    new ByteArrayDeserializer(), new ByteArrayDeserializer()), kafka, brokers);
        } catch (KafkaException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new ReplayException("cannot read from " + brokers + ": " + cause.getMessage(), e);
        }
    }

    static Map<String, Object> properties(Map<String, Object> kafka, String clientId, int fetchBytes, int pollRecords) {
        Map<String, Object> properties = new HashMap<>();
        properties.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, fetchBytes);
        properties.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, pollRecords);
        properties.put(ConsumerConfig.RECEIVE_BUFFER_CONFIG, 1024 * 1024);
        properties.put(ConsumerConfig.CLIENT_ID_CONFIG, clientId);
        Map<String, Object> committed = CommittedReads.properties(properties, kafka);
        committed.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, ANSWER_MILLIS);
        committed.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        committed.remove(ConsumerConfig.GROUP_ID_CONFIG);
        committed.remove(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG);
        return committed;
    }

    /**
     * What has to be read to find every record of these topics that counts at or after {@code from}.
     *
     * @throws ReplayException when a topic is not there, or the brokers do not answer
     */
    public List<Stretch> stretches(Collection<String> topics, @Nullable Instant from) {
        List<TopicPartition> partitions = partitions(topics);
        return asked(() -> {
            Map<TopicPartition, Long> begins = new HashMap<>(consumer.beginningOffsets(partitions));
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            if (from != null) {
                begins.putAll(firstAt(partitions, ends, from));
            }
            List<Stretch> stretches = new ArrayList<>();
            partitions.forEach(partition -> stretches.add(new Stretch(partition,
                    begins.getOrDefault(partition, 0L), ends.getOrDefault(partition, 0L))));
            return stretches;
        });
    }

    /** The first offset with a timestamp at or after a time; the end of a partition that has none. */
    private Map<TopicPartition, Long> firstAt(List<TopicPartition> partitions, Map<TopicPartition, Long> ends,
            Instant from) {
        // A broker finds a record that stands at the very millisecond of an index entry only by luck: ask for the one
        // before.
        long millis = Math.max(0, Math.floorDiv(Nanos.ofInstant(from), 1_000_000L) - 1);
        Map<TopicPartition, Long> times = new HashMap<>();
        partitions.forEach(partition -> times.put(partition, millis));
        Map<TopicPartition, Long> first = new HashMap<>();
        Map<TopicPartition, @Nullable OffsetAndTimestamp> found = new HashMap<>(consumer.offsetsForTimes(times));
        partitions.forEach(partition -> {
            OffsetAndTimestamp at = found.get(partition);
            first.put(partition, at == null ? ends.getOrDefault(partition, 0L) : at.offset());
        });
        return first;
    }

    private List<TopicPartition> partitions(Collection<String> topics) {
        List<TopicPartition> partitions = new ArrayList<>();
        for (String topic : new TreeSet<>(topics)) {
            List<PartitionInfo> infos = asked(() -> consumer.partitionsFor(topic));
            if (infos == null || infos.isEmpty()) {
                throw new ReplayException("there is no topic " + topic + " at " + brokers
                        + "; ./throughline topics creates what is missing, and THROUGHLINE_TOPIC_PREFIX says what names"
                        + " begin with", null);
            }
            infos.forEach(info -> partitions.add(new TopicPartition(topic, info.partition())));
        }
        return partitions;
    }

    /**
     * Reads the stretches, each in the order of its offsets.
     *
     * @param taker gets every record; false ends the reading of that record's partition
     * @param progress is told now and then how many offsets are done
     */
    public Scanned run(Collection<Stretch> stretches, Predicate<ConsumerRecord<byte[], byte[]>> taker,
            LongConsumer progress) {
        long started = System.nanoTime();
        var reading = new Reading(stretches);
        long[] read = new long[2];
        asked(() -> {
            reading.begin();
            while (!reading.done()) {
                ConsumerRecords<byte[], byte[]> polled = consumer.poll(POLL);
                for (TopicPartition partition : polled.partitions()) {
                    long end = reading.end(partition);
                    for (ConsumerRecord<byte[], byte[]> input : polled.records(partition)) {
                        if (input.offset() >= end) {
                            break;
                        }
                        read[0]++;
                        read[1] += size(input);
                        if (!taker.test(input)) {
                            reading.finish(partition);
                            break;
                        }
                    }
                }
                progress.accept(reading.advance(polled.isEmpty()));
            }
            return read;
        });
        return new Scanned(read[0], read[1], (int) stretches.stream().filter(each -> each.length() > 0).count(),
                (System.nanoTime() - started) / 1e9);
    }

    /**
     * Reads the stretches by input partition: of all topics the partition 0, then 1, and so on, each in the order that
     * the live counting takes it ({@link Lanes}).
     *
     * @param taker gets every record; false ends the reading of that partition of all topics
     * @param progress is told now and then how many offsets are done
     */
    public Scanned runMerged(Collection<Stretch> stretches, Predicate<ConsumerRecord<byte[], byte[]>> taker,
            LongConsumer progress) {
        long started = System.nanoTime();
        var groups = new TreeMap<Integer, List<Stretch>>();
        stretches.stream().filter(each -> each.length() > 0).forEach(each -> groups
                .computeIfAbsent(each.partition().partition(), number -> new ArrayList<>()).add(each));
        long[] read = new long[2];
        long[] done = new long[1];
        for (List<Stretch> group : groups.values()) {
            asked(() -> {
                merge(group, input -> {
                    read[0]++;
                    read[1] += size(input);
                    return taker.test(input);
                }, offsets -> progress.accept(done[0] + offsets));
                return read;
            });
            done[0] += group.stream().mapToLong(Stretch::length).sum();
            progress.accept(done[0]);
        }
        return new Scanned(read[0], read[1], groups.values().stream().mapToInt(List::size).sum(),
                (System.nanoTime() - started) / 1e9);
    }

    /**
     * Reads the stretches as one sequence: of the records that wait, the one with the oldest timestamp comes first, and
     * each partition keeps its order. What is out of order within a partition stays so.
     *
     * @param taker gets every record; false ends the run
     */
    public Scanned runByTime(Collection<Stretch> stretches, Predicate<ConsumerRecord<byte[], byte[]>> taker,
            LongConsumer progress) {
        long started = System.nanoTime();
        List<Stretch> all = stretches.stream().filter(each -> each.length() > 0).toList();
        long[] read = new long[2];
        asked(() -> {
            merge(all, input -> {
                read[0]++;
                read[1] += size(input);
                return taker.test(input);
            }, progress);
            return read;
        });
        return new Scanned(read[0], read[1], all.size(), (System.nanoTime() - started) / 1e9);
    }

    private void merge(List<Stretch> group, Predicate<ConsumerRecord<byte[], byte[]>> taker, LongConsumer progress) {
        var reading = new Reading(group);
        var lanes = new Lanes();
        group.forEach(each -> lanes.open(each.partition(), each.begin(), each.end()));
        Set<TopicPartition> held = new HashSet<>();
        reading.begin();
        boolean wanted = true;
        while (wanted && !lanes.done()) {
            ConsumerRecords<byte[], byte[]> polled = consumer.poll(POLL);
            lanes.partitions().forEach(partition -> lanes.add(partition, polled.records(partition),
                    consumer.position(partition)));
            progress.accept(reading.advance(polled.isEmpty()));
            wanted = lanes.deliver(taker);
            for (TopicPartition partition : reading.open.keySet()) {
                hold(partition, lanes.waiting(partition) > MOST_WAITING, held);
            }
        }
    }

    /** Reads no further in a topic of which much waits already, so that memory stays bounded. */
    private void hold(TopicPartition partition, boolean much, Set<TopicPartition> held) {
        if (much && held.add(partition)) {
            consumer.pause(List.of(partition));
        } else if (!much && held.remove(partition)) {
            consumer.resume(List.of(partition));
        }
    }

    /** Where a run is in each of its stretches. */
    private final class Reading {
        private final Map<TopicPartition, Stretch> open = new LinkedHashMap<>();
        private long doneOffsets;
        private long lastNanos = System.nanoTime();
        private long lastSum = -1;

        Reading(Collection<Stretch> stretches) {
            stretches.stream().filter(each -> each.length() > 0).forEach(each -> open.put(each.partition(), each));
        }

        void begin() {
            consumer.assign(open.keySet());
            open.values().forEach(each -> consumer.seek(each.partition(), each.begin()));
        }

        boolean done() {
            return open.isEmpty();
        }

        /** The offset before which records of a partition are wanted. */
        long end(TopicPartition partition) {
            Stretch stretch = open.get(partition);
            return stretch == null ? 0 : stretch.end();
        }

        void finish(TopicPartition partition) {
            Stretch finished = open.remove(partition);
            if (finished != null) {
                doneOffsets += finished.length();
                consumer.pause(List.of(partition));
            }
        }

        /** Closes what is read; a position also moves over offsets that hold no record. */
        long advance(boolean nothingCame) {
            long sum = 0;
            for (Stretch each : List.copyOf(open.values())) {
                long position = consumer.position(each.partition());
                if (position >= each.end()) {
                    finish(each.partition());
                } else {
                    sum += position - each.begin();
                }
            }
            sum += doneOffsets;
            if (!nothingCame || sum != lastSum) {
                lastSum = sum;
                lastNanos = System.nanoTime();
            } else if (System.nanoTime() - lastNanos > SILENCE.toNanos()) {
                throw new ReplayException("the brokers at " + brokers + " sent nothing for " + SILENCE.toSeconds()
                        + " s; not read: " + open.keySet(), null);
            }
            return sum;
        }
    }

    /** What came of asking for single records. */
    public record Fetched(Scanned scanned, Set<Coordinates> missing) {}

    /** Fetches single records; those that are no longer there are named. */
    public Fetched fetch(Collection<Coordinates> wanted, Consumer<ConsumerRecord<byte[], byte[]>> taker) {
        long started = System.nanoTime();
        var fetching = new Fetching(wanted);
        long[] read = new long[2];
        asked(() -> {
            fetching.begin();
            while (!fetching.open.isEmpty()) {
                ConsumerRecords<byte[], byte[]> polled = consumer.poll(POLL);
                for (TopicPartition partition : polled.partitions()) {
                    for (ConsumerRecord<byte[], byte[]> input : polled.records(partition)) {
                        read[0]++;
                        read[1] += size(input);
                        if (fetching.take(partition, input.offset())) {
                            taker.accept(input);
                        }
                    }
                }
                fetching.skip();
            }
            return read;
        });
        return new Fetched(new Scanned(read[0], read[1], fetching.partitions, (System.nanoTime() - started) / 1e9),
                fetching.missing);
    }

    /** Which offsets are still to come, by partition. */
    private final class Fetching {
        final Map<TopicPartition, NavigableSet<Long>> open = new HashMap<>();
        final Map<TopicPartition, Long> ends = new HashMap<>();
        final Set<Coordinates> missing = new HashSet<>();
        final int partitions;
        private long lastNanos = System.nanoTime();

        Fetching(Collection<Coordinates> wanted) {
            var topics = new TreeMap<String, Set<TopicPartition>>();
            for (Coordinates each : wanted) {
                open.computeIfAbsent(each.topicPartition(), partition -> new TreeSet<>()).add(each.offset());
                topics.computeIfAbsent(each.topic(), topic -> new HashSet<>()).add(each.topicPartition());
            }
            partitions = open.size();
            topics.forEach((topic, named) -> {
                Set<TopicPartition> there = new HashSet<>(partitions(List.of(topic)));
                named.stream().filter(partition -> !there.contains(partition)).forEach(this::giveUp);
            });
        }

        void begin() {
            ends.putAll(consumer.endOffsets(open.keySet()));
            Map<TopicPartition, Long> begins = consumer.beginningOffsets(open.keySet());
            for (TopicPartition partition : Set.copyOf(open.keySet())) {
                passed(partition, begins.getOrDefault(partition, 0L));
                NavigableSet<Long> offsets = open.get(partition);
                if (offsets != null && offsets.first() >= ends.getOrDefault(partition, 0L)) {
                    giveUp(partition);
                }
            }
            consumer.assign(open.keySet());
            open.forEach((partition, offsets) -> consumer.seek(partition, offsets.first()));
        }

        boolean take(TopicPartition partition, long offset) {
            passed(partition, offset);
            NavigableSet<Long> offsets = open.get(partition);
            if (offsets == null || !offsets.remove(offset)) {
                return false;
            }
            lastNanos = System.nanoTime();
            if (offsets.isEmpty()) {
                open.remove(partition);
            }
            return true;
        }

        /** Goes to the next wanted offset where it is not among what was fetched anyway. */
        void skip() {
            Set<TopicPartition> assigned = consumer.assignment();
            if (!assigned.equals(open.keySet())) {
                consumer.assign(open.keySet());
            }
            for (TopicPartition partition : Set.copyOf(open.keySet())) {
                long position = consumer.position(partition);
                passed(partition, position);
                NavigableSet<Long> offsets = open.get(partition);
                if (offsets == null) {
                    continue;
                }
                if (position >= ends.getOrDefault(partition, 0L)) {
                    giveUp(partition);
                } else if (offsets.first() > position) {
                    consumer.seek(partition, offsets.first());
                }
            }
            if (System.nanoTime() - lastNanos > SILENCE.toNanos()) {
                throw new ReplayException("the brokers at " + brokers + " sent none of the records at "
                        + open + " for " + SILENCE.toSeconds() + " s", null);
            }
        }

        /** What stands before {@code offset} and did not come will not come. */
        private void passed(TopicPartition partition, long offset) {
            NavigableSet<Long> offsets = open.get(partition);
            if (offsets != null) {
                var gone = offsets.headSet(offset);
                gone.forEach(each -> missing.add(new Coordinates(partition.topic(), partition.partition(), each)));
                gone.clear();
                if (offsets.isEmpty()) {
                    open.remove(partition);
                }
            }
        }

        private void giveUp(TopicPartition partition) {
            passed(partition, Long.MAX_VALUE);
        }
    }

    @Override
    public void close() {
        consumer.close(CloseOptions.timeout(Duration.ZERO));
    }

    private static long size(ConsumerRecord<byte[], byte[]> input) {
        return (input.key() == null ? 0L : input.key().length) + (input.value() == null ? 0L : input.value().length);
    }

    private interface Question<T extends @Nullable Object> {
        T ask();
    }

    private <T extends @Nullable Object> T asked(Question<T> question) {
        try {
            return question.ask();
        } catch (TimeoutException e) {
            throw new ReplayException("no Kafka broker answers at " + brokers + ": start one with ./throughline up, or"
                    + " set THROUGHLINE_BOOTSTRAP_SERVERS", e);
        } catch (KafkaException e) {
            throw new ReplayException("the brokers at " + brokers + " refuse: " + e.getMessage(), e);
        }
    }
}
