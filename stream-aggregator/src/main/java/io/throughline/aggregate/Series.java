package io.throughline.aggregate;

import java.util.List;
import java.util.stream.Stream;

/**
 * One time series: a metric and the values of its labels.
 *
 * @param metric from the catalogue
 * @param labelValues as many as the metric has labels, in their order
 */
public record Series(Metric metric, List<String> labelValues) {

    /** Refuses a wrong number of values with {@link IllegalArgumentException}. */
    public Series {
        if (labelValues.size() != metric.labels().size()) {
            throw new IllegalArgumentException(
                    metric.metricName() + " has " + metric.labels().size() + " labels, got " + labelValues);
        }
    }

    /** Whether all values of all labels are known before the first event. */
    public boolean isKnownBeforehand() {
        return metric.labels().stream().allMatch(Label::isClosed);
    }

    /**
     * All series that share this one's open label values, with every value of its closed labels: what is shown at zero
     * as soon as one of them exists.
     */
    public Stream<Series> family() {
        Stream<List<String>> combinations = Stream.of(List.of());
        for (int i = 0; i < labelValues.size(); i++) {
            Label label = metric.labels().get(i);
            List<String> values = label.isClosed() ? label.vocabulary() : List.of(labelValues.get(i));
            combinations = combinations.flatMap(
                    head -> values.stream().map(value -> Stream.concat(head.stream(), Stream.of(value)).toList()));
        }
        return combinations.map(values -> new Series(metric, values));
    }
}
