package io.throughline.aggregate;

import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/**
 * The records that one poll brought from one partition, riding through Kafka Streams as a header of a single record:
 * Streams' own work is done once a batch, and was more than all the counting when it was done once a record.
 *
 * @param records in the order of their offsets, never empty
 */
record Batch(List<ConsumerRecord<byte[], byte[]>> records) implements Header {

    private static final String KEY = "batch";
    private static final byte[] NONE = {};

    /** The batch that a record carries; null when it is a record of its own. */
    static @Nullable Batch in(Headers headers) {
        return headers.lastHeader(KEY) instanceof Batch batch ? batch : null;
    }

    /**
     * The record that carries the batch. Its offset is the first of the batch: Streams commits the offset of the next
     * record that waits, and a restart must not skip the rest of a batch.
     */
    ConsumerRecord<byte[], byte[]> carrier() {
        ConsumerRecord<byte[], byte[]> first = records.getFirst();
        return new ConsumerRecord<>(first.topic(), first.partition(), first.offset(),
                records.getLast().timestamp(), first.timestampType(), 0, 0, NONE, NONE, new RecordHeaders().add(this),
                first.leaderEpoch());
    }

    @Override
    public String key() {
        return KEY;
    }

    /** Nothing: the batch never leaves the process. */
    @Override
    public byte[] value() {
        return NONE;
    }
}
