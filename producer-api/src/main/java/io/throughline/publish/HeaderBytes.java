package io.throughline.publish;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/**
 * The headers of a record as they stand behind its value in Kafka's record format, version 2: a count, and for each the
 * length of its name, the name, the length of its value (-1 is null) and the value. Numbers are zigzag variable-length
 * integers (<a href="https://kafka.apache.org/documentation/#recordformat">record format</a>).
 *
 * <p>Read in place, because a name that is made a text for each header of each record costs as much as reading the event.
 * Not safe to share between threads.
 */
public final class HeaderBytes {

    private static final int LONGEST_NUMBER = 5;
    private static final int SEVEN_BITS = 7;

    private byte[] bytes = {};
    private int at;
    private int end;
    private boolean wellFormed;

    private int nameStart;
    private int nameEnd;
    private int valueStart;
    private int valueEnd;

    /** Goes to the headers that begin at {@code start}; says how many there are, or -1 when that cannot be. */
    public int open(byte[] record, int start, int limit) {
        bytes = record;
        at = start;
        end = limit;
        wellFormed = true;
        int count = number();
        return wellFormed && count >= 0 ? count : -1;
    }

    /** Goes to the next header; false when none can be read there. */
    public boolean next() {
        int nameLength = number();
        nameStart = at;
        skip(nameLength);
        wellFormed &= nameLength >= 0;
        nameEnd = at;
        int valueLength = number();
        valueStart = valueLength < 0 ? -1 : at;
        skip(Math.max(0, valueLength));
        valueEnd = at;
        return wellFormed;
    }

    /** Index behind what was read so far. */
    public int at() {
        return at;
    }

    /** Whether the header has that name, given in ASCII. */
    boolean isNamed(byte[] name) {
        return Arrays.equals(bytes, nameStart, nameEnd, name, 0, name.length);
    }

    int nameLength() {
        return nameEnd - nameStart;
    }

    /** Whether the header's value is that, given in ASCII. */
    boolean holds(byte[] value) {
        return valueStart >= 0 && Arrays.equals(bytes, valueStart, valueEnd, value, 0, value.length);
    }

    /** The header's value as a text; null when it has none or is blank. */
    @Nullable
    String text() {
        return text(valueStart, valueEnd);
    }

    /** As {@link #text()}; for a value of few bytes, in which nobody is interested, {@code instead} where it is not null. */
    @Nullable
    String textOr(String instead, int fewBytes) {
        if (valueEnd - valueStart > fewBytes) {
            return text();
        }
        // Visible ASCII in the first place is neither blank nor part of anything that could be.
        boolean visible = valueStart >= 0 && valueEnd > valueStart && bytes[valueStart] > ' ';
        return visible || text() != null ? instead : null;
    }

    /** Where the header's value begins; -1 when it has none. */
    int valueStart() {
        return valueStart;
    }

    int valueEnd() {
        return valueEnd;
    }

    /** The value that stands there, as {@link #text()} would have read it. */
    @Nullable
    String text(int start, int endOfText) {
        if (start < 0) {
            return null;
        }
        String text = new String(bytes, start, endOfText - start, UTF_8);
        return text.isBlank() ? null : text;
    }

    /** All of them, as Kafka's clients have them. */
    public Headers headers(byte[] record, int start, int limit) {
        var headers = new RecordHeaders();
        int count = open(record, start, limit);
        for (int i = 0; i < count && next(); i++) {
            headers.add(new String(bytes, nameStart, nameLength(), UTF_8),
                    valueStart < 0 ? null : Arrays.copyOfRange(bytes, valueStart, valueEnd));
        }
        return headers;
    }

    private void skip(int length) {
        if (length > end - at) {
            wellFormed = false;
        } else {
            at += Math.max(0, length);
        }
    }

    private int number() {
        // Of one byte, as nearly all are.
        if (at < end && bytes[at] >= 0) {
            int zigzag = bytes[at++];
            return (zigzag >>> 1) ^ -(zigzag & 1);
        }
        int number = 0;
        for (int i = 0; i < LONGEST_NUMBER; i++) {
            if (at >= end) {
                break;
            }
            byte b = bytes[at++];
            number |= (b & 0x7F) << (i * SEVEN_BITS);
            if (b >= 0) {
                return (number >>> 1) ^ -(number & 1);
            }
        }
        wellFormed = false;
        return 0;
    }
}
