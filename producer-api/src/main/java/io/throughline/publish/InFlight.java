package io.throughline.publish;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * What the Kafka client was given and has not settled, in the order it was given. Used by the publisher's thread;
 * {@link #answered} may be called by any, and costs that one a single step however many wait.
 */
final class InFlight {

    /** The newest answer, which names the one before it. */
    private final AtomicReference<@Nullable Sent> answers = new AtomicReference<>();
    private @Nullable Sent first;
    private @Nullable Sent last;
    private int size;
    private int back;
    private long bytes;

    Sent add(Outgoing record) {
        var sent = new Sent(record, this);
        sent.before = last;
        if (last == null) {
            first = sent;
        } else {
            last.after = sent;
        }
        last = sent;
        size++;
        bytes += record.weight();
        return sent;
    }

    void answered(Sent sent) {
        Sent newest;
        do {
            newest = answers.get();
            sent.nextAnswer = newest;
        } while (!answers.compareAndSet(newest, sent));
    }

    /** What was answered since the last time, the oldest first, each naming the next. */
    @Nullable
    Sent takeAnswers() {
        Sent oldest = null;
        if (answers.get() != null) {
            for (Sent next = answers.getAndSet(null); next != null;) {
                Sent older = next.nextAnswer;
                next.nextAnswer = oldest;
                oldest = next;
                next = older;
            }
        }
        return oldest;
    }

    /** Settled, whatever came of it. */
    void remove(Sent sent) {
        if (sent.before == null) {
            first = sent.after;
        } else {
            sent.before.after = sent.after;
        }
        if (sent.after == null) {
            last = sent.before;
        } else {
            sent.after.before = sent.before;
        }
        size--;
        bytes -= sent.record.weight();
        if (sent.isBack()) {
            back--;
        }
    }

    /** It is to be sent again. */
    void cameBack(Sent sent) {
        sent.comesBack();
        back++;
    }

    boolean anyCameBack() {
        return back > 0;
    }

    /** Takes out all that came back, in order, once nothing else is under way; until then none. */
    List<Outgoing> takeAllThatCameBack() {
        return back == size ? takeAll() : List.of();
    }

    /** Takes out everything, in order. */
    List<Outgoing> takeAll() {
        List<Outgoing> all = new ArrayList<>(size);
        for (Sent sent = first; sent != null; sent = sent.after) {
            all.add(sent.record);
        }
        first = null;
        last = null;
        size = 0;
        back = 0;
        bytes = 0;
        return all;
    }

    int size() {
        return size;
    }

    long bytes() {
        return bytes;
    }
}
