package io.throughline.logs;

import java.time.Instant;
import java.util.concurrent.TimeUnit;

/** Instants as nanoseconds since the epoch: exact from 1677 to 2262; what lies beyond is put at the edge. */
final class EpochNanos {

    private EpochNanos() {}

    static long of(Instant instant) {
        long seconds = instant.getEpochSecond();
        long edge = TimeUnit.NANOSECONDS.toSeconds(Long.MAX_VALUE);
        if (seconds >= edge) {
            return Long.MAX_VALUE;
        }
        return seconds <= -edge ? Long.MIN_VALUE : seconds * 1_000_000_000L + instant.getNano();
    }
}
