package io.throughline.publish;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Points in time as people write them, in commands and in the queries of every HTTP interface alike. Stateless.
 *
 * <table>
 * <caption>What is understood</caption>
 * <tr><td>{@code 2026-01-28T15:30:00Z}</td><td>RFC 3339, with any offset and up to nine decimals; a blank may stand for
 * the {@code T}</td></tr>
 * <tr><td>{@code 2026-01-28}</td><td>the beginning of that day</td></tr>
 * <tr><td>{@code now}, {@code today}, {@code yesterday}</td><td>this moment, or the beginning of that day</td></tr>
 * <tr><td>{@code now-2h}, {@code today-30m}</td><td>so long before it, as {@link Settings#parseDuration} has it</td></tr>
 * <tr><td>{@code -2h}</td><td>so long ago</td></tr>
 * </table>
 * Days begin at midnight UTC.
 */
public final class Times {

    private static final String FORMS = "2026-01-28T15:30:00Z, 2026-01-28, now, today, yesterday, -2h or today-2h";
    private static final Pattern DATE = Pattern.compile("\\d{4}-\\d{2}-\\d{2}");
    private static final int BEFORE_TIME_OF_DAY = "2026-01-28".length();

    private Times() {}

    /**
     * The time that is meant.
     *
     * @param name of the option or parameter, with which the message begins
     * @param now what {@code now} means
     * @throws IllegalArgumentException with the text and the forms, when it is none of them
     */
    public static Instant parse(String name, String text, Instant now) {
        try {
            Instant relative = relative(text.strip(), now);
            return relative == null ? absolute(text.strip()) : relative;
        } catch (DateTimeException | ArithmeticException e) {
            throw new IllegalArgumentException(name + " must be a time such as " + FORMS + ", got \"" + text + '"', e);
        }
    }

    private static @Nullable Instant relative(String text, Instant now) {
        int minus = text.indexOf('-');
        String base = minus < 0 ? text : text.substring(0, minus);
        Instant day = now.truncatedTo(ChronoUnit.DAYS);
        Instant from = switch (base) {
            case "now" -> now;
            case "today" -> day;
            case "yesterday" -> day.minus(1, ChronoUnit.DAYS);
            case "" -> minus < 0 ? null : now;
            default -> null;
        };
        if (from == null || minus < 0) {
            return from;
        }
        return from.minus(Settings.parseDuration(text.substring(minus + 1))
                .orElseThrow(() -> new DateTimeException("no duration")));
    }

    private static Instant absolute(String text) {
        if (DATE.matcher(text).matches()) {
            return LocalDate.parse(text).atStartOfDay().toInstant(ZoneOffset.UTC);
        }
        var written = new StringBuilder(text.replace(' ', '+')); // what +01:00 becomes in a query that is not encoded
        if (written.length() > BEFORE_TIME_OF_DAY && written.charAt(BEFORE_TIME_OF_DAY) == '+') {
            written.setCharAt(BEFORE_TIME_OF_DAY, 'T');
        }
        return DateTimeFormatter.ISO_OFFSET_DATE_TIME.parse(written, Instant::from);
    }
}
