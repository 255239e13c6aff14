package io.throughline.publish;

import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * The records that callers have handed over and the publisher's thread has not taken yet: one queue for each rank, so
 * that less important ones can be given up without looking for them. Thread-safe and lock-free.
 */
final class Waiting {

    /** In rising order of rank; never changed after it was made. */
    private final List<Queue<Handed>> queues = Arrays.stream(Rank.values())
            .<Queue<Handed>>map(rank -> new ConcurrentLinkedQueue<>()).toList();

    void add(Handed record) {
        queue(record.rank).add(record);
    }

    /** Takes out the oldest of the least important records below {@code rank}; null when there is none. */
    @Nullable
    Handed pollBelow(Rank rank) {
        for (int i = 0; i < rank.index(); i++) {
            Handed record = queues.get(i).poll();
            if (record != null) {
                return record;
            }
        }
        return null;
    }

    /** The next one in the order of hand-over; null when there is none. Nobody but the publisher's thread asks. */
    @Nullable
    Handed peek() {
        Handed first = null;
        for (int i = 0; i < queues.size(); i++) {
            Handed head = queues.get(i).peek();
            if (head != null && (first == null || head.sequence < first.sequence)) {
                first = head;
            }
        }
        return first;
    }

    /** Takes out the next one; another one when a caller gives up the next one meanwhile. */
    @Nullable
    Handed poll() {
        for (Handed next = peek(); next != null; next = peek()) {
            Handed taken = queue(next.rank).poll();
            if (taken != null) {
                return taken;
            }
        }
        return null;
    }

    boolean isEmpty() {
        return queues.stream().allMatch(Queue::isEmpty);
    }

    private Queue<Handed> queue(Rank rank) {
        return queues.get(rank.index());
    }
}
