package io.throughline.expose;

import io.throughline.aggregate.Label;
import io.throughline.aggregate.Metric;
import io.throughline.publish.Settings;
import io.throughline.publish.Times;
import io.throughline.replay.MetricNames;
import io.throughline.serve.Problem;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads the parameters of {@code /api/v1/windows}; every refusal names the parameter, its value and what to write. */
final class WindowParameters {

    /** Windows of one series that an answer can have: a day and a half of minutes, more than is kept by default. */
    static final long MOST_WINDOWS = 2_160;

    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final long FEW_WINDOWS = 150;
    private static final int[] STEPS = {1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440};
    private static final int MOST_QUANTILES = 20;
    private static final Set<String> OWN = Set.of("metric", "from", "to", "step", "by", "quantiles");

    private final Map<String, List<String>> given;
    private final Instant now;

    private WindowParameters(Map<String, List<String>> given, Instant now) {
        this.given = given;
        this.now = now;
    }

    /** The question that a URL's raw query asks. */
    static WindowQuery read(@Nullable String rawQuery, Instant now) throws Problem {
        return new WindowParameters(split(rawQuery), now).query();
    }

    private WindowQuery query() throws Problem {
        Metric metric = metric();
        Map<String, List<String>> filters = filters(metric);
        Instant from = time("from", "-1h");
        Instant to = time("to", "now");
        if (!from.isBefore(to)) {
            throw bad("from must be before to, got " + from + " and " + to);
        }
        Duration step = step(from, to);
        var query = new WindowQuery(metric, floor(from, step), ceiling(to, step), step, by(metric), filters,
                quantiles(metric));
        if (query.windows() > MOST_WINDOWS) {
            throw bad("an answer has at most " + MOST_WINDOWS + " windows, these would be " + query.windows()
                    + ": choose a longer step or a shorter range");
        }
        return query;
    }

    private Metric metric() throws Problem {
        String name = one("metric", "");
        Metric metric = Metric.named(name);
        if (metric == null) {
            throw bad(name.isEmpty()
                    ? "parameter metric is missing; it is one of " + String.join(", ", MetricNames.all())
                    : "metric " + shown(name) + " is not in the catalogue; "
                            + MetricNames.hint(name));
        }
        return metric;
    }

    private Map<String, List<String>> filters(Metric metric) throws Problem {
        Map<String, List<String>> filters = new LinkedHashMap<>(given);
        filters.keySet().removeAll(OWN);
        for (Map.Entry<String, List<String>> filter : filters.entrySet()) {
            Label label = metric.labels().stream().filter(each -> each.name().equals(filter.getKey())).findFirst()
                    .orElseThrow(() -> bad("parameter " + shown(filter.getKey()) + " is not known; known are "
                            + OWN.stream().sorted().collect(Collectors.joining(", ")) + ", and as filters "
                            + labels(metric)));
            for (String value : filter.getValue()) {
                if (label.isClosed() && !label.vocabulary().contains(value)) {
                    throw bad(label.name() + " must be one of " + String.join(", ", label.vocabulary()) + ", got "
                            + shown(value));
                }
            }
        }
        return filters;
    }

    private List<String> by(Metric metric) throws Problem {
        List<String> all = metric.labels().stream().map(Label::name).toList();
        if (!given.containsKey("by")) {
            return all;
        }
        Set<String> by = new LinkedHashSet<>(listed(one("by", "")));
        for (String name : by) {
            if (!all.contains(name)) {
                throw bad("by must be labels of " + metric.metricName() + ", which are " + labels(metric) + "; got "
                        + shown(name));
            }
        }
        return List.copyOf(by);
    }

    private Map<String, Double> quantiles(Metric metric) throws Problem {
        List<String> asked = listed(one("quantiles", ""));
        if (!asked.isEmpty() && metric.kind() != Metric.Kind.HISTOGRAM) {
            throw bad("quantiles are known of histograms only, and " + metric.metricName() + " is none; histograms are "
                    + String.join(", ", MetricNames.histograms()));
        }
        if (asked.size() > MOST_QUANTILES) {
            throw bad("at most " + MOST_QUANTILES + " quantiles, got " + asked.size());
        }
        Map<String, Double> quantiles = new LinkedHashMap<>();
        for (String text : asked) {
            quantiles.put(text, quantile(text));
        }
        return quantiles;
    }

