package io.throughline.expose;

import io.throughline.aggregate.BucketLayout;
import io.throughline.aggregate.Series;
import java.time.Duration;

/**
 * How and for how long series are shown.
 *
 * @param bornAtZero how long a series stands at what a scraper knows before it moves on
 * @param idle after how long without a change a series is hidden; zero for never
 * @param layout the buckets of every histogram
 */
record Visibility(Duration bornAtZero, Duration idle, BucketLayout layout) {

    long heldMillis() {
        return bornAtZero.toMillis();
    }

    /** Only series with open labels are hidden: the others are few, and there from the start. */
    boolean isIdle(Series series, long changedMillis, long nowMillis) {
        return !idle.isZero() && nowMillis - changedMillis > idle.toMillis() && !series.isKnownBeforehand();
    }
}
