package io.throughline.event;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.time.Instant;
import java.util.Arrays;

/**
 * One flat JSON object in UTF-8 that grows at its end, as Jackson's generator would have written it: beside letters in
 * ASCII only what has to be escaped is, and surrogates are. Used by one thread.
 */
final class JsonBytes {

    private static final int TYPICAL_BYTES = 512;
    /** What one character takes at most: six for an escape. */
    private static final int MOST_BYTES = 6;
    private static final int ASCII = 128;
    private static final int ONE_BYTE = 0x80;
    private static final int TWO_BYTES = 0x800;
    private static final byte[] HEX = "0123456789ABCDEF".getBytes(US_ASCII);
    /** Of each character in ASCII: 0 where it stands as it is, a letter where that stands behind a backslash, else 1. */
    private static final byte[] ESCAPES = escapes();
    private static final byte[] LEAST_LONG = Long.toString(Long.MIN_VALUE).getBytes(US_ASCII);
    /** Up to here a product with {@link #MILLION} is exact, and a double is written without an exponent. */
    private static final double MOST_PLAIN = 1e7;
    private static final double LEAST_PLAIN = 1e-3;
    private static final double MILLION = 1e6;
    private static final int DECIMALS = 6;

    private byte[] bytes = new byte[TYPICAL_BYTES];
    private int at;

    JsonBytes() {
        bytes[at++] = '{';
    }

    /** A field's name with its quotes and colon, as {@link #name(byte[])} takes it; its letters need no escape. */
    static byte[] name(String name) {
        return ('"' + name + "\":").getBytes(US_ASCII);
    }

    /** Begins the next field. */
    void name(byte[] quoted) {
        room(quoted.length + 1);
        separate();
        System.arraycopy(quoted, 0, bytes, at, quoted.length);
        at += quoted.length;
    }

    /** Begins the next field, whatever its name is. */
    void anyName(String name) {
        room(1);
        separate();
        text(name);
        room(1);
        bytes[at++] = ':';
    }

    /** A text with its quotes. */
    void text(String text) {
        int length = text.length();
        room(length + 2);
        bytes[at++] = '"';
        int i = plain(text, length);
        for (; i < length; i++) {
            room(MOST_BYTES + length - i + 1);
            character(text.charAt(i));
        }
        bytes[at++] = '"';
    }

    /** A time as {@link Instant#toString} has it, with its quotes. */
    void time(Instant time) {
        room(UtcText.MOST_BYTES + 2);
        bytes[at++] = '"';
        at = UtcText.write(time, bytes, at);
        bytes[at++] = '"';
    }

    void number(long number) {
        room(LEAST_LONG.length);
        if (number == Long.MIN_VALUE) {
            raw(LEAST_LONG);
            return;
        }
        long rest = number;
        if (rest < 0) {
            bytes[at++] = '-';
            rest = -rest;
        }
        digits(rest, digitsOf(rest));
    }

    /** As {@link Double#toString} has it; by whole millionths where these are the number. */
    void number(double number) {
        if (number >= LEAST_PLAIN && number < MOST_PLAIN) {
            long millionths = Math.round(number * MILLION);
            // One division, which is exact to half a unit: then this is the shortest text that reads as the number.
            if (millionths / MILLION == number) {
                decimal(millionths);
                return;
            }
        }
        raw(Double.toString(number).getBytes(US_ASCII));
    }

    /** JSON as it stands. */
    void raw(byte[] json) {
        room(json.length);
        System.arraycopy(json, 0, bytes, at, json.length);
        at += json.length;
    }

    /** The whole object. */
    byte[] end() {
        room(1);
        bytes[at++] = '}';
        return Arrays.copyOf(bytes, at);
    }

    private void separate() {
        if (at > 1) {
            bytes[at++] = ',';
        }
    }

    /** Writes what needs no escape, to the end of nearly every text; says how many characters that were. */
    private int plain(String text, int length) {
        byte[] to = bytes;
        int start = at;
        int i = 0;
        for (; i < length; i++) {
            char c = text.charAt(i);
            if (c >= ASCII || ESCAPES[c] != 0) {
                break;
            }
            to[start + i] = (byte) c;
        }
        at = start + i;
        return i;
    }

    private void character(char c) {
        if (c < ONE_BYTE) {
            ascii(c);
        } else if (c < TWO_BYTES) {
            bytes[at++] = (byte) (0xC0 | (c >> 6));
            bytes[at++] = (byte) (0x80 | (c & 0x3F));
        } else if (Character.isSurrogate(c)) {
            escape(c);
        } else {
            bytes[at++] = (byte) (0xE0 | (c >> 12));
            bytes[at++] = (byte) (0x80 | ((c >> 6) & 0x3F));
            bytes[at++] = (byte) (0x80 | (c & 0x3F));
        }
    }

    private void ascii(char c) {
        byte escape = ESCAPES[c];
        if (escape == 0) {
            bytes[at++] = (byte) c;
        } else if (escape == 1) {
            escape(c);
        } else {
            bytes[at++] = '\\';
            bytes[at++] = escape;
        }
    }

    private void escape(char c) {
        bytes[at++] = '\\';
        bytes[at++] = 'u';
        for (int shift = 12; shift >= 0; shift -= 4) {
            bytes[at++] = HEX[(c >> shift) & 0xF];
        }
    }

    private void decimal(long millionths) {
        long whole = millionths / (long) MILLION;
        room(LEAST_LONG.length);
        digits(whole, digitsOf(whole));
        bytes[at++] = '.';
        digits(millionths % (long) MILLION, DECIMALS);
        while (bytes[at - 1] == '0' && bytes[at - 2] != '.') {
            at--;
        }
    }

    private void digits(long number, int count) {
        long rest = number;
        for (int i = at + count - 1; i >= at; i--) {
            bytes[i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        at += count;
    }

    private static int digitsOf(long number) {
        int digits = 1;
        for (long rest = number; rest >= 10; rest /= 10) {
            digits++;
        }
        return digits;
    }

    private void room(int more) {
        if (more > bytes.length - at) {
            bytes = Arrays.copyOf(bytes, Math.addExact(at, Math.max(more, at)));
        }
    }

    private static byte[] escapes() {
        var escapes = new byte[ASCII];
        Arrays.fill(escapes, 0, ' ', (byte) 1);
        escapes['\b'] = 'b';
        escapes['\t'] = 't';
        escapes['\n'] = 'n';
        escapes['\f'] = 'f';
        escapes['\r'] = 'r';
        escapes['"'] = '"';
        escapes['\\'] = '\\';
        return escapes;
    }
}
