package io.throughline.logs;

import com.sun.net.httpserver.HttpExchange;
import io.throughline.serve.HttpEndpoint;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers that are finished and that their readers have not taken yet. Together they hold a bounded number of bytes:
 * when a new one finds no room, it waits a little, and then the one that has been on its way for longest is broken off.
 * So readers that do not read fill neither the memory nor the way of others. Thread-safe.
 */
final class Outbox {

    private static final Logger LOG = LoggerFactory.getLogger(Outbox.class);
    /** Answers of this size are in nobody's way. */
    private static final int SMALL = 64 * 1024;

    private final long mostBytes;
    private final long patienceNanos;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition room = lock.newCondition();
    private final Deque<Sending> sending = new ArrayDeque<>();
    private long bytes;

    /** Room for so many bytes; how long one waits for others before the oldest is broken off. */
    Outbox(long mostBytes, long patienceMillis) {
        this.mostBytes = mostBytes;
        this.patienceNanos = TimeUnit.MILLISECONDS.toNanos(patienceMillis);
    }

    /** An answer on its way; {@code over} once its thread must not be interrupted any more. */
    private static final class Sending {
        final Thread thread = Thread.currentThread();
        final int size;
        boolean over;

        Sending(int size) {
            this.size = size;
        }
    }

    void send(HttpExchange exchange, String contentType, byte[] body) throws IOException {
        if (body.length <= SMALL) {
            HttpEndpoint.send(exchange, 200, contentType, body);
            return;
        }
        Sending mine = enter(body.length);
        try {
            HttpEndpoint.send(exchange, 200, contentType, body);
        } finally {
            leave(mine);
        }
    }

    private Sending enter(int size) throws IOException {
        lock.lock();
        try {
            long left = patienceNanos;
            while (bytes + size > mostBytes && !sending.isEmpty() && left > 0) {
                left = room.awaitNanos(left);
            }
            while (bytes + size > mostBytes && !sending.isEmpty()) {
                Sending oldest = sending.getFirst();
                LOG.warn("an answer of {} bytes is broken off: its reader is slow and others wait", oldest.size);
                remove(oldest);
                oldest.thread.interrupt();
            }
            var mine = new Sending(size);
            sending.add(mine);
            bytes += size;
            return mine;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("the server is stopping", e);
        } finally {
            lock.unlock();
        }
    }

    private void leave(Sending mine) {
        lock.lock();
        try {
            if (mine.over) {
                boolean unused = Thread.interrupted();
            } else {
                remove(mine);
            }
        } finally {
            lock.unlock();
        }
    }

    private void remove(Sending gone) {
        gone.over = true;
        sending.remove(gone);
        bytes -= gone.size;
        room.signalAll();
    }
}
