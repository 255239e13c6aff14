package io.throughline.aggregate;

import java.util.List;

/** Receives the observations that rules make of one event: which series it touches, and by how much. */
@FunctionalInterface
public interface Observer {

    /**
     * One observation.
     *
     * @param metric what is measured
     * @param labelValues as many as the metric has labels, in their order
     * @param part for gauges that are put together from parts, the part; else empty
     * @param nanos the amount in nano-units: what is added to a counter or level, observed by a histogram, or now the
     *     value of a gauge
     */
    void observe(Metric metric, List<String> labelValues, String part, long nanos);

    /** An observation of a series without parts. */
    default void observe(Metric metric, List<String> labelValues, long nanos) {
        observe(metric, labelValues, "", nanos);
    }

    /** One more of something. */
    default void count(Metric metric, String... labelValues) {
        observe(metric, List.of(labelValues), Nanos.ONE);
    }
}
