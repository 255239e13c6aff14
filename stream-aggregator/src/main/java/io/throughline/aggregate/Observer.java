package io.throughline.aggregate;

/**
 * Receives the observations that rules make of one event: which series it touches, and by how much.
 *
 * <p>Amounts are in nano-units: what is added to a counter or level, observed by a histogram, or now the value of a
 * gauge. There is a method for each number of labels a metric can have, so that an observation makes no list.
 */
public interface Observer {

    /** An observation of the series of a metric without labels. */
    void observe(Metric metric, long nanos);

    /** An observation of a series of a metric with one label. */
    void observe(Metric metric, String label, long nanos);

    /** An observation of a series of a metric with two labels, in their order. */
    void observe(Metric metric, String first, String second, long nanos);

    /** An observation of a part of a gauge that is put together from parts. */
    void observePart(Metric metric, String part, long nanos);

    /** A user was seen, as {@code active_users} counts. */
    void see(String userId);

    /** One more of something. */
    default void count(Metric metric) {
        observe(metric, Nanos.ONE);
    }

    /** One more of something. */
    default void count(Metric metric, String label) {
        observe(metric, label, Nanos.ONE);
    }

    /** One more of something. */
    default void count(Metric metric, String first, String second) {
        observe(metric, first, second, Nanos.ONE);
    }
}
