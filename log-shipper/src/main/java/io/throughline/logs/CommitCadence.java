package io.throughline.logs;

import java.time.Duration;

/**
 * When the store is committed: as soon as either bound is reached.
 *
 * @param interval how long a record waits at most
 * @param records how many records wait at most
 */
record CommitCadence(Duration interval, int records) {

    boolean due(long waiting, Duration sinceLast) {
        return waiting >= records || (waiting > 0 && sinceLast.compareTo(interval) >= 0);
    }
}
