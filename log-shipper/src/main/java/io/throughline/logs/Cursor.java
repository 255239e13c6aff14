package io.throughline.logs;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.Optional;

/**
 * The place after one record in an order: its time, and topic, partition and offset that make it unique. It stays valid
 * whatever is stored, restarted, merged or moved to another shipper meanwhile, and callers see an opaque text.
 *
 * @param order the order in which it is a place
 * @param timestampNanos nanoseconds since the epoch
 * @param topic the record's topic
 * @param partition the record's partition
 * @param offset the record's offset
 */
record Cursor(Order order, long timestampNanos, String topic, int partition, long offset) {

    private static final byte VERSION = 2;
    private static final int LENGTH = 2 + Long.BYTES + Integer.BYTES + Long.BYTES;
    /** Kafka's own limit for the name of a topic. */
    private static final int LONGEST_TOPIC = 249;

    String encoded() {
        byte[] name = topic.getBytes(UTF_8);
        byte[] bytes = ByteBuffer.allocate(LENGTH + name.length).put(VERSION)
                .put((byte) (order == Order.OLDEST ? 1 : 0)).putLong(timestampNanos).putInt(partition).putLong(offset)
                .put(name).array();
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    static Optional<Cursor> decode(String text) {
        byte[] bytes;
        try {
            bytes = Base64.getUrlDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
        if (bytes.length <= LENGTH || bytes.length > LENGTH + LONGEST_TOPIC || bytes[0] != VERSION || bytes[1] < 0
                || bytes[1] > 1) {
            return Optional.empty();
        }
        Order order = bytes[1] == 1 ? Order.OLDEST : Order.NEWEST;
        var in = ByteBuffer.wrap(bytes, 2, bytes.length - 2);
        long timestampNanos = in.getLong();
        int partition = in.getInt();
        long offset = in.getLong();
        return Optional.of(new Cursor(order, timestampNanos, UTF_8.decode(in).toString(), partition, offset));
    }
}
