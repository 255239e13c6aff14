package io.throughline.aggregate;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Texts of one byte a character, looked at eight bytes at a time. */
final class TextWords {

    /** Little endian on every machine: the first byte in the array is then the lowest in the word. */
    private static final VarHandle WORDS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private static final long EACH = 0x0101_0101_0101_0101L;
    private static final long HIGH_HALVES = 0xF0F0_F0F0_F0F0_F0F0L;
    private static final long ZEROS = '0' * EACH;

    private TextWords() {}

    /** The eight bytes from {@code at} on as one number; zeros where the text has ended. */
    static long word(byte[] text, int at) {
        if (at + Long.BYTES <= text.length) {
            return (long) WORDS.get(text, at);
        }
        long word = 0;
        for (int i = text.length - 1; i >= at; i--) {
            word = (word << Byte.SIZE) | (text[i] & 0xFF);
        }
        return word;
    }

    /** The 32 bits that eight hex digits in lower case say, the first the highest; -1 when they are none. */
    static long hex(long word) {
        long letters = (word >>> 6) & EACH;
        long nibbles = (word & ~HIGH_HALVES) + 9 * letters;
        // Written again, they are the same digits, or were none.
        long above9 = ((nibbles + 0x76 * EACH) >>> 7) & EACH;
        if ((nibbles & HIGH_HALVES) != 0 || ZEROS + nibbles + ('a' - '0' - 10) * above9 != word) {
            return -1;
        }
        long pairs = ((nibbles << 4) | (nibbles >>> 8)) & 0x00FF_00FF_00FF_00FFL;
        long fours = (pairs | (pairs >>> 8)) & 0x0000_FFFF_0000_FFFFL;
        return Integer.toUnsignedLong(Integer.reverseBytes((int) (fours | (fours >>> 16))));
    }
}
