package io.throughline.publish;

import io.throughline.event.Event;
import io.throughline.event.LogRecord;
import io.throughline.publish.Memory.Taken;
import io.throughline.trace.TraceContext;
import org.jspecify.annotations.Nullable;

/**
 * All that happens on a caller's thread: the record is counted, room is taken, and it is put where the publisher's
 * thread finds it. No lock is taken unless something is given up. Thread-safe.
 */
final class HandOver {

    /** So many less important records may make room for one: a huge one is not worth a thousand small ones. */
    private static final int MOST_SHED = 64;

    private final Ledger ledger;
    private final Memory memory;
    private final Waiting waiting;
    private final Runnable wake;
    private volatile boolean closed;

    /** {@code wake} is called when the memory becomes crowded: until then the publisher's thread looks by itself. */
    HandOver(Ledger ledger, Memory memory, Waiting waiting, Runnable wake) {
        this.ledger = ledger;
        this.memory = memory;
        this.waiting = waiting;
        this.wake = wake;
    }

    void accept(Event event, @Nullable TraceContext context) {
        int weight = Weight.of(event, context);
        long sequence = ledger.accept();
        if (hasRoom(sequence, weight, Rank.EVENT)) {
            waiting.add(Handed.of(sequence, weight, event, context));
        }
    }

    void accept(LogRecord log) {
        Rank rank = Rank.of(log.level());
        int weight = Weight.of(log);
        long sequence = ledger.accept();
        if (hasRoom(sequence, weight, rank)) {
            waiting.add(Handed.of(sequence, weight, rank, log));
        }
    }

    /**
     * Takes a report of losses, ranked as an event: whatever else is shed, that something was is told. While closing it
     * is still taken. False where there is no room for it.
     */
    boolean report(LogRecord log) {
        int weight = Weight.of(log);
        if (memory.take(weight) == Taken.NO && takeFromOthers(weight, Rank.EVENT) == Taken.NO) {
            return false;
        }
        long sequence = ledger.acceptReport();
        if (sequence < 0) {
            memory.giveBack(weight);
            return false;
        }
        waiting.add(Handed.of(sequence, weight, Rank.EVENT, log));
        return true;
    }

    /** From now on everything is refused. */
    void close() {
        closed = true;
    }

    private boolean hasRoom(long sequence, int weight, Rank rank) {
        if (closed) {
            ledger.refused(sequence, DropReason.CLOSED);
            return false;
        }
        Taken taken = memory.take(weight);
        if (taken == Taken.NO) {
            taken = takeFromOthers(weight, rank);
        }
        if (taken == Taken.NO) {
            ledger.refused(sequence, DropReason.QUEUE_FULL);
            return false;
        }
        if (taken == Taken.CROWDED) {
            wake.run();
        }
        return true;
    }

    private Taken takeFromOthers(int weight, Rank rank) {
        if (!memory.canHold(weight)) {
            return Taken.NO;
        }
        for (int shed = 0; shed < MOST_SHED; shed++) {
            Handed victim = waiting.pollBelow(rank);
            if (victim == null) {
                return Taken.NO;
            }
            memory.giveBack(victim.weight());
            ledger.dropped(DropReason.SHED);
            Taken taken = memory.take(weight);
            if (taken != Taken.NO) {
                return taken;
            }
        }
        return Taken.NO;
    }
}
