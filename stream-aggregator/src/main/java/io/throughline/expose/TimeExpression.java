package io.throughline.expose;

import io.throughline.publish.Settings;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.Optional;

/** A point in time as people write it: RFC 3339, {@code now}, {@code -2h}. Stateless. */
final class TimeExpression {

    private static final String NOW = "now";

    private TimeExpression() {}

    /** The time that is meant; empty when none is. */
    static Optional<Instant> read(String text, Instant now) {
        if (text.equals(NOW)) {
            return Optional.of(now);
        }
        String ago = text.startsWith(NOW) ? text.substring(NOW.length()) : text;
        if (ago.startsWith("-")) {
            return Settings.parseDuration(ago.substring(1)).map(now::minus);
        }
        try {
            // The plus of +01:00 arrives as a blank when it was not encoded.
            return Optional.of(DateTimeFormatter.ISO_OFFSET_DATE_TIME.parse(text.replace(' ', '+'), Instant::from));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }
}
