package io.throughline.aggregate;

import io.throughline.event.Decoded;
import io.throughline.event.Event;
import io.throughline.event.InvalidRecordException;
import io.throughline.event.Topic;
import io.throughline.publish.WireRecords;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiConsumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Counts the records of one input partition, of all event topics: the one function that live numbers and recomputed ones
 * come from.
 *
 * <p>The same records in the same order give the same cells, whoever counts them and in however many pieces: it does no
 * I/O, and the clock that is passed in dates the creation of cells and nothing else. A record is decoded and checked
 * before anything changes, so a record that cannot be used changes nothing but the count of dead letters.
 *
 * <p>Not thread-safe.
 */
public final class PartitionCounter {

    /** Parts of {@code active_users} older than this are no longer needed by anybody. */
    private static final Duration USERS_KEPT = Duration.ofMinutes(15);
    private static final long MINUTE_MILLIS = Duration.ofMinutes(1).toMillis();
    private static final long NANOS_A_MILLI = 1_000_000;
    private static final long LATEST_MILLIS = 9_000_000_000_000L;

    private final Map<String, Topic> topics;
    private final Map<String, String> topicIds;
    private final WireRecords wire;
    private final Rules rules;
    private final Cells cells;
    private final Lifecycles lifecycles;
    private final SeenEvents seen;
    /** By topic, the offset after the last record that the state holds. */
    private final Map<String, Position> positions = new HashMap<>();
    private final Set<String> moved = new HashSet<>();
    /** The newest record timestamp so far: time moves with the records, however they are handed over. */
    private long streamTimeMillis;

    /** Counts from nothing; a topic is told from another one that has its name later by its name alone. */
    public PartitionCounter(CountingConfig config) {
        this(config, Map.of());
    }

    /** {@code topicIds} tell a topic from another one that has its name later. */
    PartitionCounter(CountingConfig config, Map<String, String> topicIds) {
        this.topics = CombineTopology.eventTopics(config.topicPrefix());
        this.topicIds = topicIds;
        this.wire = new WireRecords(config.topicPrefix(), Clock.systemUTC());
        this.rules = new Rules(config.prices());
        this.cells = new Cells(config.labelLimit(), config.layout());
        this.lifecycles = new Lifecycles(config.jobLimits());
        this.seen = new SeenEvents(config.dedupWindow(), config.dedupLimit());
    }

    /** Tells {@code listener} of each observation from here on; null tells nobody. */
    public void listen(@Nullable Observed listener) {
        cells.listen(listener);
    }

    /**
     * Counts a record.
     *
     * @param input from one of the event topics; of each topic in the order of offsets
     * @param nowMillis when a cell that does not exist yet comes to be, in milliseconds since 1970
     */
    public Outcome take(ConsumerRecord<byte[], byte[]> input, long nowMillis) {
        if (!advance(input, nowMillis)) {
            return Outcome.Plain.HELD;
        }
        if (WireRecords.isReplayed(input.headers())) {
            count(input, Metric.THROUGHLINE_REPLAYED, List.of(input.topic()), nowMillis);
            return Outcome.Plain.REPLAYED;
        }
        Decoded<Event> decoded;
        try {
            Topic topic = Objects.requireNonNull(topics.get(input.topic()), input.topic());
            decoded = wire.event(topic, input.headers(), input.value());
        } catch (InvalidRecordException e) {
            count(input, Metric.THROUGHLINE_DEAD_LETTERS, List.of(input.topic(), e.reason().wireName()), nowMillis);
            return new Outcome.DeadLetter(e);
        }
        if (!seen.add(decoded.value().origin().eventId(), streamTimeMillis)) {
            count(input, Metric.THROUGHLINE_DUPLICATES, List.of(input.topic()), nowMillis);
            return Outcome.Plain.DUPLICATE;
        }
        count(input, Metric.THROUGHLINE_COUNTED, List.of(input.topic()), nowMillis);
        observe(decoded, input, nowMillis);
        return Outcome.Plain.COUNTED;
    }

