package io.throughline.aggregate;

import io.throughline.event.Decoded;
import io.throughline.event.Event;
import io.throughline.event.InvalidRecordException;
import io.throughline.event.Topic;
import io.throughline.publish.WireHeaders;
import io.throughline.publish.WireRecords;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
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

    /** An instance that is gone reports no more, and what it held is gone with it. */
    private static final Duration CACHE_REPORTS_KEPT = Duration.ofHours(24);
    private static final long MINUTE_MILLIS = Duration.ofMinutes(1).toMillis();
    private static final long NANOS_A_MILLI = 1_000_000;
    private static final long MINUTE_NANOS = MINUTE_MILLIS * NANOS_A_MILLI;
    private static final long LATEST_MILLIS = 9_000_000_000_000L;

    private final Map<String, InputTopic> topics = new HashMap<>();
    private final WireRecords wire;
    private final Rules rules;
    private final Cells cells;
    private final Lifecycles lifecycles;
    private final SeenEvents seen;
    private @Nullable String newestName;
    private @Nullable InputTopic newestTopic;
    /** The newest record timestamp so far: time moves with the records, however they are handed over. */
    private long streamTimeMillis;
    /** How often something was drained so far. */
    private long generation;
    private final long graceMillis;

    /** One of the event topics, and how far counting has come in it. */
    private static final class InputTopic {
        final String name;
        final Topic topic;
        final String id;
        /** The offset after the last record that the state holds. */
        long next;
        boolean moved;

        InputTopic(String name, Topic topic, String id) {
            this.name = name;
            this.topic = topic;
            this.id = id;
        }
    }

    /** Counts from nothing; a topic is told from another one that has its name later by its name alone. */
    public PartitionCounter(CountingConfig config) {
        this(config, Map.of(), Admission.unlimited());
    }

    /**
     * Counts beside other input partitions.
     *
     * @param topicIds tell a topic from another one that has its name later
     * @param admission which label values are shown, by all of them together
     */
    PartitionCounter(CountingConfig config, Map<String, String> topicIds, Admission admission) {
        CombineTopology.eventTopics(config.topicPrefix()).forEach((name, topic) -> topics.put(name,
                new InputTopic(name, topic, topicIds.getOrDefault(name, ""))));
        this.wire = new WireRecords(config.topicPrefix(), Clock.systemUTC());
        this.rules = new Rules(config.prices());
        this.cells = new Cells(config.labelLimit(), admission, config.layout());
        this.lifecycles = new Lifecycles(config.jobLimits(), config.jobLimits().mostRows());
        this.graceMillis = config.windowGrace().toMillis();
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
        return take(new Received.Whole(input), nowMillis);
    }

    /** As {@link #take(ConsumerRecord, long)}. */
    Outcome take(Received input, long nowMillis) {
        InputTopic from = topicOf(input);
        if (!advance(from, input, nowMillis)) {
            return Outcome.Plain.HELD;
        }
        WireHeaders headers = input.headers();
        if (headers.isReplayed()) {
            outcome(from, input, nowMillis).count(Metric.THROUGHLINE_REPLAYED, from.name);
            return Outcome.Plain.REPLAYED;
        }
        Decoded<Event> decoded;
        try {
            decoded = input.event(wire, from.topic, headers);
        } catch (InvalidRecordException e) {
            outcome(from, input, nowMillis).count(Metric.THROUGHLINE_DEAD_LETTERS, from.name, e.reason().wireName());
            return new Outcome.DeadLetter(e);
        }
        if (!seen.add(decoded.value().origin().eventId(), streamTimeMillis)) {
            outcome(from, input, nowMillis).count(Metric.THROUGHLINE_DUPLICATES, from.name);
            return Outcome.Plain.DUPLICATE;
        }
        outcome(from, input, nowMillis).count(Metric.THROUGHLINE_COUNTED, from.name);
        observe(from, decoded, input, nowMillis);
        return Outcome.Plain.COUNTED;
    }

    /** The newest record timestamp so far, in milliseconds since 1970. */
    public long streamTimeMillis() {
        return streamTimeMillis;
    }

    /** Hands over the cells and windows that changed since the last call. */
    public void drain(CellSink sink) {
        cells.drainChanged(sink, ++generation, streamTimeMillis);
    }

    void drainFolded(Consumer<Series> consumer) {
        cells.drainFolded(consumer);
    }

    void drainRows(RowLog.Output output, Consumer<String> notNeeded) {
        lifecycles.drainChanged(output, notNeeded);
    }

    void drainSeen(BiConsumer<String, byte @Nullable []> consumer) {
        seen.drainChanged(consumer);
    }

    void drainPositions(BiConsumer<String, Position> consumer) {
        topics.forEach((name, topic) -> {
            if (topic.moved) {
                topic.moved = false;
                consumer.accept(name, new Position(topic.id, topic.next, streamTimeMillis, generation));
            }
        });
    }

    void restoreCell(CellKey key, Cell cell) {
        cells.restore(key, cell);
    }

    void restoreFolded(Series series) {
        cells.restoreFolded(series);
    }

    void restoreRows(long sequence, byte[] rows) {
        lifecycles.restore(sequence, rows);
    }

    void restoreEarlierRow(String key, Lifecycle life) {
        lifecycles.restoreEarlier(key, life);
    }

    /** All is back that was saved. */
    void restored() {
        lifecycles.restored();
    }

    void restoreSeen(String chunk, byte[] ids) {
        seen.restore(chunk, ids);
    }

    void restorePosition(String topic, Position position) {
        InputTopic restored = topics.get(topic);
        // A topic that was created anew has another id, and begins anew.
        if (restored != null && restored.id.equals(position.topicId())) {
            restored.next = position.next();
        }
        streamTimeMillis = Math.max(streamTimeMillis, position.streamTimeMillis());
        generation = Math.max(generation, position.generation());
    }

    /** A record without a timestamp says -1, and one from far ahead must not overflow nanoseconds. */
    static long timestampMillis(long timestamp) {
        return Math.clamp(timestamp, 0, LATEST_MILLIS);
    }

    /** Records come in runs of one topic, whose name is then the same object. */
    @SuppressWarnings("ReferenceEquality")
    private InputTopic topicOf(Received input) {
        InputTopic topic = newestTopic;
        if (topic == null || newestName != input.topic()) {
            topic = Objects.requireNonNull(topics.get(input.topic()), input.topic());
            newestName = input.topic();
            newestTopic = topic;
        }
        return topic;
    }

    /**
     * Moves on to a record. False when the state holds it already: the group's offsets were lost, and everything is
     * read from the beginning.
     */
    private boolean advance(InputTopic from, Received input, long nowMillis) {
        if (input.offset() < from.next) {
            return false;
        }
        from.next = input.offset() + 1;
        from.moved = true;
        long before = streamTimeMillis;
        streamTimeMillis = Math.max(streamTimeMillis, timestampMillis(input.timestamp()));
        if (streamTimeMillis / MINUTE_MILLIS > before / MINUTE_MILLIS) {
            housekeep(nowMillis);
        }
        return true;
    }

    /** Once a minute of stream time, between the same two records whoever counts. */
    private void housekeep(long nowMillis) {
        lifecycles.expire(streamTimeMillis, observer(streamTimeMillis * NANOS_A_MILLI, "", nowMillis));
        int gone = cells.dropPartsBefore(Metric.CACHE_ENTRIES,
                (streamTimeMillis - CACHE_REPORTS_KEPT.toMillis()) * NANOS_A_MILLI);
        if (gone > 0) {
            observer(streamTimeMillis * NANOS_A_MILLI, "", nowMillis)
                    .observe(Metric.THROUGHLINE_EXPIRED_CACHE_REPORTS, Nanos.ofWhole(gone));
        }
        cells.housekeep(streamTimeMillis);
    }

    private void observe(InputTopic from, Decoded<Event> decoded, Received input,
            long nowMillis) {
        Event event = decoded.value();
        // A clock that runs ahead must not hold back newer values: the event time counts up to the record's timestamp,
        // which brokers keep near their own time.
        long at = Math.min(Nanos.ofInstant(event.origin().timestamp()),
                timestampMillis(input.timestamp()) * NANOS_A_MILLI + NANOS_A_MILLI - 1);
        Observer observer = observer(at, decoded.context().traceId(), nowMillis);
        rules.observe(event, decoded.context(), observer);
        lifecycles.observe(event, streamTimeMillis, observer);
        observer.observe(Metric.THROUGHLINE_WATERMARK_TIMESTAMP_SECONDS, from.name, at);
        if (windowStart(at) == Slot.NO_WINDOW) {
            observer(timestampMillis(input.timestamp()) * NANOS_A_MILLI, "", nowMillis).count(Metric.THROUGHLINE_LATE,
                    from.name);
        }
    }

    /** What became of a record is told at the record's timestamp, which an event need not have. */
    private Observer outcome(InputTopic from, Received input, long nowMillis) {
        Observer observer = observer(timestampMillis(input.timestamp()) * NANOS_A_MILLI, "", nowMillis);
        observer.count(Metric.THROUGHLINE_CONSUMED, from.name);
        return observer;
    }

    private Observer observer(long atNanos, String traceId, long nowMillis) {
        return cells.of(atNanos, windowStart(atNanos), traceId, nowMillis);
    }

    /** The beginning of the window that an event time falls into, unless it was over before grace began. */
    private long windowStart(long atNanos) {
        long start = Math.floorDiv(atNanos, MINUTE_NANOS) * MINUTE_MILLIS;
        return start + MINUTE_MILLIS + graceMillis > streamTimeMillis ? start : Slot.NO_WINDOW;
    }
}
