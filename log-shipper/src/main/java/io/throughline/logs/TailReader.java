package io.throughline.logs;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What one reader of a tail has not taken yet: at most {@value #MOST_RECORDS} records and about {@value #MOST_SIZE}
 * characters. What comes while it is full is dropped and counted, so a slow reader costs others nothing. Thread-safe.
 */
final class TailReader {

    static final int MOST_RECORDS = 1_000;
    static final int MOST_SIZE = 1 << 20;

    private final TailQuery query;
    private final String startId;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition news = lock.newCondition();
    private final Deque<TailRecord> waiting = new ArrayDeque<>();
    /** Of those that wait, how many the tail keeps anyway and which take no room here. */
    private int again;
    private int size;
    private long dropped;
    private boolean incomplete;
    private @Nullable String endStatus;
    private boolean endTold;

    /** A reader to whom everything comes that was committed after {@code startId}. */
    TailReader(TailQuery query, String startId) {
        this.query = query;
        this.startId = startId;
    }

    /** The id under which a reader that has seen nothing yet can come back. */
    String startId() {
        return startId;
    }

    /**
     * What came since the last time.
     *
     * @param records in the order in which they were committed
     * @param dropped how many came after these and found no room
     * @param incomplete whether records may be missing of which nobody knows how many were asked for
     * @param endStatus how the awaited thing ended; null while it has not
     */
    record Batch(List<TailRecord> records, long dropped, boolean incomplete, @Nullable String endStatus) {}

    /** Takes a record if it is asked for; false when it is and finds no room. */
    boolean offer(TailRecord record) {
        return offer(record, false);
    }

    /** Takes a record that the tail has kept if it is asked for; it takes no room from others. */
    void offerAgain(TailRecord record) {
        boolean unused = offer(record, true);
    }

    private boolean offer(TailRecord record, boolean kept) {
        boolean asked = query.matches(record.entry());
        String end = query.until() != null && record.entry().kind() == Kind.EVENT
                ? query.end(Item.of(record.entry().stored()).event()).orElse(null)
                : null;
        return !(asked || end != null) || locked(() -> add(record, asked, end, kept));
    }

    /** Records may be missing. */
    void miss() {
        boolean unused = locked(() -> incomplete = true);
    }

    /** Waits until something has come, at most so long. */
    Batch take(long millis) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long left = TimeUnit.MILLISECONDS.toNanos(millis);
            while (nothingNew() && left > 0) {
                left = news.awaitNanos(left);
            }
            var batch = new Batch(new ArrayList<>(waiting), dropped, incomplete, endStatus);
            waiting.clear();
            again = 0;
            size = 0;
            dropped = 0;
            incomplete = false;
            endTold = endStatus != null;
            return batch;
        } finally {
            lock.unlock();
        }
    }

    private boolean nothingNew() {
        return waiting.isEmpty() && dropped == 0 && !incomplete && (endStatus == null || endTold);
    }

    private boolean add(TailRecord record, boolean asked, @Nullable String end, boolean kept) {
        endStatus = end != null ? end : endStatus;
        int fresh = waiting.size() - again;
        boolean full = fresh >= MOST_RECORDS || (size + record.size() > MOST_SIZE && fresh > 0);
        if (asked && !kept && (full || dropped > 0)) {
            dropped++; // also when there is room again: what was dropped is then one stretch
            return false;
        }
        if (asked) {
            waiting.add(record);
            again += kept ? 1 : 0;
            size += kept ? 0 : record.size();
        }
        return true;
    }

    private boolean locked(BooleanSupplier change) {
        lock.lock();
        try {
            boolean done = change.getAsBoolean();
            news.signalAll();
            return done;
        } finally {
            lock.unlock();
        }
    }
}
