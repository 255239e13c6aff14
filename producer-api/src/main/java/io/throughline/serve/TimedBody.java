package io.throughline.serve;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The body of an answer whose reader has a limited time to take it: then the thread that writes is interrupted, which
 * closes the connection. The limit holds from the first byte to {@link #close}, and for a stream from each first byte to
 * the next {@link #flush}. Written by one thread, the one that made it.
 */
final class TimedBody extends OutputStream {

    private final OutputStream out;
    private final ScheduledExecutorService clock;
    private final Duration patience;
    private final boolean stream;
    private final Thread writer = Thread.currentThread();
    private @Nullable Future<?> limit;
    private boolean overdue;

    TimedBody(OutputStream out, ScheduledExecutorService clock, Duration patience, boolean stream) {
        this.out = out;
        this.clock = clock;
        this.patience = patience;
        this.stream = stream;
    }

    @Override
    public void write(int b) throws IOException {
        begin();
        out.write(b);
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
        begin();
        out.write(bytes, from, length);
    }

    @Override
    public void flush() throws IOException {
        begin();
        out.flush();
        if (stream) {
            rest();
        }
    }

    @Override
    public void close() throws IOException {
        try {
            begin();
            out.close();
        } finally {
            rest();
        }
    }

    private synchronized void begin() {
        if (limit == null) {
            limit = clock.schedule(this::expire, patience.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private synchronized void expire() {
        if (limit != null) {
            overdue = true;
            writer.interrupt();
        }
    }

    private synchronized void rest() {
        if (limit != null) {
            limit.cancel(false);
            limit = null;
        }
        if (overdue) {
            // The connection is closed; the thread may serve another.
            boolean unused = Thread.interrupted();
            overdue = false;
        }
    }
}
