package io.throughline.local.replay;

import io.throughline.aggregate.Label;
import io.throughline.aggregate.Metric;
import io.throughline.publish.Settings;
import io.throughline.publish.Times;
import io.throughline.replay.Capsule;
import io.throughline.replay.InputRecord;
import io.throughline.replay.MetricNames;
import io.throughline.replay.MetricQuery;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.LongSummaryStatistics;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which numbers are meant: a range, a step, metrics and labels. */
final class MetricOptions {

    private static final Duration USUAL = Duration.ofHours(1);

    @Option(names = "--from", paramLabel = "TIME", description = "begin of the first window (default: -1h, or the"
            + " begin of the capsule); widened to whole steps, as --to is")
    private @Nullable String from;

    @Option(names = "--to", paramLabel = "TIME", description = "end of the last window (default: now, or the end of the"
            + " capsule)")
    private @Nullable String to;

    @Option(names = "--step", paramLabel = "DURATION", description = "length of a window, whole minutes: 1m, 5m, 1h"
            + " (default: at most 60 windows)")
    private @Nullable String step;

    @Option(names = "--by", paramLabel = "LABELS", split = ",", description = "labels that tell series apart, such as"
            + " model,status; the others are added up; --by= adds up everything (default: all)")
    private @Nullable List<String> by;

    @Option(names = "--metric", paramLabel = "NAME", split = ",", description = "these metrics only")
    private List<String> metrics = new ArrayList<>();

    /** The query; {@link IllegalArgumentException} says which option cannot be understood. */
    MetricQuery query(Clock clock, @Nullable Capsule capsule) {
        List<String> by = labels();
        Duration length = step == null ? null : duration(step);
        MetricQuery otherwise = capsule == null
                ? MetricQuery.of(clock.instant().minus(USUAL), clock.instant(), length, by)
                : whole(capsule, length, by);
        Instant begin = from == null ? otherwise.from() : Times.parse("--from", from, clock.instant());
        Instant end = to == null ? otherwise.to() : Times.parse("--to", to, clock.instant());
        if (!begin.isBefore(end)) {
            throw new IllegalArgumentException("--from must be before --to, got " + begin + " and " + end);
        }
        return MetricQuery.of(begin, end, length, by);
    }

    /** Whether {@code --to} was given. */
    boolean endsAsAsked() {
        return to != null;
    }

    /** From the first event of a capsule to the last. */
    static MetricQuery whole(Capsule capsule, @Nullable Duration step, @Nullable List<String> by) {
        LongSummaryStatistics times = capsule.records().stream()
                .mapToLong(each -> new InputRecord(each).eventTimeNanos()).summaryStatistics();
        return MetricQuery.of(Instant.EPOCH.plusNanos(times.getMin()), Instant.EPOCH.plusNanos(times.getMax() + 1),
                step, by);
    }

    private static Duration duration(String text) {
        return Settings.parseDuration(text).filter(step -> step.toSeconds() >= 60 && step.toSeconds() % 60 == 0)
                .orElseThrow(
                        () -> new IllegalArgumentException("--step must be a whole number of minutes such as 1m, 5m or"
                                + " 1h, got \"" + text + '"'));
    }

    /** The metrics, in the order of the catalogue; those that have every label of {@code --by}. */
    List<Metric> metrics() {
        List<Metric> named = metrics.stream().map(MetricOptions::metric).toList();
        List<Metric> chosen = Arrays.stream(Metric.values())
                .filter(metric -> named.isEmpty() ? hasLabels(metric) : named.contains(metric)).toList();
        if (chosen.isEmpty()) {
            throw new IllegalArgumentException("--by " + labels() + ": no metric has these labels");
        }
        chosen.stream().filter(metric -> !hasLabels(metric)).findFirst().ifPresent(metric -> {
            throw new IllegalArgumentException("--by " + labels() + ": the labels of " + metric.metricName() + " are "
                    + metric.labels().stream().map(Label::name).toList());
        });
        return chosen;
    }

    /** None to add up everything; null for all that there are. */
    private @Nullable List<String> labels() {
        return by == null ? null : by.stream().filter(label -> !label.isBlank()).toList();
    }

    private boolean hasLabels(Metric metric) {
        List<String> by = labels();
        return by == null || metric.labels().stream().map(label -> label.name()).collect(Collectors.toSet())
                .containsAll(by);
    }

    private static Metric metric(String name) {
        Metric metric = Metric.named(name);
        if (metric == null) {
            throw new IllegalArgumentException(
                    "--metric " + name + " is not in the catalogue; " + MetricNames.hint(name));
        }
        return metric;
    }
}
