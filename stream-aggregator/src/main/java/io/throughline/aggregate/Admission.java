package io.throughline.aggregate;

import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which label values the input partitions that are counted together show: of each metric at most a limit of combinations,
 * whoever met them first. Those beyond it are shown as the value {@code other}.
 *
 * <p>What has been shown stays shown. Windows do not ask it, so that whoever counts one input partition again, by itself,
 * arrives at the same windows. Thread-safe.
 */
final class Admission {

    private final int limit;
    private final Map<Metric, Set<List<String>>> shown = new EnumMap<>(Metric.class);

    /** Shows {@code limit} combinations of each metric. */
    Admission(int limit) {
        this.limit = limit;
    }

    /** Shows all of them. */
    static Admission unlimited() {
        return new Admission(Integer.MAX_VALUE);
    }

    /** Whether such label values are shown as they are. */
    synchronized boolean admits(Metric metric, List<String> values) {
        Set<List<String>> known = known(metric);
        if (known.contains(values)) {
            return true;
        }
        return known.size() < limit && known.add(values);
    }

    /** Such label values were shown before this process began. */
    synchronized void restore(Metric metric, List<String> values) {
        known(metric).add(values);
    }

    private Set<List<String>> known(Metric metric) {
        return shown.computeIfAbsent(metric, each -> new HashSet<>());
    }
}
