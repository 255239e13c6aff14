package io.throughline.publish;

import io.throughline.event.Event;
import io.throughline.event.LogRecord;
import io.throughline.redact.Finding;
import io.throughline.trace.TraceContext;
import io.throughline.trace.TraceScope;
import io.throughline.trace.TraceScope;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.jspecify.annotations.Nullable;

/**
 * Publishes events and log lines without getting in the way of the code that emits them.
 *
 * <p>A call counts the record, puts it into a bounded memory and returns: some tens of nanoseconds, without a lock.
 * Encoding, metadata, sending and sending again happen on the publisher's own thread, so a service starts and works
 * with no broker in reach. Beyond the memory records go to a bounded directory, where one is configured, and are sent
 * from there in order, after a crash by the next process. What fits neither is dropped by rank, DEBUG lines before
 * ERROR lines and log lines before events, and counted by {@link DropReason}; a log line {@code lost N records} follows
 * on the topic when the brokers are back. {@link #accounting} says at any instant where every record is.
 *
 * <p>The thread is a daemon: {@link #close} before the process ends, or what waits in memory is lost. Thread-safe.
 */
public final class Publisher implements AutoCloseable {

    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);
    private static final long LETTING_GO_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long DEFAULT_QUEUE_BYTES = 32L << 20;
    private static final long LEAST_QUEUE_BYTES = 64 << 10;
    private static final long DEFAULT_SPILL_BYTES = 1L << 30;
    private static final long LEAST_SPILL_BYTES = 1 << 20;
    private static final long MOST_SPILL_BYTES = 1L << 40;
    /**
     * The publisher's thread must not wait inside the Kafka client, because it has a disk to write to meanwhile; and what
     * the client has taken it may try to send for as long as the brokers are away.
     */
    private static final Map<String, Object> DEFAULTS = Map.of(ProducerConfig.MAX_BLOCK_MS_CONFIG, 0L,
            ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, Integer.MAX_VALUE);

    private final Ledger ledger = new Ledger();
    private final Supplier<? extends @Nullable TraceContext> context;
    private final WireRecords records;
    private final HandOver handOver;
    private final Delivery delivery;
    private final Link link;
    private final Thread thread;

    Publisher(Supplier<Producer<byte[], byte[]>> clients, WireRecords records, Memory memory,
            @Nullable Path spillDirectory, long spillBytes, Supplier<? extends @Nullable TraceContext> context,
            String service) {
        this.context = context;
        this.records = records;
        this.link = new Link(clients);
        var waiting = new Waiting();
        this.handOver = new HandOver(ledger, memory, waiting, this::wake);
        this.delivery = new Delivery(handOver, ledger, memory, waiting, records, link,
                new Overflow(spillDirectory, spillBytes, ledger), service);
        this.thread = new Thread(delivery, "throughline-publisher");
        this.thread.setDaemon(true);
        this.thread.start();
    }

    /**
     * A publisher that has started, with memory only.
     *
     * @param producer sends the records; closed by {@link #close}
     * @param records turns events into records
     * @param capacity how many records may be in memory, waiting or not yet acknowledged, at least 1
     */
    public Publisher(Producer<byte[], byte[]> producer, WireRecords records, int capacity) {
        this(() -> producer, records, new Memory(capacity, DEFAULT_QUEUE_BYTES), null, DEFAULT_SPILL_BYTES, () -> null,
                "unknown");
    }

    /** A publisher for these settings; see {@link #builder}. */
    public static Publisher start(Settings settings, String clientId) {
        return builder(settings, clientId).start();
    }

    /** Reads the settings now, so that a wrong one is told early, and starts a publisher when it is asked for. */
    public static Supplier<Publisher> configure(Settings settings, String clientId) {
        return builder(settings, clientId)::start;
    }

    /**
     * Reads the settings of a publisher: {@code THROUGHLINE_QUEUE_RECORDS}, {@code THROUGHLINE_QUEUE_BYTES},
     * {@code THROUGHLINE_SPILL_DIR}, {@code THROUGHLINE_SPILL_BYTES} and those of Kafka.
     *
     * @param clientId names this service to the brokers and in reports of losses
     * @throws IllegalArgumentException that names the setting and the value, when one is wrong
     */
    public static Builder builder(Settings settings, String clientId) {
        return new Builder(settings, clientId);
    }

    /** What a publisher is made of. Not thread-safe. */
    public static final class Builder {

        private final Supplier<Producer<byte[], byte[]>> clients;
        private final WireRecords records;
        private final Memory memory;
        private final @Nullable Path spillDirectory;
        private final long spillBytes;
        private final String service;
        private Supplier<? extends @Nullable TraceContext> context = TraceScope::currentOrNull;

        private Builder(Settings settings, String clientId) {
            this.service = clientId;
            this.records = new WireRecords(settings.topicPrefix(), Clock.systemUTC(), settings.redactor());
            this.memory = new Memory(settings.integer("THROUGHLINE_QUEUE_RECORDS", 50_000, 1, Memory.MOST_RECORDS),
                    settings.bytes("THROUGHLINE_QUEUE_BYTES", DEFAULT_QUEUE_BYTES, LEAST_QUEUE_BYTES,
                            Memory.MOST_BYTES));
            this.spillDirectory = settings.optionalText("THROUGHLINE_SPILL_DIR").map(Builder::path).orElse(null);
            this.spillBytes = settings.bytes("THROUGHLINE_SPILL_BYTES", DEFAULT_SPILL_BYTES, LEAST_SPILL_BYTES,
                    MOST_SPILL_BYTES);
            this.clients = KafkaProducers.supplier(settings, clientId, DEFAULTS);
        }

        /**
         * Where {@link Publisher#emit(Event)} finds the trace that is current on the caller's thread, which is
         * {@link TraceScope} unless set; where it says null, such an event begins a trace of its own.
         */
        public Builder context(Supplier<? extends @Nullable TraceContext> current) {
            this.context = current;
            return this;
        }

        /** Starts it; waits for no broker. A builder starts one publisher. */
        public Publisher start() {
            return new Publisher(clients, records, memory, spillDirectory, spillBytes, context, service);
        }

        private static Path path(String text) {
            try {
                return Path.of(text);
            } catch (InvalidPathException e) {
                throw new IllegalArgumentException(
                        "THROUGHLINE_SPILL_DIR must be a directory, got \"" + text + '"', e);
            }
        }
    }

    /** Hands over an event of the trace that is current on this thread; never blocks, never throws for lack of a broker. */
    public void emit(Event event) {
        emit(event, context.get());
    }

    /** Hands over an event of a trace, of one of its own without; never blocks, never throws for lack of a broker. */
    public void emit(Event event, @Nullable TraceContext trace) {
        handOver.accept(event, trace);
    }

    /** Hands over a log line; never blocks and never throws for lack of a broker. */
    public void log(LogRecord log) {
        handOver.accept(log);
    }

    /** Where every record is at this instant. */
    public Accounting accounting() {
        return ledger.now();
    }

    /** How many secrets were replaced in records so far, of each kind. */
    public Map<Finding, Long> redactions() {
        return records.redactions();
    }

    /** Why a record was last not sent or given up; empty when that never happened. */
    public String lastFailure() {
        return delivery.lastFailure();
    }

    /** Sends what is waiting for at most five seconds. */
    @Override
    public void close() {
        close(CLOSE_TIMEOUT);
    }

    /**
     * Sends what is waiting for at most {@code timeout}, leaves the rest on disk where there is one and drops it
     * elsewhere, and says where everything went: nothing is queued afterwards. Writing to disk comes on top of the time, and
     * a Kafka client that does not let go costs up to three seconds more. Closing again changes nothing.
     */
    public Accounting close(Duration timeout) {
        handOver.close();
        // A hundred years are enough, and can be added to the clock.
        long patience = Math.max(0, Math.min(Long.MAX_VALUE / 4, TimeUnit.NANOSECONDS.convert(timeout)));
        if (!ledger.isSealed()) {
            delivery.close(System.nanoTime() + patience);
            boolean ended = join(patience + LETTING_GO_NANOS);
            for (long before = -1; !ended && ledger.now().spilled() > before;) {
                before = ledger.now().spilled();
                ended = join(LETTING_GO_NANOS); // as long as the disk takes what is left
            }
            if (!ended) {
                thread.interrupt();
                link.close(Duration.ZERO);
                join(LETTING_GO_NANOS);
            }
            ledger.seal();
            delivery.warn(ledger.totalDropped());
        }
        return ledger.now();
    }

    private void wake() {
        delivery.wake();
    }

    /** Whether the thread has ended by then. */
    private boolean join(long nanos) {
        try {
            thread.join(Math.max(1, Math.min(TimeUnit.DAYS.toMillis(365), TimeUnit.NANOSECONDS.toMillis(nanos))));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return !thread.isAlive();
    }
}
