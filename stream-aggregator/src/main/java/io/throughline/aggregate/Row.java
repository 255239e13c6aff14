package io.throughline.aggregate;

import org.jspecify.annotations.Nullable;

/** A job or a batch, and where its life cycle was written last. Not thread-safe. */
final class Row {

    final boolean isJob;
    final String id;
    Lifecycle life;

    /** The chunk that holds its newest state; null when none does yet. */
    RowLog.@Nullable Chunk chunk;
    boolean changed;
    boolean dropped;

    Row(boolean isJob, String id, Lifecycle life) {
        this.isJob = isJob;
        this.id = id;
        this.life = life;
    }
}
