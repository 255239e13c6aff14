package io.throughline.aggregate;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where the observations of one cell go: into deltas, one for each minute met since the last commit, which a commit
 * merges into the cumulative cell and into the windows' cells. Not thread-safe.
 */
final class Slot {

    /** Stands for the minute of what is too late for any window. */
    static final long NO_WINDOW = Long.MIN_VALUE;

    final CellKey key;
    final String first;
    final String second;
    final int hash;
    @Nullable
    Slot next;

    private final Slot total;
    private final Cell cumulative;
    private final DeltaPool pool;
    private @Nullable Cell delta;
    private long deltaStartMillis;
    /** What was counted for other minutes since the last commit; rarely any. */
    private @Nullable List<Delta> others;
    private @Nullable List<OpenWindow> windows;

    boolean changed;
    boolean dropped;

    private record Delta(long startMillis, Cell cell) {}

    private static final class OpenWindow {
        final long startMillis;
        final long generation;
        final Cell cell;
        long touchedMillis;

        OpenWindow(long startMillis, long generation, Cell cell) {
            this.startMillis = startMillis;
            this.generation = generation;
            this.cell = cell;
        }
    }

    /** {@code first} and {@code second} are what {@link SlotTable} finds it by. */
    Slot(CellKey key, String first, String second, Cell cumulative, DeltaPool pool) {
        this(key, first, second, cumulative, null, pool);
    }

    /** One that has windows of its own, and adds to the cumulative cell of {@code total}. */
    Slot(CellKey key, String first, String second, Slot total, DeltaPool pool) {
        this(key, first, second, total.cumulative, total, pool);
    }

    private Slot(CellKey key, String first, String second, Cell cumulative, @Nullable Slot total, DeltaPool pool) {
        this.key = key;
        this.first = first;
        this.second = second;
        this.hash = SlotTable.hash(first, second);
        this.cumulative = cumulative;
        this.total = total == null ? this : total;
        this.pool = pool;
    }

    /** The value up to the last commit. */
    Cell cumulative() {
        return cumulative;
    }

    /** Whether the cumulative cell is that of another, of {@link #total}. */
    @SuppressWarnings("ReferenceEquality")
    boolean isFolded() {
        return total != this;
    }

    /** Whose the cumulative cell is. */
    Slot total() {
        return total;
    }

    /** Where an observation goes that belongs to the window that begins then, or to {@link #NO_WINDOW}. */
    Cell delta(long startMillis) {
        Cell current = delta;
        return current != null && deltaStartMillis == startMillis ? current : turnTo(startMillis);
    }

    private Cell turnTo(long startMillis) {
        Cell current = delta;
        if (current != null) {
            if (others == null) {
                others = new ArrayList<>(2);
            }
            others.add(new Delta(deltaStartMillis, current));
        }
        Cell turned = takeBack(startMillis);
        delta = turned;
        deltaStartMillis = startMillis;
        return turned;
    }

    private Cell takeBack(long startMillis) {
        if (others != null) {
            for (int i = 0; i < others.size(); i++) {
                if (others.get(i).startMillis() == startMillis) {
                    return others.remove(i).cell();
                }
            }
        }
        return pool.take(key.series().metric());
    }

    /** Whether all that is known of a gauge's part was seen before {@code horizonNanos}. */
    boolean isOlderThan(long horizonNanos) {
        boolean older = isOlder(cumulative, horizonNanos) && (delta == null || isOlder(delta, horizonNanos));
        return others == null
                ? older
                : older && others.stream().allMatch(other -> isOlder(other.cell(), horizonNanos));
    }

    private static boolean isOlder(Cell cell, long horizonNanos) {
        return cell instanceof Newest newest && newest.atNanos() < horizonNanos;
    }

    /** Merges what was counted since the last commit, and hands over the windows that it changed. */
    void settle(CellSink sink, long generation, long streamTimeMillis) {
        Cell current = delta;
        if (current == null) {
            return;
        }
        delta = null;
        settle(deltaStartMillis, current, sink, generation, streamTimeMillis);
        if (others != null) {
            others.forEach(other -> settle(other.startMillis(), other.cell(), sink, generation, streamTimeMillis));
            others = null;
        }
    }

    private void settle(long startMillis, Cell settled, CellSink sink, long generation, long streamTimeMillis) {
        cumulative.mergeWith(settled);
        if (startMillis != NO_WINDOW) {
            OpenWindow window = window(startMillis, generation);
            window.touchedMillis = streamTimeMillis;
            if (window.cell instanceof Distribution distribution) {
                distribution.mergeCounts((Distribution) settled);
            } else {
                window.cell.mergeWith(settled);
            }
            sink.window(key, window.generation, startMillis, window.cell);
        }
        pool.giveBack(key.series().metric(), settled);
    }

    private OpenWindow window(long startMillis, long generation) {
        if (windows == null) {
            windows = new ArrayList<>(2);
        }
        for (OpenWindow open : windows) {
            if (open.startMillis == startMillis) {
                return open;
            }
        }
        var opened = new OpenWindow(startMillis, generation, pool.window(key.series().metric(), startMillis));
        windows.add(opened);
        return opened;
    }

    /**
     * Forgets the windows that nothing has touched since then; what comes for them later begins another generation.
     * False when there are none left.
     */
    boolean keepWindowsSince(long streamTimeMillis) {
        if (windows != null) {
            windows.removeIf(window -> window.touchedMillis < streamTimeMillis);
            if (windows.isEmpty()) {
                windows = null;
            }
        }
        return windows != null;
    }

    boolean hasWindows() {
        return windows != null;
    }
}
