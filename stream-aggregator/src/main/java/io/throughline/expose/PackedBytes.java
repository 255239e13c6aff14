package io.throughline.expose;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Numbers one after the other in few bytes: small ones take one byte each. Not thread-safe. */
final class PackedBytes {

    private static final int LONGEST_NUMBER = 10;
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private byte[] bytes;
    private int position;

    private PackedBytes(byte[] bytes) {
        this.bytes = bytes;
    }

    /** Nothing written yet. */
    static PackedBytes forWriting() {
        return new PackedBytes(new byte[64]);
    }

    /** To be read from the beginning. */
    static PackedBytes of(byte[] bytes) {
        return new PackedBytes(bytes);
    }

    /** Writes a number of either sign. */
    void signed(long number) {
        unsigned((number << 1) ^ (number >> (Long.SIZE - 1)));
    }

    /** Writes a number that is mostly small and not negative. */
    void unsigned(long number) {
        require(LONGEST_NUMBER);
        long rest = number;
        while ((rest & ~0x7FL) != 0) {
            bytes[position++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        bytes[position++] = (byte) rest;
    }

    /** Writes a number of which every bit is as good as chance, in eight bytes. */
    void fixed(long number) {
        require(Long.BYTES);
        LONG.set(bytes, position, number);
        position += Long.BYTES;
    }

    /** Reads what {@link #fixed(long)} wrote. */
    long fixed() {
        position += Long.BYTES;
        return (long) LONG.get(bytes, position - Long.BYTES);
    }

    /** Writes what another holds, as it is. */
    void copy(byte[] from, int begin, int end) {
        require(end - begin);
        System.arraycopy(from, begin, bytes, position, end - begin);
        position += end - begin;
    }

    /** Reads what {@link #signed(long)} wrote. */
    long signed() {
        long folded = unsigned();
        return (folded >>> 1) ^ -(folded & 1);
    }

    /** Reads what {@link #unsigned(long)} wrote. */
    long unsigned() {
        long number = 0;
        for (int shift = 0;; shift += 7) {
            byte next = bytes[position++];
            number |= (next & 0x7FL) << shift;
            if (next >= 0) {
                return number;
            }
        }
    }

    /** Passes over so many bytes. */
    void skip(int count) {
        position += count;
    }

    /** How many bytes were written or read so far. */
    int position() {
        return position;
    }

    /** Whether there is more to read. */
    boolean hasMore() {
        return position < bytes.length;
    }

    /** What was written. */
    byte[] written() {
        return Arrays.copyOf(bytes, position);
    }

    private void require(int count) {
        if (position + count > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, position + count));
        }
    }
}
