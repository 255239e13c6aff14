package io.throughline.aggregate;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The users of one input partition: who was seen in which {@link Users#SPAN}, and in which window.
 *
 * <p>What is new since the last commit is one cell, whose part is the generation: a set that is never changed, only
 * dropped when it is too old to matter. Seen is a set of pairs, so a pair that is told twice, as after a restart, does
 * no harm. Not thread-safe.
 */
final class ActiveUsers {

    static final Series SERIES = new Series(Metric.ACTIVE_USERS, List.of());

    /** Longer than anybody looks back, with room for input partitions that are behind. */
    static final Duration KEPT = Duration.ofMinutes(8);

    private static final int MOST_IN_A_CELL = 16_384;
    private static final int MOST_REMEMBERED = 1_000_000;

    /** Only saves telling a pair again. */
    private final UserTable known = new UserTable();
    private final Map<CellKey, Long> newestOfCell = new HashMap<>();
    private final List<CellKey> dropped = new ArrayList<>();
    private final TreeMap<Long, Users> seenInWindow = new TreeMap<>();
    private Users seen = new Users(Long.MAX_VALUE);
    private long horizonMillis = Long.MIN_VALUE;

    void see(String userId, long atMillis, long windowStartMillis) {
        long hash = Users.hash(userId);
        int user = known.row(hash);
        long span = Math.floorDiv(atMillis, Users.SPAN.toMillis());
        long spanStart = span * Users.SPAN.toMillis();
        if (known.meetInSpan(user, span) && spanStart >= horizonMillis) {
            seen.add(spanStart, hash);
        }
        if (windowStartMillis != Slot.NO_WINDOW
                && known.meetInWindow(user, windowStartMillis / WindowKey.LENGTH.toMillis())) {
            seenInWindow.computeIfAbsent(windowStartMillis, Users::new).add(windowStartMillis, hash);
        }
    }

    void restore(CellKey key, Users restored) {
        newestOfCell.put(key, restored.newestMillis());
    }

    void dropBefore(long newHorizonMillis) {
        horizonMillis = newHorizonMillis;
        newestOfCell.entrySet().removeIf(cell -> cell.getValue() < horizonMillis && dropped.add(cell.getKey()));
        long horizonSpan = Math.floorDiv(horizonMillis, Users.SPAN.toMillis());
        known.dropBefore(horizonSpan, MOST_REMEMBERED);
    }

    void drainChanged(CellSink sink, long generation, long nowMillis) {
        dropped.forEach(key -> sink.cell(key, null));
        dropped.clear();
        if (seen.size() > 0) {
            List<Users> cells = seen.split(MOST_IN_A_CELL, nowMillis);
            for (int i = 0; i < cells.size(); i++) {
                var key = new CellKey(SERIES, generation + (i == 0 ? "" : "." + i));
                newestOfCell.put(key, cells.get(i).newestMillis());
                sink.cell(key, cells.get(i));
            }
            seen.reset(Long.MAX_VALUE);
        }
        seenInWindow.forEach((start, inWindow) -> {
            List<Users> cells = inWindow.split(MOST_IN_A_CELL, start);
            for (int i = 0; i < cells.size(); i++) {
                sink.window(new CellKey(SERIES, i == 0 ? "" : Integer.toString(i)), generation, start, cells.get(i));
            }
        });
        seenInWindow.clear();
    }
}
