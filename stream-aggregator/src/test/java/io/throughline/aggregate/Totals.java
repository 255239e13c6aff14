package io.throughline.aggregate;

import java.util.HashMap;
import java.util.Map;

/** Adds up what is observed of each metric. */
final class Totals implements Observer {

    private final Map<Metric, Long> totals = new HashMap<>();

    Map<Metric, Long> byMetric() {
        return totals;
    }

    void clear() {
        totals.clear();
    }

    @Override
    public void observe(Metric metric, long nanos) {
        totals.merge(metric, nanos, Long::sum);
    }

    @Override
    public void observe(Metric metric, String label, long nanos) {
        observe(metric, nanos);
    }

    @Override
    public void observe(Metric metric, String first, String second, long nanos) {
        observe(metric, nanos);
    }

    @Override
    public void observePart(Metric metric, String part, long nanos) {
        observe(metric, nanos);
    }

    @Override
    public void see(String userId) {
        observe(Metric.ACTIVE_USERS, Nanos.ONE);
    }
}
