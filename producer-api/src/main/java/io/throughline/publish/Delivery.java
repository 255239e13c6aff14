package io.throughline.publish;

import io.throughline.trace.TraceContext;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.BufferExhaustedException;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the publisher's own thread does: takes what waits, encodes it, gives it to Kafka or to the disk, and sends again
 * what came back, in the order it was handed over.
 *
 * <p>The order is that of {@link #next}: what came back, then what is on disk, then what waits. While anything on disk
 * is unread, what waits goes to its end.
 */
final class Delivery implements Runnable {

    private static final Logger LOG = LoggerFactory.getLogger(Delivery.class);
    private static final int BATCH = 512;
    private static final long SHORTEST_NAP_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long LONGEST_NAP_NANOS = TimeUnit.MILLISECONDS.toNanos(32);
    private static final long FIRST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
    private static final long LONGEST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
    private static final long BUFFER_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(2);
    /** After that long without an acknowledgement the brokers are taken to be away. */
    private static final long AWAY_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long REPORT_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final HandOver handOver;
    private final Ledger ledger;
    private final Memory memory;
    private final Waiting waiting;
    private final WireRecords records;
    private final Link link;
    private final Overflow overflow;
    private final String service;
    private final InFlight flight = new InFlight();
    private final Deque<Outgoing> again = new ArrayDeque<>();

    private volatile @Nullable Thread thread;
    private volatile boolean closing;
    private volatile long deadline;
    private volatile String lastFailure = "";
    /** What the last answer said of the brokers. */
    private volatile boolean reachable;
    private volatile boolean contactSinceFailure;

    private @Nullable Outgoing cameBackAtOnce;
    private long nap = SHORTEST_NAP_NANOS;
    private long pause = FIRST_PAUSE_NANOS;
    private long notBefore = System.nanoTime();
    private long sendableAt = System.nanoTime();
    private long progressAt = System.nanoTime();
    private long progress;
    private long warnAt = 1;
    private Accounting reported;
    private long reportedAt = System.nanoTime() - REPORT_NANOS;
    private @Nullable TraceContext reportTrace;

    Delivery(HandOver handOver, Ledger ledger, Memory memory, Waiting waiting, WireRecords records, Link link,
            Overflow overflow, String service) {
        this.handOver = handOver;
        this.ledger = ledger;
        this.memory = memory;
        this.waiting = waiting;
        this.records = records;
        this.link = link;
        this.overflow = overflow;
        this.service = service;
        this.reported = ledger.now();
    }

    /** Takes what is there and ends, at the latest when the time is over. */
    void close(long nanoTime) {
        deadline = nanoTime;
        closing = true;
        wake();
    }

    void wake() {
        LockSupport.unpark(thread);
    }

    /** Why a record was last not sent, or given up. */
    String lastFailure() {
        return lastFailure;
    }

    @Override
    public void run() {
        thread = Thread.currentThread();
        overflow.open();
        boolean over = false;
        while (!over) {
            try {
                over = isOver();
                if (over || step()) {
                    nap = SHORTEST_NAP_NANOS;
                } else {
                    LockSupport.parkNanos(nap);
                    nap = Math.min(LONGEST_NAP_NANOS, 2 * nap);
                }
            } catch (RuntimeException | Error e) {
                goOnAfter(e);
            }
        }
        finish();
    }

    /**
     * An exhausted heap is all that is known to come here, and is not of our making: when it is over, the records after
     * it are still to be sent.
     */
    private void goOnAfter(Throwable failure) {
        try {
            if (!lastFailure.equals(failure.toString())) {
                LOG.warn("the publisher goes on after", failure);
            }
            failed(failure);
        } catch (RuntimeException | Error e) {
            // Nor does this thread end because that could not be told.
        }
        LockSupport.parkNanos(LONGEST_NAP_NANOS);
    }

    private boolean isOver() {
        if (!closing) {
            return false;
        }
        long now = System.nanoTime();
        boolean nothingInMemory = waiting.isEmpty() && again.isEmpty() && flight.size() == 0;
        if (nothingInMemory && hasSomethingToReport() && report()) {
            return now - deadline >= 0;
        }
        boolean nothingToDo = nothingInMemory && (!overflow.hasUnread() || now - sendableAt > AWAY_NANOS);
        return nothingToDo || now - deadline >= 0 || Thread.currentThread().isInterrupted();
    }

    /** Does what can be done without waiting; false when that was nothing. */
    private boolean step() {
        overflow.open();
        boolean sendable = isSendable();
        long now = System.nanoTime();
        if (sendable) {
            sendableAt = now;
        }
        boolean moved = false;
        boolean away = !sendable && (memory.isCrowded() || now - sendableAt > AWAY_NANOS);
        if (overflow.hasUnread() || away) {
            moved = spill();
        }
        if (sendable) {
            moved |= send();
        }
        overflow.tidy();
        tellOfLosses();
        return moved;
    }

    /** Whether Kafka can be given a record now. */
    private boolean isSendable() {
        long now = System.nanoTime();
        long acknowledged = ledger.totalAcknowledged();
        if (acknowledged != progress || flight.size() == 0) {
            progress = acknowledged;
            progressAt = now;
        }
        boolean stalled = overflow.takes(Rank.EVENT) && now - progressAt > AWAY_NANOS;
        return linkIsUp() && takeBack() && !stalled && now - notBefore >= 0 && mayGoOn();
    }

    private boolean linkIsUp() {
        try {
            return link.isUp();
        } catch (RuntimeException | Error e) {
            failed(e);
            return false;
        }
    }

    /** False while something that came back waits for what was sent with it, so that the order stays. */
    private boolean takeBack() {
        if (!flight.anyCameBack()) {
            return true;
        }
        List<Outgoing> back = flight.takeAllThatCameBack();
        for (int i = back.size() - 1; i >= 0; i--) {
            again.addFirst(back.get(i));
        }
        if (!back.isEmpty()) {
            pause();
        }
        return !back.isEmpty();
    }

    private boolean send() {
        boolean sent = false;
        for (int i = 0; i < BATCH && mayGoOn(); i++) {
            Outgoing next = next();
            if (next == null || !send(next)) {
                return sent;
            }
            sent = true;
        }
        return sent;
    }

    private boolean mayGoOn() {
        // Half of the memory: when it is crowded, something waits that can be spilled.
        return !flight.anyCameBack() && flight.size() < Math.max(1, memory.records() / 2)
                && flight.bytes() < Math.max(1, memory.bytes() / 2);
    }

    private @Nullable Outgoing next() {
        Outgoing first = again.poll();
        if (first == null && overflow.hasUnread()) {
            first = overflow.read();
        }
        return first == null ? waiting.poll() : first;
    }

    /** False when Kafka does not take any now. */
    private boolean send(Outgoing record) {
        ProducerRecord<byte[], byte[]> wire = wire(record);
        if (wire == null) {
            return true;
        }
        flight.add(record);
        cameBackAtOnce = null;
        try {
            link.send(wire, (metadata, failure) -> answer(record, failure));
        } catch (RuntimeException e) {
            answer(record, e);
        } catch (Error e) {
            answer(record, new KafkaException(e));
        }
        if (cameBackAtOnce == record) {
            flight.remove(record);
            again.addFirst(record);
            return false;
        }
        pause = FIRST_PAUSE_NANOS;
        return true;
    }

    /** The record as Kafka takes it; null when it cannot be made, which is counted. */
    private @Nullable ProducerRecord<byte[], byte[]> wire(Outgoing record) {
        try {
            return record.wire(records);
        } catch (RuntimeException | Error e) {
            failed(e);
            dropped(record, DropReason.NOT_ENCODABLE);
            return null;
        }
    }

    /** On Kafka's thread, or on ours when Kafka answers at once. */
    private void answer(Outgoing record, @Nullable Exception failure) {
        if (failure != null) {
            failed(failure);
        }
        switch (Fate.of(failure)) {
            case ACKNOWLEDGED -> {
                reachable = true;
                contactSinceFailure = true;
                if (flight.remove(record)) {
                    acknowledged(record);
                }
            }
            case REFUSED -> {
                if (flight.remove(record)) {
                    dropped(record, DropReason.REFUSED);
                }
            }
            case AGAIN -> cameBack(record, failure);
            case AGAIN_WITH_NEW_CLIENT -> {
                link.isBroken();
                cameBack(record, failure);
            }
        }
    }

    private void cameBack(Outgoing record, @Nullable Exception failure) {
        reachable = false;
        flight.cameBack(record);
        if (Thread.currentThread() == thread) {
            cameBackAtOnce = record;
            if (failure instanceof BufferExhaustedException) {
                notBefore = System.nanoTime() + BUFFER_PAUSE_NANOS;
            } else {
                pause();
            }
        }
    }

    private void acknowledged(Outgoing record) {
        if (record instanceof Unspilled unspilled) {
            overflow.settle(unspilled);
            ledger.acknowledgedFromDisk();
        } else {
            memory.giveBack(record.weight());
            ledger.acknowledged();
        }
    }

    private void dropped(Outgoing record, DropReason reason) {
        if (record instanceof Unspilled unspilled) {
            overflow.settle(unspilled);
            ledger.droppedFromDisk(reason, 1);
        } else {
            memory.giveBack(record.weight());
            ledger.dropped(reason);
        }
    }

    private void pause() {
        notBefore = System.nanoTime() + pause;
        pause = Math.min(LONGEST_PAUSE_NANOS, 2 * pause);
    }

    /** From memory to disk, in order: what came back is older than what waits, and than nothing that is unread. */
    private boolean spill() {
        int spilled = 0;
        if (!overflow.hasUnread()) {
            for (Iterator<Outgoing> each = again.iterator(); each.hasNext();) {
                if (each.next() instanceof Handed handed) {
                    if (!overflow.takes(handed.rank) || !spill(handed)) {
                        return spilled > 0;
                    }
                    each.remove();
                    spilled++;
                }
            }
        }
        for (Handed next = waiting.peek(); next != null && spilled < BATCH; next = waiting.peek()) {
            // Where the disk has no room for it, it waits in memory until it is sent or shed.
            Handed taken = overflow.takes(next.rank) ? waiting.poll() : null;
            if (taken == null) {
                break;
            }
            if (!spill(taken)) {
                again.addLast(taken);
                break;
            }
            spilled++;
        }
        return spilled > 0;
    }

    /** False when the disk does not take it. */
    private boolean spill(Handed record) {
        ProducerRecord<byte[], byte[]> wire = wire(record);
        if (wire == null) {
            return true;
        }
        if (!overflow.append(wire)) {
            return false;
        }
        memory.giveBack(record.weight());
        ledger.spilled();
        return true;
    }

    /** The client goes first, so that what it still can do is done; then what is left is put on disk where there is one. */
    private void finish() {
        boolean interrupted = Thread.interrupted(); // or the disk would refuse to work
        link.close(Duration.ofNanos(Math.max(0, deadline - System.nanoTime())));
        List<Handed> left = new ArrayList<>();
        again.addAll(flight.takeAll());
        for (Outgoing record : again) {
            if (record instanceof Handed handed) {
                left.add(handed);
            }
        }
        for (Handed record = waiting.poll(); record != null; record = waiting.poll()) {
            left.add(record);
        }
        left.sort(Comparator.comparingLong(record -> record.sequence));
        for (Handed record : left) {
            if (!overflow.takes(record.rank) || !spill(record)) {
                memory.giveBack(record.weight()); // and the ledger's seal counts it as given up
            }
        }
        overflow.close();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** That metadata is missing says less than what was told before it, such as a refused authentication. */
    private void failed(Throwable failure) {
        if (!(failure instanceof TimeoutException) || lastFailure.isEmpty() || contactSinceFailure) {
            lastFailure = failure.toString();
            contactSinceFailure = false;
        }
    }

    /** In the host's log at 1, 2, 4, 8 … of them, and in our own topic once the brokers are back. */
    private void tellOfLosses() {
        warn(ledger.totalDropped());
        if (System.nanoTime() - reportedAt > REPORT_NANOS && hasSomethingToReport()) {
            report();
        }
    }

    private boolean hasSomethingToReport() {
        return reachable && System.nanoTime() - progressAt < AWAY_NANOS && ledger.totalDropped() > reported.dropped();
    }

    private boolean report() {
        TraceContext trace = reportTrace;
        if (trace == null) {
            trace = TraceContext.of(records.newTraceId());
            reportTrace = trace;
        }
        reportedAt = System.nanoTime();
        Accounting now = ledger.now();
        if (!handOver.report(LossReport.of(reported, now, service, trace, records.clock().instant()))) {
            return false;
        }
        reported = now;
        return true;
    }

    void warn(long dropped) {
        if (dropped >= warnAt) {
            LOG.warn("{} records dropped so far: {}; the last failure: {}", dropped, ledger.now().drops(),
                    lastFailure.isEmpty() ? "none" : lastFailure);
            warnAt = 2 * Long.highestOneBit(dropped);
        }
    }
}
