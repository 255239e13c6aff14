package io.throughline.trace;

import java.util.Objects;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The context of what this thread does now: open one for a piece of work, close it when the work is done.
 *
 * <pre>{@code
 * try (TraceScope scope = TraceScope.open(context)) {
 *     log.info("every line in here carries the trace id");
 * }
 * }</pre>
 *
 * <p>Scopes nest, and closing one restores what was before it. While a scope is open its ids stand in SLF4J's MDC under
 * the names of {@link TraceHeaders}; other entries of the MDC are left alone. A scope belongs to the thread that opened
 * it; {@link Traced} carries its context to other threads.
 */
public final class TraceScope implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(TraceScope.class);
    private static final ThreadLocal<@Nullable TraceScope> CURRENT = new ThreadLocal<>();
    private static final TraceIds IDS = new TraceIds(RandomGenerator.of("SecureRandom"));

    private final @Nullable TraceContext context;
    private final @Nullable TraceScope outer;
    private final Thread owner = Thread.currentThread();
    private final MdcIds before;
    private boolean closed;

    private TraceScope(@Nullable TraceContext context) {
        this.context = context;
        this.outer = CURRENT.get();
        this.before = MdcIds.current();
        CURRENT.set(this);
        MdcIds.of(context).putInPlaceOf(before);
    }

    /** Makes {@code context} the current one of this thread until the scope is closed. */
    public static TraceScope open(TraceContext context) {
        return new TraceScope(Objects.requireNonNull(context, "context"));
    }

    /** The scope of a received record: the context that its headers name, or a new trace where they name none. */
    public static TraceScope open(ConsumerRecord<?, ?> received) {
        return open(TraceHeaders.read(received.headers()).orElseGet(TraceScope::newTrace));
    }

    /**
     * Makes {@code context} the current one, and where it is null makes none current: what a thread did before must
     * not show in what it does next.
     */
    static TraceScope openOrNone(@Nullable TraceContext context) {
        return new TraceScope(context);
    }

    /**
     * The context of this thread: that of the innermost open scope, and without one that of the current OpenTelemetry
     * span.
     */
    public static Optional<TraceContext> current() {
        TraceContext context = currentOrNull();
        return Optional.ofNullable(context);
    }

    /** The current context, or a {@link #newTrace}. */
    public static TraceContext currentOrNew() {
        TraceContext context = currentOrNull();
        return context == null ? newTrace() : context;
    }

    /** A trace that begins here: that of the current OpenTelemetry span, else one with a new W3C id. */
    public static TraceContext newTrace() {
        String span = OpenTelemetrySpan.traceId();
        return TraceContext.of(span == null ? IDS.newTraceId() : span);
    }

    /** As {@link #current}, with null in place of an empty answer. */
    public static @Nullable TraceContext currentOrNull() {
        TraceScope scope = CURRENT.get();
        if (scope != null) {
            return scope.context;
        }
        String span = OpenTelemetrySpan.traceId();
        return span == null ? null : TraceContext.of(span);
    }

    /**
     * Restores what was before. Closing again changes nothing; closing an outer scope closes those inside of it; from
     * another thread than the one that opened it nothing is closed, and a warning says so.
     */
    @Override
    public void close() {
        if (Thread.currentThread() != owner) {
            LOG.warn("a trace scope of thread {} was closed on thread {}, where it does nothing", owner.getName(),
                    Thread.currentThread().getName());
            return;
        }
        if (closed) {
            return;
        }
        for (TraceScope inner = CURRENT.get(); inner != null && inner != this; inner = inner.outer) {
            inner.closed = true;
        }
        closed = true;
        if (outer == null) {
            CURRENT.remove();
        } else {
            CURRENT.set(outer);
        }
        before.putInPlaceOf(MdcIds.current());
    }
}
