package io.throughline.publish;

import io.throughline.event.Event;
import io.throughline.event.LogRecord;
import io.throughline.trace.TraceContext;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes events and log lines without getting in the way of the code that emits them.
 *
 * <p>A call hands the record over to a bounded queue and returns; encoding, metadata and sending happen on the
 * publisher's own thread, so a service starts and works with no broker in reach. What does not fit the queue is
 * dropped and counted, and so is what the brokers refuse or what cannot be encoded. {@link #accounting} says at any
 * instant where every record is. The sending thread is a daemon: {@link #close} before the process ends, or what waits
 * is lost. Thread-safe.
 */
public final class Publisher implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Publisher.class);
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);
    private static final long POLL_MILLIS = 100;
    private static final long LETTING_GO_NANOS = TimeUnit.SECONDS.toNanos(1);
    /** Only the publisher's own thread waits for brokers, so it can wait for as long as they are away. */
    private static final Map<String, Object> PATIENCE = Map.of(ProducerConfig.MAX_BLOCK_MS_CONFIG, Long.MAX_VALUE,
            ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, Integer.MAX_VALUE);

    private final BlockingQueue<Supplier<ProducerRecord<byte[], byte[]>>> queue;
    private final Producer<byte[], byte[]> producer;
    private final WireRecords records;
    private final Thread sender;
    private final Object lock = new Object();

    private long accepted;
    private long acknowledged;
    private long dropped;
    private boolean settled;
    private volatile boolean closing;
    private volatile boolean abandoned;
    private volatile String lastFailure = "";
    private long reportAt = 1;

    /**
     * A publisher that has started.
     *
     * @param producer sends the records; closed by {@link #close}
     * @param records turns events into records
     * @param capacity how many records may wait in memory, at least 1
     */
    public Publisher(Producer<byte[], byte[]> producer, WireRecords records, int capacity) {
        this.producer = producer;
        this.records = records;
        this.queue = new ArrayBlockingQueue<>(capacity);
        this.sender = new Thread(this::send, "throughline-publisher");
        this.sender.setDaemon(true);
        this.sender.start();
    }

    /** A publisher for these settings: {@code THROUGHLINE_QUEUE_RECORDS} bounds the queue (default 10000). */
    public static Publisher start(Settings settings, String clientId) {
        return configure(settings, clientId).get();
    }

    /** Reads the settings now, so that a wrong one is told early, and starts a publisher when it is asked for. */
    public static Supplier<Publisher> configure(Settings settings, String clientId) {
        var records = new WireRecords(settings.topicPrefix(), Clock.systemUTC());
        int capacity = settings.integer("THROUGHLINE_QUEUE_RECORDS", 10_000, 1, 10_000_000);
        return () -> new Publisher(KafkaProducers.create(settings, clientId, PATIENCE), records, capacity);
    }

    /** Hands over an event; never blocks and never throws for lack of a broker. */
    public void emit(Event event, TraceContext context) {
        accept(() -> records.of(event, context));
    }

    /** Hands over a log line; never blocks and never throws for lack of a broker. */
    public void log(LogRecord log) {
        accept(() -> records.of(log));
    }

    /** Where every record is at this instant. */
    public Accounting accounting() {
        synchronized (lock) {
            return new Accounting(accepted, acknowledged, dropped, accepted - acknowledged - dropped);
        }
    }

    /** Sends what is waiting for at most five seconds. */
    @Override
    public void close() {
        close(CLOSE_TIMEOUT);
    }

    /**
     * Sends what is waiting for at most {@code timeout}, drops the rest, and says where everything went: nothing is
     * pending afterwards. A producer that does not let go costs up to a second more. Closing again changes nothing.
     */
    public Accounting close(Duration timeout) {
        long deadline = System.nanoTime() + Math.max(0, TimeUnit.NANOSECONDS.convert(timeout));
        synchronized (lock) {
            closing = true;
        }
        join(deadline - System.nanoTime());
        abandoned = true;
        closeProducer(deadline - System.nanoTime());
        sender.interrupt();
        join(LETTING_GO_NANOS);
        synchronized (lock) {
            if (accepted - acknowledged > dropped) {
                lastFailure = "the publisher was closed before they were acknowledged";
            }
            dropped = accepted - acknowledged;
            settled = true;
        }
        Accounting last = accounting();
        report(last.dropped());
        return last;
    }

    private void closeProducer(long nanos) {
        try {
            producer.close(Duration.ofNanos(Math.max(0, nanos)));
        } catch (RuntimeException e) {
            LOG.warn("the Kafka producer did not close cleanly: {}", e.toString());
        }
    }

    /** Counted and queued in one step, so that no acknowledgement and no close can fall between the two. */
    private void accept(Supplier<ProducerRecord<byte[], byte[]>> record) {
        synchronized (lock) {
            // Counted before it is handed over: an acknowledgement that came first would find nothing to settle.
            accepted++;
            if (closing || !queue.offer(record)) {
                lastFailure = closing ? "the publisher is closed" : "the queue was full";
                dropped++;
            }
        }
    }

    private void send() {
        try {
            while (!abandoned) {
                // Read before the queue is: what was accepted before close is found by the poll that follows.
                boolean last = closing;
                var record = queue.poll(last ? 0 : POLL_MILLIS, TimeUnit.MILLISECONDS);
                if (record != null) {
                    send(record);
                } else if (last) {
                    producer.flush();
                    return;
                }
                report(accounting().dropped());
            }
        } catch (InterruptedException | InterruptException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** One record that cannot be encoded or sent must not hold up the others. */
    private void send(Supplier<ProducerRecord<byte[], byte[]>> record) {
        try {
            Future<?> unused = producer.send(record.get(), (metadata, failure) -> settle(failure));
        } catch (RuntimeException e) {
            settle(e);
        }
    }

    private void settle(@Nullable Exception failure) {
        if (failure != null) {
            lastFailure = failure.toString();
        }
        synchronized (lock) {
            if (settled) {
                return; // close has already given it up
            }
            if (failure == null) {
                acknowledged++;
            } else {
                dropped++;
            }
        }
    }

    /** Tells of drops at 1, 2, 4, 8 … of them: a warning for each would drown a service whose brokers are away. */
    private synchronized void report(long droppedSoFar) {
        if (droppedSoFar >= reportAt) {
            LOG.warn("{} records dropped so far, the last because: {}", droppedSoFar, lastFailure);
            reportAt = 2 * Long.highestOneBit(droppedSoFar);
        }
    }

    private void join(long nanos) {
        try {
            sender.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(nanos)));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
