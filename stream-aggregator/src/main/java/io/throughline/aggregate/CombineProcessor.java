package io.throughline.aggregate;

import io.throughline.event.Decoded;
import io.throughline.event.Event;
import io.throughline.event.InvalidRecordException;
import io.throughline.event.Topic;
import io.throughline.publish.DeadLetters;
import io.throughline.publish.WireRecords;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns the records of one input partition into cells. Nothing is written for each record: what changed goes to the
 * changelog and to {@code throughline.series} when the task commits, in the transaction of the input offsets.
 *
 * <p>A record is decoded and checked before anything changes, so a record that cannot be used changes nothing but the
 * count of dead letters.
 */
final class CombineProcessor implements Processor<byte[], byte[], byte[], byte[]> {

    private static final Logger LOG = LoggerFactory.getLogger(CombineProcessor.class);

    static final String STORE = "combine";
    static final String SERIES_SINK = "series";
    static final String DEAD_LETTERS_SINK = "dead-letters";

    /** Parts of {@code active_users} older than this are no longer needed by anybody. */
    private static final Duration USERS_KEPT = Duration.ofMinutes(15);
    private static final Duration HOUSEKEEPING = Duration.ofMinutes(1);
    private static final long NANOS_A_MILLI = 1_000_000;
    private static final long LATEST_MILLIS = 9_000_000_000_000L;

    private final CombineConfig config;
    private final Map<String, Topic> topics;
    private final Map<String, String> topicIds;
    private final WireRecords wire;
    private final Rules rules;

    private @Nullable Task task;

    /** What belongs to one task, made anew whenever the task begins. */
    private static final class Task {
        final ProcessorContext<byte[], byte[]> context;
        final CommitHookStore store;
        final Cells cells;
        final Lifecycles lifecycles;
        final SeenEvents seen;
        /** The newest record timestamp so far: time moves with the records, however they were handed over. */
        long streamTimeMillis;
        long housekeptMillis;
        /** By topic, the offset after the last record that the state holds. */
        final Map<String, Position> positions = new HashMap<>();
        final Set<String> moved = new HashSet<>();
        final Map<String, String> topicIds;

        Task(ProcessorContext<byte[], byte[]> context, CombineConfig config, Map<String, String> topicIds) {
            this.context = context;
            this.store = context.getStateStore(STORE);
            this.cells = new Cells(config.labelLimit(), config.layout());
            this.lifecycles = new Lifecycles(config.jobLimits());
            this.seen = new SeenEvents(config.dedupWindow(), config.dedupLimit());
            this.topicIds = topicIds;
        }

        int partition() {
            return context.taskId().partition();
        }

        void restore(String topic, Position position) {
            positions.put(topic, position);
            streamTimeMillis = Math.max(streamTimeMillis, position.streamTimeMillis());
        }

        /**
         * Moves on to a record. False when the state holds it already: the group's offsets were lost, and everything
         * is read from the beginning. A topic that was created anew has another id, and begins anew.
         */
        boolean advance(ConsumerRecord<byte[], byte[]> input) {
            Position held = positions.get(input.topic());
            String topicId = topicIds.getOrDefault(input.topic(), "");
            if (held != null && held.topicId().equals(topicId) && input.offset() < held.next()) {
                return false;
            }
            streamTimeMillis = Math.max(streamTimeMillis, timestampMillis(input));
            positions.put(input.topic(), new Position(topicId, input.offset() + 1, streamTimeMillis));
            moved.add(input.topic());
            return true;
        }
    }

    /** The kinds of entry in the store, by the first byte of the key. */
    private enum Kind {
        CELL('c'), LIFECYCLE('l'), SEEN('s'), POSITION('p');

        private final byte tag;

        Kind(char tag) {
            this.tag = (byte) tag;
        }

        Bytes key(byte[] rest) {
            return Bytes.wrap(ByteBuffer.allocate(rest.length + 1).put(tag).put(rest).array());
        }

        Bytes key(String rest) {
            return key(rest.getBytes(StandardCharsets.UTF_8));
        }

        static Kind of(Bytes key) {
            for (Kind kind : values()) {
                if (kind.tag == key.get()[0]) {
                    return kind;
                }
            }
            throw new IllegalStateException("the store holds a key of no known kind: " + key);
        }
    }

    /** {@code topicIds} tell a topic from another one that has its name later. */
    CombineProcessor(CombineConfig config, Map<String, Topic> topics, Map<String, String> topicIds) {
        this.config = config;
        this.topics = topics;
        this.topicIds = topicIds;
        this.wire = new WireRecords(config.topicPrefix(), Clock.systemUTC());
        this.rules = new Rules(config.prices());
    }

    @Override
    public void init(ProcessorContext<byte[], byte[]> context) {
        var begun = new Task(context, config, topicIds);
        restore(begun, config.layout());
        begun.store.beforeCommit(context, () -> flush(begun));
        task = begun;
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
        Task now = Objects.requireNonNull(task);
        Batch batch = Batch.in(record.headers());
        if (batch != null) {
            batch.records().forEach(each -> take(now, each));
        } else {
            take(now, asItCame(record, now.context.recordMetadata().orElseThrow()));
        }
        housekeep(now);
    }

    private static ConsumerRecord<byte[], byte[]> asItCame(Record<byte[], byte[]> record, RecordMetadata where) {
        return new ConsumerRecord<>(where.topic(), where.partition(), where.offset(), record.timestamp(),
                TimestampType.NO_TIMESTAMP_TYPE, ConsumerRecord.NULL_SIZE, ConsumerRecord.NULL_SIZE, record.key(),
                record.value(), record.headers(), Optional.empty());
    }

