package io.throughline.aggregate;

import io.throughline.publish.HeaderBytes;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;

/**
 * Records of one partition in the order of their offsets, packed into a few arrays: key, value and headers of each as
 * bytes, one behind the other.
 *
 * <p>Records wait in Kafka Streams until all partitions of their task have some. As objects, more than a dozen for each
 * record, they outlived collections meanwhile, and moving them was a quarter of all work at full load.
 *
 * <p>Headers are taken from where they stand behind the value, which a slice of a record's bytes shows. A record that
 * is not laid out so stays what it is. Immutable.
 */
final class PackedRecords {

    private final TopicPartition from;
    private final long[] offsets;
    private final long[] timestamps;
    /** Where a record's value, headers and end stand; its key begins where the record before it ends. */
    private final int[] valueStarts;
    private final int[] headerStarts;
    private final int[] ends;
    private final byte[] bytes;
    /** By index, what has no key, no value or cannot be packed. */
    private final Map<Integer, ConsumerRecord<byte[], byte[]>> unpacked = new HashMap<>();

    /**
     * Packs what a consumer has polled from one partition.
     *
     * @param records whose keys and values are {@link ByteBuffer}s, never empty
     */
    PackedRecords(TopicPartition from, List<? extends ConsumerRecord<?, ?>> records) {
        int count = records.size();
        this.from = from;
        offsets = new long[count];
        timestamps = new long[count];
        valueStarts = new int[count];
        headerStarts = new int[count];
        ends = new int[count];
        int size = 0;
        var headers = new HeaderBytes();
        for (int i = 0; i < count; i++) {
            ConsumerRecord<?, ?> each = records.get(i);
            offsets[i] = each.offset();
            timestamps[i] = each.timestamp();
            size += measure(i, size, each, headers);
        }
        bytes = new byte[size];
        for (int i = 0; i < count; i++) {
            copy(i, records.get(i));
        }
    }

    private int measure(int index, int at, ConsumerRecord<?, ?> record, HeaderBytes headers) {
        var key = (ByteBuffer) record.key();
        var value = (ByteBuffer) record.value();
        int headersLength = key == null || value == null ? -1 : headersLength(value, record.headers(), headers);
        if (headersLength < 0) {
            unpacked.put(index, new ConsumerRecord<>(from.topic(), from.partition(), record.offset(),
                    record.timestamp(), record.timestampType(), ConsumerRecord.NULL_SIZE, ConsumerRecord.NULL_SIZE,
                    content(key), content(value), record.headers(), record.leaderEpoch()));
            ends[index] = at;
            return 0;
        }
        valueStarts[index] = at + Objects.requireNonNull(key).remaining();
        headerStarts[index] = valueStarts[index] + Objects.requireNonNull(value).remaining();
        ends[index] = headerStarts[index] + headersLength;
        return ends[index] - at;
    }

    /** How many bytes the headers behind a value take; -1 when these are not the headers that the client has read. */
    private static int headersLength(ByteBuffer value, Headers read, HeaderBytes in) {
        if (!value.hasArray()) {
            return -1;
        }
        int start = value.arrayOffset() + value.limit();
        int count = in.open(value.array(), start, value.array().length);
        if (count != read.toArray().length) {
            return -1;
        }
        for (int i = 0; i < count; i++) {
            if (!in.next()) {
                return -1;
            }
        }
        return in.at() - start;
    }

    private void copy(int index, ConsumerRecord<?, ?> record) {
        if (unpacked.isEmpty() || !unpacked.containsKey(index)) {
            var key = (ByteBuffer) record.key();
            var value = (ByteBuffer) record.value();
            key.get(key.position(), bytes, keyStart(index), key.remaining());
            System.arraycopy(value.array(), value.arrayOffset() + value.position(), bytes, valueStarts[index],
                    ends[index] - valueStarts[index]);
        }
    }

    int size() {
        return offsets.length;
    }

    TopicPartition from() {
        return from;
    }

    long offset(int index) {
        return offsets[index];
    }

    long timestamp(int index) {
        return timestamps[index];
    }

    /** Whether value and headers are there in {@link #bytes}. */
    boolean isPacked(int index) {
        return unpacked.isEmpty() || !unpacked.containsKey(index);
    }

    byte[] bytes() {
        return bytes;
    }

    int valueStart(int index) {
        return valueStarts[index];
    }

    int headerStart(int index) {
        return headerStarts[index];
    }

    /** Index behind a record's headers. */
    int end(int index) {
        return ends[index];
    }

    /** The record as a consumer would have told it. */
    ConsumerRecord<byte[], byte[]> record(int index) {
        ConsumerRecord<byte[], byte[]> whole = unpacked.get(index);
        return whole != null
                ? whole
                : new ConsumerRecord<>(from.topic(), from.partition(), offsets[index], timestamps[index],
                        TimestampType.NO_TIMESTAMP_TYPE, ConsumerRecord.NULL_SIZE, ConsumerRecord.NULL_SIZE,
                        Arrays.copyOfRange(bytes, keyStart(index), valueStarts[index]),
                        Arrays.copyOfRange(bytes, valueStarts[index], headerStarts[index]),
                        new HeaderBytes().headers(bytes, headerStarts[index], ends[index]), Optional.empty());
    }

    private int keyStart(int index) {
        return index == 0 ? 0 : ends[index - 1];
    }

    private static byte @Nullable [] content(@Nullable ByteBuffer buffer) {
        if (buffer == null) {
            return null;
        }
        byte[] content = new byte[buffer.remaining()];
        buffer.get(buffer.position(), content);
        return content;
    }
}
