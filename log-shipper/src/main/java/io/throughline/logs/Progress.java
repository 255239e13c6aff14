package io.throughline.logs;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How far the intake is, as its thread saw it last.
 *
 * @param seenAt when that was
 * @param partitions how many partitions are assigned
 * @param topics how many topics they belong to
 * @param lag records in Kafka that are not read yet
 * @param connected whether a broker answers
 * @param readFailure why nothing can be read; null when all is well
 * @param storeFailure why nothing can be stored; null when all is well
 * @param committedAt when the store was last committed
 * @param watermark what was published before it can be found; null while that cannot be told
 */
record Progress(Instant seenAt, int partitions, int topics, long lag, boolean connected, @Nullable String readFailure,
        @Nullable String storeFailure, Instant committedAt,
        @Nullable Instant watermark) {}
