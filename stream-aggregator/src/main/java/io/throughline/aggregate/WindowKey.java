package io.throughline.aggregate;

import java.time.Duration;

/**
 * What one record of {@code throughline.windows} is the partial value of: a series' minute, tumbling, in event time.
 *
 * <p>The value of a window is the merge of the newest record of every key with its series and start, whatever their
 * part, input partition and generation. A window can get a second generation when the counting moved or restarted, or
 * when late events reached it after it had been quiet; that is why no state of windows has to be restored.
 *
 * @param cell the series, and the part for gauges that are put together from parts
 * @param inputPartition the partition of the event topics that was counted
 * @param generation tells partial values of one window apart that were begun at different times
 * @param startMillis when the window begins, in milliseconds since 1970; a whole minute
 */
public record WindowKey(CellKey cell, int inputPartition, long generation, long startMillis) {

    /** How long a window is. */
    public static final Duration LENGTH = Duration.ofMinutes(1);

    /** Refuses a start that is no whole minute with {@link IllegalArgumentException}. */
    public WindowKey {
        if (Math.floorMod(startMillis, LENGTH.toMillis()) != 0) {
            throw new IllegalArgumentException("a window begins with a minute, got " + startMillis);
        }
    }
}
