package io.throughline.aggregate;

import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;

/**
 * The records that one poll brought from one partition, riding through Kafka Streams as a header of a single record:
 * Streams' own work is done once a batch, and was more than all the counting when it was done once a record.
 */
record Batch(PackedRecords records) implements Header {

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
    ConsumerRecord<byte[], byte[]> carrier(Optional<Integer> leaderEpoch) {
        return new ConsumerRecord<>(records.from().topic(), records.from().partition(), records.offset(0),
                records.timestamp(records.size() - 1), TimestampType.NO_TIMESTAMP_TYPE, 0, 0, NONE, NONE,
                new RecordHeaders().add(this), leaderEpoch);
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
