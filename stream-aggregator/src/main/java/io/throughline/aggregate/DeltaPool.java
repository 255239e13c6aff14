package io.throughline.aggregate;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/** Empty cells for what is counted between two commits, used again and again. Not thread-safe. */
final class DeltaPool {

    private static final int MOST = 4_096;

    private final BucketLayout layout;
    private final Map<Metric, Deque<Cell>> spare = new EnumMap<>(Metric.class);

    DeltaPool(BucketLayout layout) {
        this.layout = layout;
        for (Metric metric : Metric.values()) {
            spare.put(metric, new ArrayDeque<>());
        }
    }

    Cell take(Metric metric) {
        Cell cell = spare(metric).poll();
        return cell == null ? Cell.emptyWindow(metric, layout, Long.MAX_VALUE) : cell;
    }

    void giveBack(Metric metric, Cell cell) {
        Deque<Cell> cells = spare(metric);
        if (cells.size() < MOST) {
            cell.clear(Long.MAX_VALUE);
            cells.push(cell);
        }
    }

    /** A cell for a window, which comes to be with its window: whoever counts the same makes the same. */
    Cell window(Metric metric, long startMillis) {
        return Cell.emptyWindow(metric, layout, startMillis);
    }

    private Deque<Cell> spare(Metric metric) {
        return Objects.requireNonNull(spare.get(metric));
    }
}
