package io.throughline.replay;

import io.throughline.publish.Settings;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;

/** Points in time as people write them. Days begin at midnight UTC. Stateless. */
public final class Times {

    private Times() {}

    /**
     * Reads {@code 2026-01-28T15:30:00Z} (RFC 3339, any offset), {@code 2026-01-28}, {@code -2h}, {@code now},
     * {@code today} or {@code yesterday}.
     *
     * @throws IllegalArgumentException with the text and the forms, when it is none of them
     */
    public static Instant parse(String text, Clock clock) {
        Instant now = clock.instant();
        return switch (text) {
            case "now" -> now;
            case "today" -> now.truncatedTo(ChronoUnit.DAYS);
            case "yesterday" -> now.truncatedTo(ChronoUnit.DAYS).minus(1, ChronoUnit.DAYS);
            default -> text.startsWith("-") ? now.minus(ago(text)) : absolute(text);
        };
    }

    private static Duration ago(String text) {
        return Settings.parseDuration(text.substring(1)).orElseThrow(() -> wrong(text));
    }

    private static Instant absolute(String text) {
        try {
            return text.length() == "2026-01-28".length()
                    ? LocalDate.parse(text).atTime(LocalTime.MIDNIGHT).toInstant(ZoneOffset.UTC)
                    : DateTimeFormatter.ISO_OFFSET_DATE_TIME.parse(text, Instant::from);
        } catch (DateTimeException e) {
            throw wrong(text);
        }
    }

    private static IllegalArgumentException wrong(String text) {
        return new IllegalArgumentException(
                "a time must be such as 2026-01-28T15:30:00Z, 2026-01-28, -2h, now, today or"
                        + " yesterday, got \"" + text + '"');
    }
}
