package io.throughline.aggregate;

import io.throughline.publish.DeadLetters;
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

/**
 * Turns the records of one input partition into cells. Nothing is written for each record: what changed goes to the
 * changelog and to {@code throughline.series} when the task commits, in the transaction of the input offsets.
 */
final class CombineProcessor implements Processor<byte[], byte[], byte[], byte[]> {

    static final String STORE = "combine";
    static final String SERIES_SINK = "series";
    static final String WINDOWS_SINK = "windows";
    static final String DEAD_LETTERS_SINK = "dead-letters";

    private final CountingConfig config;
    private final Map<String, String> topicIds;
    private final Admission admission;

    private @Nullable Task task;

    /** What belongs to one task, made anew whenever the task begins. */
    private record Task(ProcessorContext<byte[], byte[]> context, CommitHookStore store, PartitionCounter counter,
            WireKeys keys) implements CounterState.Output {

        @Override
        public void series(byte[] key, byte @Nullable [] value) {
            forward(key, value, SERIES_SINK);
        }

        @Override
        public void window(byte[] key, byte[] value) {
            forward(key, value, WINDOWS_SINK);
        }

        private void forward(byte[] key, byte @Nullable [] value, String sink) {
            context.forward(new Record<>(key, value, context.currentSystemTimeMs()), sink);
        }
    }

    /**
     * For one task.
     *
     * @param topicIds tell a topic from another one that has its name later
     * @param admission shared by all tasks of the process
     */
    CombineProcessor(CountingConfig config, Map<String, String> topicIds, Admission admission) {
        this.config = config;
        this.topicIds = topicIds;
        this.admission = admission;
    }

    @Override
    public void init(ProcessorContext<byte[], byte[]> context) {
        CommitHookStore store = context.getStateStore(STORE);
        var begun = new Task(context, store, new PartitionCounter(config, topicIds, admission),
                new WireKeys(context.taskId().partition()));
        restore(begun, config.layout());
        store.beforeCommit(context, () -> flush(begun));
        task = begun;
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
        Task now = Objects.requireNonNull(task);
        Batch batch = Batch.in(record.headers());
        if (batch != null) {
            take(now, batch.records());
        } else {
            take(now, asItCame(record, now.context.recordMetadata().orElseThrow()));
        }
    }

    private static void take(Task now, PackedRecords records) {
        var packed = new Received.Packed(records);
        // The clock dates new cells only; a batch is a matter of milliseconds.
        long nowMillis = now.context.currentSystemTimeMs();
        for (int i = 0; i < records.size(); i++) {
            if (!records.isPacked(i)) {
                take(now, records.record(i));
            } else if (now.counter.take(packed.at(i), nowMillis) instanceof Outcome.DeadLetter letter) {
                bury(now, records.record(i), letter);
            }
        }
    }

    private static ConsumerRecord<byte[], byte[]> asItCame(Record<byte[], byte[]> record, RecordMetadata where) {
        return new ConsumerRecord<>(where.topic(), where.partition(), where.offset(), record.timestamp(),
                TimestampType.NO_TIMESTAMP_TYPE, ConsumerRecord.NULL_SIZE, ConsumerRecord.NULL_SIZE, record.key(),
                record.value(), record.headers(), Optional.empty());
    }

    private static void take(Task now, ConsumerRecord<byte[], byte[]> input) {
        if (now.counter.take(input, now.context.currentSystemTimeMs()) instanceof Outcome.DeadLetter letter) {
            bury(now, input, letter);
        }
    }

    private static void bury(Task now, ConsumerRecord<byte[], byte[]> input, Outcome.DeadLetter letter) {
        now.context.forward(new Record<>(input.key(), input.value(),
                PartitionCounter.timestampMillis(input.timestamp()), DeadLetters.headers(input.headers(), input.topic(),
                        input.partition(), input.offset(), letter.why())),
                DEAD_LETTERS_SINK);
    }

    private static void flush(Task now) {
        CounterState.save(now.counter, now.keys, now.store.content()::put, now);
    }

    private static void restore(Task begun, BucketLayout layout) {
        try (KeyValueIterator<Bytes, byte[]> entries = begun.store.content().all()) {
            entries.forEachRemaining(
                    entry -> CounterState.restore(begun.counter, entry.key, entry.value, layout));
        }
        begun.counter.restored();
    }
}
