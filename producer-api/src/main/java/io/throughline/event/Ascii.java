package io.throughline.event;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** ASCII text inside of byte arrays, looked at eight bytes at a time. */
final class Ascii {

    /** Little endian on every machine: the first byte in the array is then the lowest in the word. */
    private static final VarHandle WORDS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private static final long EACH = 0x0101_0101_0101_0101L;
    private static final long ZEROS = '0' * EACH;
    private static final long HIGHEST_BITS = 0x8080_8080_8080_8080L;
    /** 2^64 divided by the golden ratio: its multiples spread evenly (Knuth, volume 3, section 6.4). */
    private static final long GOLDEN = 0x9E37_79B9_7F4A_7C15L;

    private Ascii() {}

    /**
     * The index of the first byte from {@code from} until before {@code end} that may not stand for itself in a JSON
     * string, or {@code end}. Those are quote, backslash, control characters and all that is not ASCII.
     */
    static int endOfPlain(byte[] text, int from, int end) {
        int at = from;
        for (; at + Long.BYTES <= end; at += Long.BYTES) {
            long marks = notPlain((long) WORDS.get(text, at));
            if (marks != 0) {
                return at + Long.numberOfTrailingZeros(marks) / Byte.SIZE;
            }
        }
        while (at < end && isPlain(text[at])) {
            at++;
        }
        return at;
    }

    private static boolean isPlain(byte b) {
        return b >= ' ' && b != '"' && b != '\\';
    }

    /**
     * The highest bit of the lowest byte that is not plain is set. Bits above it mean nothing, since each subtraction
     * borrows from the bytes above one that it marks; bits below it are 0.
     */
    private static long notPlain(long word) {
        long quote = word ^ '"' * EACH;
        long backslash = word ^ '\\' * EACH;
        long marks = word | (word - ' ' * EACH) | ((quote - EACH) & ~quote) | ((backslash - EACH) & ~backslash);
        return marks & HIGHEST_BITS;
    }

    /** A hash of the bytes from {@code start} until before {@code end}, wherever in an array they stand. */
    static int hash(byte[] text, int start, int end) {
        long hash = (long) end - start;
        for (int at = start; at < end; at += Long.BYTES) {
            hash = mix(hash ^ word(text, at, end));
        }
        return (int) ((hash * GOLDEN) >>> Integer.SIZE);
    }

    /** A hash of the first eight bytes and the length: enough for the few names of a closed list. */
    static int hashOfStart(byte[] text, int start, int end) {
        return (int) ((mix(word(text, start, end) ^ ((long) end - start)) * GOLDEN) >>> Integer.SIZE);
    }

    /** The text as {@link #matches} compares it: eight bytes in each word, zeros behind the end. */
    static long[] words(byte[] text, int start, int end) {
        long[] words = new long[(end - start + Long.BYTES - 1) / Long.BYTES];
        Arrays.setAll(words, i -> word(text, start + i * Long.BYTES, end));
        return words;
    }

    /** Whether {@code words} are those of the text, which has no byte 0. */
    static boolean matches(long[] words, byte[] text, int start, int end) {
        int at = start;
        for (long word : words) {
            if (at >= end || word != word(text, at, end)) {
                return false;
            }
            at += Long.BYTES;
        }
        return at >= end;
    }

    /** The eight bytes at {@code at} as one number, or those before {@code end} and zeros. */
    private static long word(byte[] text, int at, int end) {
        int length = end - at;
        if (at + Long.BYTES > text.length) {
            return lastWord(text, at, end);
        }
        long word = (long) WORDS.get(text, at);
        return length >= Long.BYTES ? word : word & ((1L << (length * Byte.SIZE)) - 1);
    }

    private static long lastWord(byte[] text, int at, int end) {
        long word = 0;
        for (int i = end - 1; i >= at; i--) {
            word = (word << Byte.SIZE) | (text[i] & 0xFF);
        }
        return word;
    }

    /** The eight bytes at {@code at} as one number, the first the lowest. */
    static long word(byte[] text, int at) {
        return (long) WORDS.get(text, at);
    }

    /** How many digits a word begins with. */
    static int digits(long word) {
        long values = word ^ ZEROS;
        // A byte above nine reaches the highest bit; what it carries changes bytes above the first such only.
        return Long.numberOfTrailingZeros(((values + 0x76 * EACH) | values) & HIGHEST_BITS) / Byte.SIZE;
    }

    /** The number that the first one to eight bytes of a word say, which are digits. */
    static long number(long word, int digits) {
        // As if zeros stood before it, then pairs, fours and eights put together at once.
        long values = (word ^ ZEROS) << (Long.SIZE - digits * Byte.SIZE);
        values = values * 10 + (values >>> 8);
        values = ((values & 0x00FF_00FF_00FF_00FFL) * (1 + (100L << 16))) >>> 16;
        return ((values & 0x0000_FFFF_0000_FFFFL) * (1 + (10_000L << 32))) >>> 32;
    }

    private static long mix(long word) {
        long product = word * GOLDEN;
        return product ^ (product >>> Integer.SIZE);
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** The bytes as a text; of ASCII alone, for which ISO 8859-1 is a mere copy. */
    static String text(byte[] text, int start, int end) {
        return new String(text, start, end - start, StandardCharsets.ISO_8859_1);
    }
}
