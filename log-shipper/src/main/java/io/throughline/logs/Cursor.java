package io.throughline.logs;

import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.Optional;

/**
 * The place after one log line in an order: its time, and the partition and offset that make it unique. It stays valid
 * whatever is stored, restarted or merged meanwhile, and callers see an opaque text.
 *
 * @param order the order in which it is a place
 * @param timestampNanos nanoseconds since the epoch
 * @param partition the line's partition
 * @param offset the line's offset
 */
record Cursor(Order order, long timestampNanos, int partition, long offset) {

    private static final byte VERSION = 1;
    private static final int LENGTH = 2 + Long.BYTES + Integer.BYTES + Long.BYTES;

    String encoded() {
        byte[] bytes = ByteBuffer.allocate(LENGTH).put(VERSION).put((byte) (order == Order.OLDEST ? 1 : 0))
                .putLong(timestampNanos)
                .putInt(partition).putLong(offset).array();
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    static Optional<Cursor> decode(String text) {
        byte[] bytes;
        try {
            bytes = Base64.getUrlDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
        if (bytes.length != LENGTH || bytes[0] != VERSION || bytes[1] < 0 || bytes[1] > 1) {
            return Optional.empty();
        }
        var in = ByteBuffer.wrap(bytes, 2, LENGTH - 2);
        return Optional
                .of(new Cursor(bytes[1] == 1 ? Order.OLDEST : Order.NEWEST, in.getLong(), in.getInt(), in.getLong()));
    }
}
