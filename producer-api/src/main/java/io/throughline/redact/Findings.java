package io.throughline.redact;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** How often each kind of secret was replaced. Thread-safe. */
final class Findings {

    private final Map<Finding, LongAdder> counts = new EnumMap<>(Finding.class);

    Findings() {
        for (Finding finding : Finding.values()) {
            counts.put(finding, new LongAdder());
        }
    }

    void add(Finding finding) {
        LongAdder count = counts.get(finding);
        if (count != null) {
            count.increment();
        }
    }

    Map<Finding, Long> snapshot() {
        Map<Finding, Long> snapshot = new EnumMap<>(Finding.class);
        counts.forEach((finding, count) -> snapshot.put(finding, count.sum()));
        return Collections.unmodifiableMap(snapshot);
    }
}
