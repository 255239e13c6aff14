package io.throughline.aggregate;

import io.throughline.publish.DeadLetters;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
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
 */
final class CombineProcessor implements Processor<byte[], byte[], byte[], byte[]> {

    private static final Logger LOG = LoggerFactory.getLogger(CombineProcessor.class);

    static final String STORE = "combine";
    static final String SERIES_SINK = "series";
    static final String DEAD_LETTERS_SINK = "dead-letters";

    private final CountingConfig config;
    private final Map<String, String> topicIds;

    private @Nullable Task task;

    /** What belongs to one task, made anew whenever the task begins. */
    private record Task(ProcessorContext<byte[], byte[]> context, CommitHookStore store, PartitionCounter counter) {}

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
    CombineProcessor(CountingConfig config, Map<String, String> topicIds) {
        this.config = config;
        this.topicIds = topicIds;
    }

    @Override
    public void init(ProcessorContext<byte[], byte[]> context) {
        CommitHookStore store = context.getStateStore(STORE);
        var begun = new Task(context, store, new PartitionCounter(config, topicIds));
        restore(begun, config.layout());
        store.beforeCommit(context, () -> flush(begun));
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
    }

    private static ConsumerRecord<byte[], byte[]> asItCame(Record<byte[], byte[]> record, RecordMetadata where) {
        return new ConsumerRecord<>(where.topic(), where.partition(), where.offset(), record.timestamp(),
                TimestampType.NO_TIMESTAMP_TYPE, ConsumerRecord.NULL_SIZE, ConsumerRecord.NULL_SIZE, record.key(),
                record.value(), record.headers(), Optional.empty());
    }

    private static void take(Task now, ConsumerRecord<byte[], byte[]> input) {
        if (now.counter.take(input, now.context.currentSystemTimeMs()) instanceof Outcome.DeadLetter letter) {
            now.context.forward(new Record<>(input.key(), input.value(), PartitionCounter.timestampMillis(input),
                    DeadLetters.headers(input.headers(), input.topic(), input.partition(), input.offset(),
                            letter.why())),
                    DEAD_LETTERS_SINK);
        }
    }

    private static void flush(Task now) {
        var content = now.store.content();
        int partition = now.context.taskId().partition();
        now.counter.drainCells((key, cell) -> {
            byte[] wireKey = CellCodec.encodeKey(key, partition);
            byte[] value = cell == null ? null : CellCodec.encode(cell);
            content.put(Kind.CELL.key(wireKey), value);
            now.context.forward(new Record<>(wireKey, value, now.context.currentSystemTimeMs()), SERIES_SINK);
        });
        now.counter.drainRows((key, row) -> content.put(Kind.LIFECYCLE.key(key),
                row == null ? null : CellCodec.encode(row)));
        now.counter.drainSeen((chunk, ids) -> content.put(Kind.SEEN.key(chunk), ids));
        now.counter.drainPositions((topic, position) -> content.put(Kind.POSITION.key(topic), position.encoded()));
    }

    private static void restore(Task begun, BucketLayout layout) {
        PartitionCounter counter = begun.counter;
        try (KeyValueIterator<Bytes, byte[]> entries = begun.store.content().all()) {
            entries.forEachRemaining(entry -> {
                byte[] key = Arrays.copyOfRange(entry.key.get(), 1, entry.key.get().length);
                switch (Kind.of(entry.key)) {
                    case CELL -> restoreCell(counter, key, entry.value, layout);
                    case LIFECYCLE -> counter.restoreRow(text(key), CellCodec.decodeLifecycle(entry.value));
                    case SEEN -> counter.restoreSeen(text(key), entry.value);
                    case POSITION -> counter.restorePosition(text(key), Position.decode(entry.value));
                }
            });
        }
    }

    /** A metric that this release does not have keeps its cells, for one that has it. */
    private static void restoreCell(PartitionCounter counter, byte[] key, byte[] value, BucketLayout layout) {
        CellKey cell;
        try {
            cell = CellCodec.decodeKey(key).cell();
        } catch (IllegalArgumentException e) {
            LOG.warn("the state holds a cell that is not shown: {}", e.getMessage());
            return;
        }
        counter.restoreCell(cell, CellCodec.decode(cell.series().metric(), value, layout));
    }

    private static String text(byte[] utf8) {
        return new String(utf8, StandardCharsets.UTF_8);
    }
}
