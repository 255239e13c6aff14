package io.throughline.local.replay;

import io.throughline.aggregate.Metric;
import io.throughline.publish.Settings;
import io.throughline.replay.MetricQuery;
import io.throughline.replay.Times;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which numbers are meant: a range, a step, metrics and labels. */
final class MetricOptions {

    @Option(names = "--from", paramLabel = "TIME", defaultValue = "-1h", description = "begin of the first window"
            + " (default: ${DEFAULT-VALUE}); widened to whole steps, as --to is")
    private String from = "-1h";

    @Option(names = "--to", paramLabel = "TIME", defaultValue = "now", description = "end of the last window"
            + " (default: ${DEFAULT-VALUE})")
    private String to = "now";

    @Option(names = "--step", paramLabel = "DURATION", description = "length of a window, whole minutes: 1m, 5m, 1h"
            + " (default: at most 60 windows)")
    private @Nullable String step;

    @Option(names = "--by", paramLabel = "LABELS", split = ",", description = "labels that tell series apart, such as"
            + " model,status; the others are added up (default: all)")
    private @Nullable List<String> by;

    @Option(names = "--metric", paramLabel = "NAME", split = ",", description = "these metrics only")
    private List<String> metrics = new ArrayList<>();

    /** The query; {@link IllegalArgumentException} says which option cannot be understood. */
    MetricQuery query(Clock clock) {
        Instant begin = Times.parse(from, clock);
        Instant end = Times.parse(to, clock);
        if (!begin.isBefore(end)) {
            throw new IllegalArgumentException("--from must be before --to, got " + begin + " and " + end);
        }
        return MetricQuery.of(begin, end, step == null ? null : duration(step), by);
    }

    private static Duration duration(String text) {
        return Settings.parseDuration(text).orElseThrow(() -> new IllegalArgumentException(
                "--step must be a duration such as 1m, 5m or 1h, got \"" + text + '"'));
    }

    /** The metrics, in the order of the catalogue; those that have every label of {@code --by}. */
    List<Metric> metrics() {
        List<Metric> named = metrics.stream().map(MetricOptions::metric).toList();
        List<Metric> chosen = Arrays.stream(Metric.values())
                .filter(metric -> named.isEmpty() ? hasLabels(metric) : named.contains(metric)).toList();
        List<Metric> without = chosen.stream().filter(metric -> !hasLabels(metric)).toList();
        if (chosen.isEmpty() || !without.isEmpty()) {
            throw new IllegalArgumentException("--by " + by + ": "
                    + (without.isEmpty() ? "no metric" : without.getFirst().metricName()) + " has these labels");
        }
        return chosen;
    }

    private boolean hasLabels(Metric metric) {
        return by == null || metric.labels().stream().map(label -> label.name()).collect(Collectors.toSet())
                .containsAll(by);
    }

    private static Metric metric(String name) {
        Metric metric = Metric.named(name);
        if (metric == null) {
            throw new IllegalArgumentException("--metric " + name + " is not in the catalogue; known are "
                    + Arrays.stream(Metric.values()).map(Metric::metricName).collect(Collectors.joining(", ")));
        }
        return metric;
    }
}
