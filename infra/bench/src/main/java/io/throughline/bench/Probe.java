package io.throughline.bench;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Watches how far a variant has come and measures from the end of the warm-up to the last event. Used by one thread.
 */
final class Probe {

    private static final Duration LONGEST_STANDSTILL = Duration.ofMinutes(2);

    private final long warmUp;
    private final long total;
    private @Nullable Reading begin;
    private @Nullable Reading end;
    private long last;
    private long movedNanos = System.nanoTime();

    /** Measures from {@code warmUp} events handled to {@code total}. */
    Probe(long warmUp, long total) {
        this.warmUp = warmUp;
        this.total = total;
    }

    /** Takes that so many events have been handled since the start. */
    void at(long events) {
        if (begin == null && events >= warmUp) {
            begin = Reading.at(events);
        }
        if (end == null && events >= total) {
            end = Reading.at(events);
        }
        requireProgress(events);
    }

    /** How many events there are in all. */
    long total() {
        return total;
    }

    boolean done() {
        return end != null;
    }

    /** What was used between warm-up and end. */
    Reading measured() {
        if (begin == null || end == null) {
            throw new IllegalStateException("asked for a measurement that has not ended, at " + last + " events");
        }
        return end.since(begin);
    }

    private void requireProgress(long events) {
        long now = System.nanoTime();
        if (events != last) {
            last = events;
            movedNanos = now;
        } else if (now - movedNanos > LONGEST_STANDSTILL.toNanos()) {
            throw new IllegalStateException("stands at %,d of %,d events for %d s".formatted(events, total,
                    LONGEST_STANDSTILL.toSeconds()));
        }
    }
}
