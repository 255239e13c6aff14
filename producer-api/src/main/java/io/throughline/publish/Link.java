package io.throughline.publish;

import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The Kafka client: made on the publisher's thread, so that nobody's start waits for it, and made anew when it is stuck
 * in an error for good. Used by the publisher's thread; {@link #close} may be called from another.
 */
final class Link {

    private static final Logger LOG = LoggerFactory.getLogger(Link.class);
    private static final long FIRST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long LONGEST_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final Supplier<Producer<byte[], byte[]>> clients;
    private volatile @Nullable Producer<byte[], byte[]> client;
    private volatile boolean broken;
    private boolean closed;
    private long pauseNanos = FIRST_PAUSE_NANOS;
    private long notBefore = System.nanoTime();

    /** Clients are asked for when they are needed; what comes must be one that does not block for long. */
    Link(Supplier<Producer<byte[], byte[]>> clients) {
        this.clients = clients;
    }

    /** Whether there is a client; makes one when it is time to try. Says why not by throwing, once for each attempt. */
    boolean isUp() {
        if (client != null && !broken) {
            return true;
        }
        if (System.nanoTime() - notBefore < 0) {
            return false;
        }
        notBefore = System.nanoTime() + pauseNanos;
        pauseNanos = Math.min(LONGEST_PAUSE_NANOS, 2 * pauseNanos);
        letGo();
        return open(clients.get());
    }

    /** Throws what the client throws. */
    void send(ProducerRecord<byte[], byte[]> record, Callback answer) {
        Producer<byte[], byte[]> to = client;
        if (to == null) {
            throw new IllegalStateException("there is no client to send with");
        }
        Future<?> unused = to.send(record, answer);
    }

    /** This client will never send again. */
    void isBroken() {
        broken = true;
    }

    void hasSent() {
        pauseNanos = FIRST_PAUSE_NANOS;
    }

    /** Gives the client up within that time; a client that is being made meanwhile is closed as well. */
    void close(Duration timeout) {
        Producer<byte[], byte[]> last;
        synchronized (this) {
            closed = true;
            last = client;
        }
        close(last, timeout);
    }

    private synchronized boolean open(Producer<byte[], byte[]> made) {
        if (closed) {
            close(made, Duration.ZERO);
            return false;
        }
        client = made;
        broken = false;
        return true;
    }

    private void letGo() {
        Producer<byte[], byte[]> old = client;
        client = null;
        close(old, Duration.ZERO);
    }

    private static void close(@Nullable Producer<byte[], byte[]> client, Duration timeout) {
        if (client != null) {
            try {
                client.close(timeout);
            } catch (RuntimeException e) {
                LOG.warn("the Kafka client did not close cleanly: {}", e.toString());
            }
        }
    }
}
