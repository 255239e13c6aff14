package io.throughline.publish;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The numbers behind {@link Accounting}. Thread-safe.
 *
 * <p>Callers only add to {@code accepted}, without a lock. Everything else moves a record from one place to another, one
 * step for each move, under a lock that only those who move and those who look take. Whoever holds it and then reads
 * {@code accepted} has seen one instant: what is in no other place is in memory.
 */
final class Ledger {

    private static final long OPEN = -1;

    private final AtomicLong accepted = new AtomicLong();
    private final Map<DropReason, Long> dropped = new EnumMap<>(DropReason.class);
    private long acknowledged;
    private long spilled;
    private long recovered;
    private long reports;
    private long totalDropped;
    /** How many were accepted when all of them were settled for good. */
    private long sealedAt = OPEN;

    /** Counts one more, whose number this is. To be called before it can be taken by anybody else. */
    long accept() {
        return accepted.getAndIncrement();
    }

    /** So many of an earlier process were found on disk. */
    synchronized void recovered(long count) {
        if (sealedAt == OPEN) {
            accepted.addAndGet(count);
            recovered += count;
            spilled += count;
        }
    }

    /** Counts an own report, whose number this is; -1 when all has been settled for good, so that nothing is left over. */
    synchronized long acceptReport() {
        if (sealedAt != OPEN) {
            return -1;
        }
        reports++;
        return accept();
    }

    /** A caller's record was given up before anybody else could see it. */
    synchronized void refused(long sequence, DropReason reason) {
        // What was accepted before the seal was settled by it.
        if (sealedAt == OPEN || sequence >= sealedAt) {
            drop(reason, 1);
        }
    }

    /** One that was in memory. */
    synchronized void dropped(DropReason reason) {
        if (sealedAt == OPEN) {
            drop(reason, 1);
        }
    }

    /** So many that were on disk. */
    synchronized void droppedFromDisk(DropReason reason, long count) {
        if (sealedAt == OPEN) {
            spilled -= count;
            drop(reason, count);
        }
    }

    /** From memory to disk. */
    synchronized void spilled() {
        if (sealedAt == OPEN) {
            spilled++;
        }
    }

    /** So many that were in memory, and so many that were on disk. */
    synchronized void acknowledged(long fromMemory, long fromDisk) {
        if (sealedAt == OPEN) {
            spilled -= fromDisk;
            acknowledged += fromMemory + fromDisk;
        }
    }

    /** Gives up what is still in memory; from now on nothing that was accepted before moves any more. */
    synchronized void seal() {
        if (sealedAt == OPEN) {
            long all = accepted.get();
            drop(DropReason.CLOSED, all - acknowledged - totalDropped - spilled);
            sealedAt = all;
        }
    }

    synchronized boolean isSealed() {
        return sealedAt != OPEN;
    }

    synchronized long totalDropped() {
        return totalDropped;
    }

    synchronized long totalAcknowledged() {
        return acknowledged;
    }

    synchronized Accounting now() {
        long all = accepted.get();
        return new Accounting(all, acknowledged, dropped, all - acknowledged - totalDropped - spilled, spilled,
                recovered,
                reports);
    }

    private void drop(DropReason reason, long count) {
        dropped.merge(reason, count, Long::sum);
        totalDropped += count;
    }
}
