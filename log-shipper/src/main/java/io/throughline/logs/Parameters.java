package io.throughline.logs;

import static java.util.stream.Collectors.joining;

import io.throughline.event.LogLevel;
import io.throughline.publish.Times;
import io.throughline.serve.Problem;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Reads the parameters of {@code /api/v1/logs}; every refusal names the parameter and what is wrong with it. */
final class Parameters {

    private static final int DEFAULT_LINES = 100;
    private static final int LONGEST_VALUE = 4_096;
    static final Set<String> EXACT = Set.of("trace_id", "request_id", "user_id", "job_id", "batch_id",
            "service", "logger", "error_code");
    private static final Set<String> OTHERS = Set.of("level", "min_level", "status_code", "from", "to", "q", "limit",
            "order", "cursor", "kind");

    private final Map<String, String> given;
    private final Instant now;

    private Parameters(Map<String, String> given, Instant now) {
        this.given = given;
        this.now = now;
    }

    /** The question that a URL's raw query asks. */
    static LogQuery logQuery(@Nullable String rawQuery) throws Problem {
        return logQueryOf(split(rawQuery));
    }

    /** The same, by a clock that stands still. */
    static LogQuery logQuery(@Nullable String rawQuery, Instant now) throws Problem {
        return new Parameters(split(rawQuery), now).logQuery();
    }

    /** The question that these parameters ask. */
    static LogQuery logQueryOf(Map<String, String> given) throws Problem {
        return new Parameters(given, Instant.now()).logQuery();
    }

    /** Names and values of a raw query, each name once. */
    static Map<String, String> split(@Nullable String rawQuery) throws Problem {
        Map<String, String> given = new LinkedHashMap<>();
        for (String pair : rawQuery == null || rawQuery.isEmpty() ? List.<String>of() : List.of(rawQuery.split("&"))) {
            int equals = pair.indexOf('=');
            String name = decode(equals < 0 ? pair : pair.substring(0, equals));
            String value = decode(equals < 0 ? "" : pair.substring(equals + 1));
            if (value.isEmpty() || value.length() > LONGEST_VALUE) {
                throw bad("parameter " + shown(name) + " must have 1 to " + LONGEST_VALUE + " characters, got "
                        + value.length());
            }
            if (given.put(name, value) != null) {
                throw bad("parameter " + shown(name) + " is given twice");
            }
        }
        return given;
    }

    private LogQuery logQuery() throws Problem {
        refuseUnknown();
        Map<String, String> exact = new HashMap<>(given);
        exact.keySet().retainAll(EXACT);
        if (given.containsKey("status_code")) {
            exact.put("status_code", Integer.toString(number("status_code", 0, Integer.MAX_VALUE, 0)));
        }
        Instant from = time("from");
        Instant to = time("to");
        if (from != null && to != null && !from.isBefore(to)) {
            throw bad("from must be before to, got " + from + " and " + to);
        }
        Cursor after = cursor();
        Order order = order(after);
        String text = given.get("q");
        return new LogQuery(kinds(), exact, levels(), from, to, text == null ? null : FullText.read(text), order,
                number("limit", 1, LogQuery.MOST, DEFAULT_LINES), after);
    }

    /** The raw query that asks this question. */
    static String encode(LogQuery query) {
        Map<String, String> given = new LinkedHashMap<>(query.exact());
        given.put("kind", query.kinds().size() > 1 ? "all" : query.kinds().iterator().next().wireName());
        given.put("order", query.order().wireName());
        given.put("limit", Integer.toString(query.limit()));
        if (!query.levels().isEmpty()) {
            given.put("level", query.levels().stream().map(LogLevel::wireName).sorted().collect(joining(",")));
        }
        if (query.from() != null) {
            given.put("from", query.from().toString());
        }
        if (query.to() != null) {
            given.put("to", query.to().toString());
        }
        if (query.text() != null) {
            given.put("q", query.text().source());
        }
        if (query.after() != null) {
            given.put("cursor", query.after().encoded());
        }
        return given.entrySet().stream().map(pair -> pair.getKey() + '=' + URLEncoder.encode(pair.getValue(),
                StandardCharsets.UTF_8)).collect(joining("&"));
    }

