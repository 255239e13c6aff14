package io.throughline.logs;

import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;

/** Counts what was taken since the last commit, so that metrics never count what a failure takes back. */
final class Tally {

    private final Map<String, Long> stored = new HashMap<>();
    private final Map<String, Map<SkipReason, Long>> skipped = new HashMap<>();
    private long records;

    void stored(String topic) {
        stored.merge(topic, 1L, Long::sum);
        records++;
    }

    void skipped(String topic, SkipReason reason) {
        skipped.computeIfAbsent(topic, t -> new EnumMap<>(SkipReason.class)).merge(reason, 1L, Long::sum);
        records++;
    }

    /** A record that is counted elsewhere, and still waits for the commit. */
    void other() {
        records++;
    }

    long records() {
        return records;
    }

    void moveTo(ShipperMetrics metrics) {
        stored.forEach(metrics::stored);
        skipped.forEach((topic, reasons) -> reasons.forEach((reason, n) -> metrics.skipped(topic, reason, n)));
        clear();
    }

    void clear() {
        stored.clear();
        skipped.clear();
        records = 0;
    }
}
