package io.throughline.event;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.time.Instant;

/**
 * Times as {@link Instant#toString} writes them, at a fraction of its price: records come in the order of time, so the
 * text of the second is nearly always that of the record before. Thread-safe.
 */
final class UtcText {

    private static final int NANO_DIGITS = 9;
    private static final int NANOS_OF_MILLI = 1_000_000;
    private static final int NANOS_OF_MICRO = 1_000;

    /** What {@link #write} takes at most: the text of {@link Instant#MAX}. */
    static final int MOST_BYTES = Instant.MAX.toString().length();

    /** Seen by all threads or not, it is right for its own second. */
    private static volatile Second last = Second.of(0);

    private UtcText() {}

    /** The text as far as the seconds. */
    private static final class Second {

        final long epoch;
        final byte[] text;

        private Second(long epoch, byte[] text) {
            this.epoch = epoch;
            this.text = text;
        }

        static Second of(long epoch) {
            String whole = Instant.ofEpochSecond(epoch).toString();
            return new Second(epoch, whole.substring(0, whole.length() - 1).getBytes(US_ASCII));
        }
    }

    /** Writes it with no, three, six or nine decimals, as few as say it all; says where it ends. */
    static int write(Instant time, byte[] to, int at) {
        Second second = last;
        long epoch = time.getEpochSecond();
        int nanos = time.getNano();
        if (second.epoch != epoch) {
            second = Second.of(epoch);
            last = second;
        }
        System.arraycopy(second.text, 0, to, at, second.text.length);
        int end = at + second.text.length;
        if (nanos != 0) {
            end = decimals(nanos, to, end);
        }
        to[end] = 'Z';
        return end + 1;
    }

    private static int decimals(int nanos, byte[] to, int at) {
        int digits = nanos % NANOS_OF_MILLI == 0 ? 3 : nanos % NANOS_OF_MICRO == 0 ? 6 : NANO_DIGITS;
        to[at] = '.';
        int unit = 100_000_000;
        for (int rest = nanos, i = 1; i <= digits; i++, unit /= 10) {
            to[at + i] = (byte) ('0' + rest / unit);
            rest %= unit;
        }
        return at + 1 + digits;
    }
}
