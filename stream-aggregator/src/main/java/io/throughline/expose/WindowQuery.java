package io.throughline.expose;

import io.throughline.aggregate.Label;
import io.throughline.aggregate.Metric;
import io.throughline.aggregate.Series;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Which windows are asked for.
 *
 * @param metric of the catalogue
 * @param from start of the first window, a multiple of {@code step} since 1970
 * @param to end of the last window, a multiple of {@code step} since 1970
 * @param step length of a window, a whole number of minutes
 * @param by the labels that tell one series of the answer from another; the others are added up
 * @param filters for a label the values of which the series must have one
 * @param quantiles from 0 to 1, as they were written and as numbers
 */
record WindowQuery(Metric metric, Instant from, Instant to, Duration step, List<String> by,
        Map<String, List<String>> filters, Map<String, Double> quantiles) {

    WindowQuery {
        by = List.copyOf(by);
    }

    /** Whether a series is asked for. */
    boolean matches(Series series) {
        return labels(series).entrySet().stream()
                .allMatch(label -> filters.getOrDefault(label.getKey(), List.of(label.getValue()))
                        .contains(label.getValue()));
    }

    /** The labels of the answer's series that a series is added to. */
    Map<String, String> group(Series series) {
        Map<String, String> group = labels(series);
        group.keySet().retainAll(by);
        return group;
    }

    /** How many windows there are. */
    long windows() {
        return Duration.between(from, to).dividedBy(step);
    }

    private static Map<String, String> labels(Series series) {
        Map<String, String> labels = new LinkedHashMap<>();
        List<Label> names = new ArrayList<>(series.metric().labels());
        for (int i = 0; i < names.size(); i++) {
            labels.put(names.get(i).name(), series.labelValues().get(i));
        }
        return labels;
    }
}