    private Set<Kind> kinds() throws Problem {
        String text = given.getOrDefault("kind", Kind.LOG.wireName());
        return switch (text) {
            case "all" -> EnumSet.allOf(Kind.class);
            case "log" -> EnumSet.of(Kind.LOG);
            case "event" -> EnumSet.of(Kind.EVENT);
            default -> throw bad("kind must be log, event or all, got " + shown(text));
        };
    }

    private void refuseUnknown() throws Problem {
        for (String name : given.keySet()) {
            if (!EXACT.contains(name) && !OTHERS.contains(name)) {
                Set<String> known = new TreeSet<>(EXACT);
                known.addAll(OTHERS);
                throw bad("parameter " + shown(name) + " is not known; known are " + String.join(", ", known));
            }
        }
    }

    private Set<LogLevel> levels() throws Problem {
        Set<LogLevel> levels = EnumSet.noneOf(LogLevel.class);
        for (String name : given.containsKey("level") ? given.get("level").split(",", -1) : new String[0]) {
            levels.add(level("level", name));
        }
        String lowest = given.get("min_level");
        LogLevel least = lowest == null ? null : level("min_level", lowest);
        for (LogLevel level : levels) {
            if (least != null && level.compareTo(least) < 0) {
                throw bad("level " + level + " is below min_level " + least + ": leave one of them out");
            }
        }
        if (levels.isEmpty() && least != null) {
            levels.addAll(EnumSet.range(least, LogLevel.CRITICAL));
        }
        return levels;
    }

    private static LogLevel level(String name, String text) throws Problem {
        return LogLevel.of(text).orElseThrow(
                () -> bad(name + " must be one of " + Arrays.toString(LogLevel.values()) + ", got " + shown(text)));
    }

    private @Nullable Instant time(String name) throws Problem {
        String text = given.get(name);
        try {
            return text == null ? null : Times.parse(name, shortened(text), now);
        } catch (IllegalArgumentException e) {
            throw bad(String.valueOf(e.getMessage()));
        }
    }

    private int number(String name, int min, int max, int otherwise) throws Problem {
        String text = given.get(name);
        if (text == null) {
            return otherwise;
        }
        try {
            int number = Integer.parseInt(text);
            if (number >= min && number <= max) {
                return number;
            }
        } catch (NumberFormatException e) {
            // told below, like a number out of range
        }
        throw bad(name + " must be a whole number from " + min + " to " + max + ", got " + shown(text));
    }

    private @Nullable Cursor cursor() throws Problem {
        String text = given.get("cursor");
        return text == null
                ? null
                : Cursor.decode(text).orElseThrow(() -> bad(
                        "cursor must be what a header X-Next-Cursor said, got " + shown(text)));
    }

    private Order order(@Nullable Cursor after) throws Problem {
        String text = given.getOrDefault("order", after == null ? "newest" : after.order().wireName());
        Order order = Arrays.stream(Order.values()).filter(o -> o.wireName().equals(text)).findFirst()
                .orElseThrow(() -> bad("order must be newest or oldest, got " + shown(text)));
        if (after != null && after.order() != order) {
            throw bad("cursor comes from an answer with order " + after.order().wireName() + ", order is " + text);
        }
        return order;
    }

    private static String decode(String text) throws Problem {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw bad("the query cannot be decoded at " + shown(text) + ": a percent sign is written %25");
        }
    }

    static Problem bad(String detail) {
        return new Problem(400, detail);
    }

    static String shown(String text) {
        return '"' + shortened(text) + '"';
    }

    private static String shortened(String text) {
        return text.length() <= 80 ? text : text.substring(0, 80) + "…";
    }
}
