package io.throughline.logs;

import io.throughline.serve.Problem;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which traces {@code /api/v2/traces} is asked for. Names are compared in lower case, as Zipkin has them.
 *
 * @param serviceName a service that took part; null for any
 * @param remoteServiceName what a span of it called; null for any
 * @param spanName the name of a span; null for any
 * @param annotations annotations or tags that must be there; a tag whose value is empty may have any
 * @param least the shortest span that counts; null for any
 * @param most the longest span that counts; null for any
 * @param from the earliest time
 * @param to the latest time
 * @param limit how many traces at most
 * @see <a href="https://zipkin.io/zipkin-api/#/default/get_traces">Zipkin API, GET /traces</a>
 */
record ZipkinQuery(@Nullable String serviceName, @Nullable String remoteServiceName, @Nullable String spanName,
        Map<String, String> annotations, @Nullable Duration least, @Nullable Duration most, Instant from, Instant to,
        int limit) {

    static final int MOST_TRACES = 100;

    private static final int USUAL_TRACES = 10;
    private static final long DAY_MILLIS = 86_400_000;
    private static final int MOST_ANNOTATIONS = 32;

    ZipkinQuery {
        annotations = Map.copyOf(annotations);
    }

    /** Reads a URL's raw query. Parameters that Zipkin does not have are not looked at, just as Zipkin does. */
    static ZipkinQuery of(@Nullable String rawQuery, Clock clock) throws Problem {
        Map<String, String> given = parameters(rawQuery);
        long end = number(given, "endTs", clock.millis());
        long lookback = number(given, "lookback", DAY_MILLIS);
        Duration least = micros(given, "minDuration");
        Duration most = micros(given, "maxDuration");
        if (most != null && least == null) {
            throw Parameters.bad("maxDuration is only valid with minDuration");
        }
        if (most != null && least != null && most.compareTo(least) < 0) {
            throw Parameters.bad("maxDuration must not be less than minDuration");
        }
        long limit = number(given, "limit", USUAL_TRACES);
        if (limit < 1) {
            throw Parameters.bad("limit must be at least 1, got " + limit);
        }
        try {
            // endTs is inclusive, to the millisecond.
            return new ZipkinQuery(name(given, "serviceName"), name(given, "remoteServiceName"),
                    name(given, "spanName"), annotations(given.getOrDefault("annotationQuery", "")), least, most,
                    Instant.ofEpochMilli(end).minusMillis(lookback), Instant.ofEpochMilli(end).plusMillis(1),
                    (int) Math.min(limit, MOST_TRACES));
        } catch (DateTimeException | ArithmeticException e) {
            throw Parameters.bad("endTs and lookback are milliseconds, got " + end + " and " + lookback);
        }
    }

    /** Names and values; empty values count as not given, since forms send them. */
    static Map<String, String> parameters(@Nullable String rawQuery) throws Problem {
        String filled = Stream.of(rawQuery == null ? new String[0] : rawQuery.split("&"))
                .filter(pair -> pair.indexOf('=') > 0 && !pair.endsWith("=")).collect(Collectors.joining("&"));
        return new LinkedHashMap<>(Parameters.split(filled));
    }

    boolean matches(List<ZipkinSpan> spans) {
        Map<String, String> left = new TreeMap<>(annotations);
        boolean found = false;
        for (ZipkinSpan span : spans) {
            if (serviceName == null || serviceName.equals(span.serviceName())) {
                left.entrySet().removeIf(asked -> span.has(asked.getKey(), asked.getValue()));
                found |= matches(span);
            }
        }
        return found && left.isEmpty();
    }

    private boolean matches(ZipkinSpan span) {
        Duration length = Duration.ofNanos(span.durationMicros() * 1_000);
        return (spanName == null || spanName.equals(span.name()))
                && (remoteServiceName == null || remoteServiceName.equals(span.remoteServiceName()))
                && (least == null || length.compareTo(least) >= 0) && (most == null || length.compareTo(most) <= 0);
    }

    private static @Nullable String name(Map<String, String> given, String parameter) {
        String text = given.get(parameter);
        String lower = text == null ? null : text.strip().toLowerCase(Locale.ROOT);
        return lower == null || lower.isEmpty() || lower.equals("all") ? null : lower;
    }

    private static Map<String, String> annotations(String text) throws Problem {
        Map<String, String> annotations = new LinkedHashMap<>();
        // From where blanks begin, and without going back: thousands of them are passed once.
        List<String> parts = new ArrayList<>(List.of(text.strip().split("(?<!\\s)\\s++and\\s+")));
        parts.removeIf(String::isBlank);
        if (parts.size() > MOST_ANNOTATIONS) {
            throw Parameters.bad("annotationQuery has more than " + MOST_ANNOTATIONS + " parts");
        }
        for (String part : parts) {
            int equals = part.indexOf('=');
            annotations.put(equals < 0 ? part : part.substring(0, equals),
                    equals < 0 ? "" : part.substring(equals + 1));
        }
        return annotations;
    }

    private static @Nullable Duration micros(Map<String, String> given, String parameter) throws Problem {
        return given.containsKey(parameter) ? Duration.ofNanos(number(given, parameter, 0) * 1_000) : null;
    }

    private static long number(Map<String, String> given, String parameter, long otherwise) throws Problem {
        String text = given.get(parameter);
        if (text == null) {
            return otherwise;
        }
        if (!text.matches("\\d{1,15}")) {
            throw Parameters.bad(parameter + " must be a whole number, got " + Parameters.shown(text));
        }
        return Long.parseLong(text);
    }
}