    private static double quantile(String text) throws Problem {
        try {
            double q = Double.parseDouble(text);
            if (q >= 0 && q <= 1) {
                return q;
            }
        } catch (NumberFormatException e) {
            // told below, like a number out of range
        }
        throw bad("quantiles must be numbers from 0 to 1 such as 0.5,0.95,0.99, got " + shown(text));
    }

    private Duration step(Instant from, Instant to) throws Problem {
        String text = one("step", "");
        if (text.isEmpty()) {
            return stepFor(Duration.between(from, to));
        }
        Duration step = Settings.parseDuration(text).orElse(Duration.ZERO);
        if (step.compareTo(MINUTE) < 0 || !MINUTE.multipliedBy(step.toMinutes()).equals(step)) {
            throw bad("step must be a whole number of minutes, at least 1m, such as 1m, 5m or 1h, got " + shown(text));
        }
        return step;
    }

    /** The shortest that gives a number of windows which fits a screen. */
    static Duration stepFor(Duration range) {
        return Arrays.stream(STEPS).mapToObj(Duration::ofMinutes)
                .filter(step -> range.dividedBy(step) <= FEW_WINDOWS).findFirst()
                .orElse(Duration.ofDays(1 + range.toDays() / FEW_WINDOWS));
    }

    private Instant time(String name, String otherwise) throws Problem {
        String text = one(name, otherwise);
        Instant time;
        try {
            time = Times.parse(name, shortened(text), now);
        } catch (IllegalArgumentException e) {
            throw bad(String.valueOf(e.getMessage()));
        }
        if (time.isBefore(Instant.EPOCH) || time.isAfter(now.plus(Duration.ofDays(366)))) {
            throw bad(name + " must lie between 1970 and next year, got " + shown(text));
        }
        return time;
    }

    private String one(String name, String otherwise) throws Problem {
        List<String> values = given.getOrDefault(name, List.of(otherwise));
        if (values.size() > 1) {
            throw bad("parameter " + name + " is given twice");
        }
        return values.getFirst();
    }

    private static Instant floor(Instant time, Duration step) {
        return Instant.ofEpochMilli(Math.floorDiv(time.toEpochMilli(), step.toMillis()) * step.toMillis());
    }

    private static Instant ceiling(Instant time, Duration step) {
        Instant floor = floor(time, step);
        return floor.equals(time) ? floor : floor.plus(step);
    }

    private static List<String> listed(String text) {
        return Arrays.stream(text.split(",")).map(String::strip).filter(each -> !each.isEmpty()).toList();
    }

    private static String labels(Metric metric) {
        return metric.labels().isEmpty()
                ? "none"
                : metric.labels().stream().map(Label::name).collect(Collectors.joining(", "));
    }

    private static Map<String, List<String>> split(@Nullable String rawQuery) throws Problem {
        Map<String, List<String>> given = new LinkedHashMap<>();
        for (String pair : rawQuery == null || rawQuery.isEmpty() ? List.<String>of() : List.of(rawQuery.split("&"))) {
            String[] sides = pair.split("=", 2);
            given.computeIfAbsent(decode(sides[0]), name -> new ArrayList<>())
                    .add(sides.length == 1 ? "" : decode(sides[1]));
        }
        return given;
    }

    private static String decode(String text) throws Problem {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw bad("the query cannot be decoded at " + shown(text) + ": a percent sign is written %25");
        }
    }

    private static Problem bad(String detail) {
        return new Problem(400, detail);
    }

    private static String shown(String text) {
        return '"' + shortened(text) + '"';
    }

    private static String shortened(String text) {
        return text.length() <= 80 ? text : text.substring(0, 80) + "…";
    }
}
