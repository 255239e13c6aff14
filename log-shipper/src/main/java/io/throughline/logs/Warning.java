package io.throughline.logs;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Something about a trace that a reader should know before trusting its times and sums.
 *
 * @param kind what it is
 * @param message a sentence that names what it is about
 * @param spanId the span that it is about, where it is about one
 */
record Warning(Kind kind, String message, @Nullable String spanId) {

    /** What there is to warn of. */
    enum Kind {
        /** Times contradict each other by more than the tolerance. */
        CLOCK_SKEW,
        /** One event was sent several times; it counts once. */
        DUPLICATE_EVENT,
        /** Something was created, started or completed twice by different events. */
        REPEATED_STEP,
        /** Calls to language models whose cost nobody told. */
        UNPRICED;

        String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
