package io.throughline.publish;

import io.throughline.trace.TraceContext;
import io.throughline.trace.TraceHeaders;
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
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
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
    /** While answers are expected. */
    private static final long BUSY_NAP_NANOS = TimeUnit.MILLISECONDS.toNanos(4);
    private static final long FIRST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
    private static final long LONGEST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
    private static final long BUFFER_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(2);
    /** After that long in which Kafka took or acknowledged nothing the brokers are taken to be away. */
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
    /** What the ids of this publisher's log lines begin with: no other publisher has it. */
    private final String id;
    private final InFlight flight = new InFlight();
    private final Deque<Outgoing> again = new ArrayDeque<>();
    private final Held held;

    private volatile @Nullable Thread thread;
    private volatile boolean closing;
    private volatile long deadline;
    private volatile String lastFailure = "";
    /** What the last answer said of the brokers. */
    private boolean reachable;
    private boolean contactSinceFailure;

    /** Whether the record being sent came back or was held: no other of its topic is older. */
    private boolean isOldest;
    private long nap = SHORTEST_NAP_NANOS;
    private long pause = FIRST_PAUSE_NANOS;
    private long notBefore = System.nanoTime();
    private long sendableAt = System.nanoTime();
    /** When Kafka last took a record, or there was none for it. */
    private long takenAt = System.nanoTime();
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
        this.id = records.newTraceId() + '-';
        this.held = new Held(Math.max(1, memory.records() / 4), Math.max(1, memory.bytes() / 4));
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
                    nap = Math.min(flight.size() > 0 ? BUSY_NAP_NANOS : LONGEST_NAP_NANOS, 2 * nap);
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
        settle();
        long now = System.nanoTime();
        boolean nothingInMemory = waiting.isEmpty() && again.isEmpty() && held.isEmpty()
                && flight.size() == 0;
        if (nothingInMemory && hasSomethingToReport() && report()) {
            return now - deadline >= 0;
        }
        boolean nothingToDo = nothingInMemory && (!overflow.hasUnread() || now - sendableAt > AWAY_NANOS);
        return nothingToDo || now - deadline >= 0 || Thread.currentThread().isInterrupted();
    }

    /** Does what can be done without waiting; false when that was nothing. */
    private boolean step() {
        overflow.open();
        settle();
        boolean sendable = isSendable();
        long now = System.nanoTime();
        if (sendable) {
            sendableAt = now;
        }
        boolean moved = false;
        boolean away = !sendable && (memory.isCrowded() || now - takenAt > AWAY_NANOS);
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
        Outgoing next = null;
        for (int i = 0; i < BATCH && mayGoOn(); i++) {
            next = next();
            if (next == null || !send(next)) {
                break;
            }
            sent = true;
        }
        if (sent || next == null) {
            takenAt = System.nanoTime();
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
        if (first == null) {
            first = held.poll();
        }
        isOldest = first != null;
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
        if (!isOldest && held.contains(wire.topic())) {
            if (!held.add(wire.topic(), record)) {
                dropped(record, DropReason.NO_TOPIC);
            }
            return true;
        }
        Sent sent = flight.add(record);
        try {
            link.send(wire, sent);
        } catch (RuntimeException e) {
            sent.onCompletion(null, e);
        } catch (Error e) {
            sent.onCompletion(null, new KafkaException(e));
        }
        boolean taken = !sent.wasAnsweredAtOnce() || isTaken(sent, wire.topic());
        if (taken) {
            pause = FIRST_PAUSE_NANOS;
        }
        return taken;
    }

    /** What an answer at once means: false when Kafka does not take any now. */
    private boolean isTaken(Sent sent, String topic) {
        Exception failure = sent.failure();
        Fate fate = Fate.of(failure);
        if (fate == Fate.ACKNOWLEDGED || fate == Fate.REFUSED) {
            settle(sent);
            return true;
        }
        told(failure);
        flight.remove(sent);
        if (failure instanceof TimeoutException && failure.getCause() instanceof UnknownTopicOrPartitionException) {
            hold(topic, sent.record);
            return true;
        }
        again.addFirst(sent.record);
        reachable = false;
        if (fate == Fate.AGAIN_WITH_NEW_CLIENT) {
            link.isBroken();
        }
        if (failure instanceof BufferExhaustedException) {
            notBefore = System.nanoTime() + BUFFER_PAUSE_NANOS;
        } else {
            pause();
        }
        return false;
    }

    /** Until the brokers have its topic, a record waits where it holds up no other topic. */
    private void hold(String topic, Outgoing record) {
        List<Outgoing> same = new ArrayList<>(List.of(record));
        for (Iterator<Outgoing> each = again.iterator(); each.hasNext();) {
            Outgoing other = each.next();
            if (other.wire(records).topic().equals(topic)) {
                each.remove();
                same.add(other);
            }
        }
        held.putBack(topic, same);
    }

    /** The record as Kafka takes it; null when it cannot be made, which is counted. */
    private @Nullable ProducerRecord<byte[], byte[]> wire(Outgoing record) {
        try {
            ProducerRecord<byte[], byte[]> wire = record.wire(records);
            if (record instanceof Handed handed && handed.isLog()) {
                wire.headers().add(TraceHeaders.header(WireRecords.EVENT_ID, id + handed.sequence));
            }
            return wire;
        } catch (RuntimeException | Error e) {
            failed(e);
            dropped(record, DropReason.NOT_ENCODABLE);
            return null;
        }
    }

    /** Books what Kafka has answered, all of it in one step. */
    private void settle() {
        long records = 0;
        long weight = 0;
        long fromDisk = 0;
        for (Sent sent = flight.takeAnswers(); sent != null; sent = sent.nextAnswer) {
            if (sent.failure() != null) {
                settle(sent);
            } else if (sent.record instanceof Unspilled unspilled) {
                flight.remove(sent);
                overflow.settle(unspilled);
                fromDisk++;
            } else {
                flight.remove(sent);
                records++;
                weight += sent.record.weight();
            }
        }
        acknowledged(records, weight, fromDisk);
    }

    private void settle(Sent sent) {
        Exception failure = sent.failure();
        told(failure);
        switch (Fate.of(failure)) {
            case ACKNOWLEDGED -> {
                flight.remove(sent);
                if (sent.record instanceof Unspilled unspilled) {
                    overflow.settle(unspilled);
                    acknowledged(0, 0, 1);
                } else {
                    acknowledged(1, sent.record.weight(), 0);
                }
            }
            case REFUSED -> {
                flight.remove(sent);
                dropped(sent.record, DropReason.REFUSED);
            }
            case AGAIN -> cameBack(sent);
            case AGAIN_WITH_NEW_CLIENT -> {
                link.isBroken();
                cameBack(sent);
            }
        }
    }

    private void told(@Nullable Exception failure) {
        if (failure != null) {
            failed(failure);
        }
    }

    private void cameBack(Sent sent) {
        reachable = false;
        flight.cameBack(sent);
    }

    private void acknowledged(long records, long weight, long fromDisk) {
        if (records + fromDisk > 0) {
            reachable = true;
            contactSinceFailure = true;
            memory.giveBack(records, weight);
            ledger.acknowledged(records, fromDisk);
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
        settle();
        again.addAll(flight.takeAll());
        again.addAll(held.takeAll());
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
        return reachable && System.nanoTime() - progressAt < AWAY_NANOS && ledger.totalDropped() > reported.dropped()
                && !held.contains(records.topicOfLogs());
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
