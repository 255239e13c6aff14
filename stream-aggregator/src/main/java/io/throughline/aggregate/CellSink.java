package io.throughline.aggregate;

import org.jspecify.annotations.Nullable;

/** Receives what changed since it was asked for last. Cells are only to be looked at: they go on counting. */
public interface CellSink {

    /** The cumulative value of a cell; null when the cell was dropped. */
    void cell(CellKey key, @Nullable Cell cumulative);

    /**
     * The partial value of a window; it replaces the one of the same cell, start and generation.
     *
     * @param generation as {@link WindowKey} has it
     * @param startMillis when the window begins, in milliseconds since 1970
     */
    void window(CellKey key, long generation, long startMillis, Cell value);
}
