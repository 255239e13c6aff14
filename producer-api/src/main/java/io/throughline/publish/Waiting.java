package io.throughline.publish;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * The records that callers have handed over and the publisher's thread has not taken yet: one queue for each rank, so
 * that less important ones can be given up without looking for them. Thread-safe and lock-free.
 */
final class Waiting {

    /** In rising order of rank; never changed after it was made. */
    private final Map<Rank, Queue<Handed>> queues = queues();

    void add(Handed record) {
        queue(record.rank).add(record);
    }

    /** Takes out the oldest of the least important records below {@code rank}; null when there is none. */
    @Nullable
    Handed pollBelow(Rank rank) {
        for (Map.Entry<Rank, Queue<Handed>> each : queues.entrySet()) {
            Handed record = each.getKey().compareTo(rank) < 0 ? each.getValue().poll() : null;
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
        for (Queue<Handed> queue : queues.values()) {
            Handed head = queue.peek();
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
        for (Queue<Handed> queue : queues.values()) {
            if (!queue.isEmpty()) {
                return false;
            }
        }
        return true;
    }

    private static Map<Rank, Queue<Handed>> queues() {
        Map<Rank, Queue<Handed>> queues = new EnumMap<>(Rank.class);
        for (Rank rank : Rank.values()) {
            queues.put(rank, new ConcurrentLinkedQueue<>());
        }
        return queues;
    }

    private Queue<Handed> queue(Rank rank) {
        return Objects.requireNonNull(queues.get(rank), "there is one for each rank");
    }
}
