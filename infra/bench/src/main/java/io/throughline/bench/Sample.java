package io.throughline.bench;

import java.util.Map;

/**
 * What one run of one variant says of itself.
 *
 * @param measured what it used from the end of the warm-up to the last event
 * @param counted what it counted, by the names of {@link Tally}
 */
record Sample(Reading measured, Map<String, Long> counted) {

    double cpuMicrosPerEvent() {
        return measured.cpuNanos() / 1e3 / measured.events();
    }

    double eventsPerSecond() {
        return measured.events() * 1e9 / measured.wallNanos();
    }

    double allocatedBytesPerEvent() {
        return (double) measured.allocatedBytes() / measured.events();
    }
}