    /** The newest record timestamp so far, in milliseconds since 1970. */
    public long streamTimeMillis() {
        return streamTimeMillis;
    }

    /** Hands over each cell that changed since the last call, with its cumulative value; a null cell was dropped. */
    public void drainCells(BiConsumer<CellKey, @Nullable Cell> consumer) {
        cells.drainChanged(consumer);
    }

    void drainRows(BiConsumer<String, @Nullable Lifecycle> consumer) {
        lifecycles.drainChanged(consumer);
    }

    void drainSeen(BiConsumer<String, byte @Nullable []> consumer) {
        seen.drainChanged(consumer);
    }

    void drainPositions(BiConsumer<String, Position> consumer) {
        moved.forEach(topic -> consumer.accept(topic, Objects.requireNonNull(positions.get(topic))));
        moved.clear();
    }

    void restoreCell(CellKey key, Cell cell) {
        cells.restore(key, cell);
    }

    void restoreRow(String key, Lifecycle row) {
        lifecycles.restore(key, row);
    }

    void restoreSeen(String chunk, byte[] ids) {
        seen.restore(chunk, ids);
    }

    void restorePosition(String topic, Position position) {
        positions.put(topic, position);
        streamTimeMillis = Math.max(streamTimeMillis, position.streamTimeMillis());
    }

    /** A record without a timestamp says -1, and one from far ahead must not overflow nanoseconds. */
    static long timestampMillis(ConsumerRecord<byte[], byte[]> input) {
        return Math.clamp(input.timestamp(), 0, LATEST_MILLIS);
    }

    /**
     * Moves on to a record. False when the state holds it already: the group's offsets were lost, and everything is
     * read from the beginning. A topic that was created anew has another id, and begins anew.
     */
    private boolean advance(ConsumerRecord<byte[], byte[]> input, long nowMillis) {
        Position held = positions.get(input.topic());
        String topicId = topicIds.getOrDefault(input.topic(), "");
        if (held != null && held.topicId().equals(topicId) && input.offset() < held.next()) {
            return false;
        }
        long before = streamTimeMillis;
        streamTimeMillis = Math.max(streamTimeMillis, timestampMillis(input));
        positions.put(input.topic(), new Position(topicId, input.offset() + 1, streamTimeMillis));
        moved.add(input.topic());
        if (streamTimeMillis / MINUTE_MILLIS > before / MINUTE_MILLIS) {
            housekeep(nowMillis);
        }
        return true;
    }

    /** Once a minute of stream time, between the same two records whoever counts. */
    private void housekeep(long nowMillis) {
        lifecycles.expire(streamTimeMillis, cells.of(streamTimeMillis * NANOS_A_MILLI, "", nowMillis));
        cells.dropPartsBefore(Metric.ACTIVE_USERS, (streamTimeMillis - USERS_KEPT.toMillis()) * NANOS_A_MILLI);
    }

    private void observe(Decoded<Event> decoded, ConsumerRecord<byte[], byte[]> input, long nowMillis) {
        Event event = decoded.value();
        // A clock that runs ahead must not hold back newer values: the event time counts up to the record's timestamp,
        // which brokers keep near their own time.
        long at = Math.min(Nanos.ofInstant(event.origin().timestamp()),
                timestampMillis(input) * NANOS_A_MILLI + NANOS_A_MILLI - 1);
        Observer observer = cells.of(at, decoded.context().traceId(), nowMillis);
        rules.observe(event, decoded.context(), observer);
        lifecycles.observe(event, streamTimeMillis, observer);
        observer.observe(Metric.THROUGHLINE_WATERMARK_TIMESTAMP_SECONDS, List.of(input.topic()), at);
    }

    private void count(ConsumerRecord<byte[], byte[]> input, Metric outcome, List<String> labels, long nowMillis) {
        Observer observer = cells.of(timestampMillis(input) * NANOS_A_MILLI, "", nowMillis);
        observer.count(Metric.THROUGHLINE_CONSUMED, input.topic());
        observer.observe(outcome, labels, Nanos.ONE);
    }
}
