package io.throughline.event;

import java.time.Instant;

/**
 * Times as {@link Instant#toString} writes them, at a fraction of its price: records come in the order of time, so the
 * text of the second is nearly always that of the record before. Thread-safe.
 */
final class UtcText {

    private static final int NANO_DIGITS = 9;
    private static final int NANOS_OF_MILLI = 1_000_000;
    private static final int NANOS_OF_MICRO = 1_000;

    /** Seen by all threads or not, it is right for its own second. */
    private static volatile Second last = Second.of(0);

    private UtcText() {}

    private record Second(long epoch, String text) {

        static Second of(long epoch) {
            String whole = Instant.ofEpochSecond(epoch).toString();
            return new Second(epoch, whole.substring(0, whole.length() - 1));
        }
    }

    /** With no, three, six or nine decimals, as few as say it all. */
    static String of(Instant time) {
        Second second = last;
        if (second.epoch != time.getEpochSecond()) {
            second = Second.of(time.getEpochSecond());
            last = second;
        }
        int nanos = time.getNano();
        return nanos == 0 ? second.text + 'Z' : withDecimals(second.text, nanos);
    }

    private static String withDecimals(String second, int nanos) {
        int digits = nanos % NANOS_OF_MILLI == 0 ? 3 : nanos % NANOS_OF_MICRO == 0 ? 6 : NANO_DIGITS;
        var text = new StringBuilder(second.length() + digits + 2).append(second).append('.');
        int unit = 100_000_000;
        for (int rest = nanos, i = 0; i < digits; i++, unit /= 10) {
            text.append((char) ('0' + rest / unit));
            rest %= unit;
        }
        return text.append('Z').toString();
    }
}
