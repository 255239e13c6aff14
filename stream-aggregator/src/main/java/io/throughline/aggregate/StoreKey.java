package io.throughline.aggregate;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.utils.Bytes;

/** The kinds of entry in the store, by the first byte of the key. */
enum StoreKey {
    CELL('c'), ROWS('r'), SEEN('s'), POSITION('p'),
    /** A series that has windows of its own, and adds to the cell of {@code other}; the value is empty. */
    FOLDED('f'),
    /** A row by itself, as it was written before rows came in chunks. */
    ROW('l');

    private final byte tag;

    StoreKey(char tag) {
        this.tag = (byte) tag;
    }

    Bytes key(byte[] rest) {
        return Bytes.wrap(ByteBuffer.allocate(rest.length + 1).put(tag).put(rest).array());
    }

    Bytes key(String rest) {
        return key(rest.getBytes(StandardCharsets.UTF_8));
    }

    static StoreKey of(Bytes key) {
        for (StoreKey kind : values()) {
            if (kind.tag == key.get()[0]) {
                return kind;
            }
        }
        throw new IllegalStateException("the store holds a key of no known kind: " + key);
    }
}
