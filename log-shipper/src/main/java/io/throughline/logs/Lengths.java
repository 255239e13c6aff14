package io.throughline.logs;

import java.time.Duration;
import java.util.Locale;

/** Lengths of time as people read them. */
final class Lengths {

    private Lengths() {}

    /** {@code 350 ms}, {@code 5.2 s}, {@code 3 min 20 s}, {@code 2 h 5 min}. */
    static String shown(Duration length) {
        if (length.toSeconds() >= 3600) {
            return length.toHours() + " h " + length.toMinutesPart() + " min";
        }
        if (length.toSeconds() >= 100) {
            return length.toMinutes() + " min " + length.toSecondsPart() + " s";
        }
        if (length.toMillis() >= 1000) {
            return String.format(Locale.ROOT, "%.1f s", seconds(length));
        }
        return length.toMillis() + " ms";
    }

    static double seconds(Duration length) {
        return length.getSeconds() + length.getNano() / 1e9;
    }
}