    private void take(Task now, ConsumerRecord<byte[], byte[]> input) {
        if (!now.advance(input)) {
            return;
        }
        if (WireRecords.isReplayed(input.headers())) {
            count(now, input, Metric.THROUGHLINE_REPLAYED, List.of(input.topic()));
            return;
        }
        Decoded<Event> decoded;
        try {
            Topic topic = Objects.requireNonNull(topics.get(input.topic()), input.topic());
            decoded = wire.event(topic, input.headers(), input.value());
        } catch (InvalidRecordException e) {
            deadLetter(now, input, e);
            return;
        }
        if (!now.seen.add(decoded.value().origin().eventId(), now.streamTimeMillis)) {
            count(now, input, Metric.THROUGHLINE_DUPLICATES, List.of(input.topic()));
            return;
        }
        count(now, input, Metric.THROUGHLINE_COUNTED, List.of(input.topic()));
        observe(now, decoded, input);
    }

    /** A record without a timestamp says -1, and one from far ahead must not overflow nanoseconds. */
    private static long timestampMillis(ConsumerRecord<byte[], byte[]> input) {
        return Math.clamp(input.timestamp(), 0, LATEST_MILLIS);
    }

    private void observe(Task now, Decoded<Event> decoded, ConsumerRecord<byte[], byte[]> input) {
        Event event = decoded.value();
        // A clock that runs ahead must not hold back newer values: the event time counts up to the record's timestamp,
        // which brokers keep near their own time.
        long at = Math.min(Nanos.ofInstant(event.origin().timestamp()),
                timestampMillis(input) * NANOS_A_MILLI + NANOS_A_MILLI - 1);
        Observer observer = now.cells.of(at, decoded.context().traceId(), now.context.currentSystemTimeMs());
        rules.observe(event, decoded.context(), observer);
        now.lifecycles.observe(event, now.streamTimeMillis, observer);
        observer.observe(Metric.THROUGHLINE_WATERMARK_TIMESTAMP_SECONDS, List.of(input.topic()), at);
    }

    private void deadLetter(Task now, ConsumerRecord<byte[], byte[]> input, InvalidRecordException why) {
        count(now, input, Metric.THROUGHLINE_DEAD_LETTERS, List.of(input.topic(), why.reason().wireName()));
        now.context.forward(new Record<>(input.key(), input.value(), timestampMillis(input),
                DeadLetters.headers(input.headers(), input.topic(), input.partition(), input.offset(), why)),
                DEAD_LETTERS_SINK);
    }

    private static void count(Task now, ConsumerRecord<byte[], byte[]> input, Metric outcome, List<String> labels) {
        Observer observer = now.cells.of(timestampMillis(input) * NANOS_A_MILLI, "",
                now.context.currentSystemTimeMs());
        observer.count(Metric.THROUGHLINE_CONSUMED, input.topic());
        observer.observe(outcome, labels, Nanos.ONE);
    }

    private void housekeep(Task now) {
        long streamTime = now.streamTimeMillis;
        if (streamTime - now.housekeptMillis < HOUSEKEEPING.toMillis()) {
            return;
        }
        now.housekeptMillis = streamTime;
        now.lifecycles.expire(streamTime,
                now.cells.of(streamTime * NANOS_A_MILLI, "", now.context.currentSystemTimeMs()));
        now.cells.dropPartsBefore(Metric.ACTIVE_USERS, (streamTime - USERS_KEPT.toMillis()) * NANOS_A_MILLI);
    }

    private static void flush(Task now) {
        var content = now.store.content();
        now.cells.drainChanged((key, cell) -> {
            byte[] wireKey = CellCodec.encodeKey(key, now.partition());
            byte[] value = cell == null ? null : CellCodec.encode(cell);
            content.put(Kind.CELL.key(wireKey), value);
            now.context.forward(new Record<>(wireKey, value, now.context.currentSystemTimeMs()), SERIES_SINK);
        });
        now.lifecycles.drainChanged((key, row) -> content.put(Kind.LIFECYCLE.key(key),
                row == null ? null : CellCodec.encode(row)));
        now.seen.drainChanged((chunk, ids) -> content.put(Kind.SEEN.key(chunk), ids));
        now.moved.forEach(topic -> content.put(Kind.POSITION.key(topic),
                Objects.requireNonNull(now.positions.get(topic)).encoded()));
        now.moved.clear();
    }

    private static void restore(Task begun, BucketLayout layout) {
        try (KeyValueIterator<Bytes, byte[]> entries = begun.store.content().all()) {
            entries.forEachRemaining(entry -> {
                byte[] key = Arrays.copyOfRange(entry.key.get(), 1, entry.key.get().length);
                switch (Kind.of(entry.key)) {
                    case CELL -> restoreCell(begun, key, entry.value, layout);
                    case LIFECYCLE -> begun.lifecycles.restore(new String(key, StandardCharsets.UTF_8),
                            CellCodec.decodeLifecycle(entry.value));
                    case SEEN -> begun.seen.restore(new String(key, StandardCharsets.UTF_8), entry.value);
                    case POSITION -> begun.restore(new String(key, StandardCharsets.UTF_8),
                            Position.decode(entry.value));
                }
            });
        }
    }

    /** A metric that this release does not have keeps its cells, for one that has it. */
    private static void restoreCell(Task begun, byte[] key, byte[] value, BucketLayout layout) {
        CellKey cell;
        try {
            cell = CellCodec.decodeKey(key).cell();
        } catch (IllegalArgumentException e) {
            LOG.warn("the state holds a cell that is not shown: {}", e.getMessage());
            return;
        }
        begun.cells.restore(cell, CellCodec.decode(cell.series().metric(), value, layout));
    }
}
