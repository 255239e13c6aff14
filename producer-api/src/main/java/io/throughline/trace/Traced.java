package io.throughline.trace;

import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Carries the current context to other threads: what is wrapped here runs in the context that is current now, and
 * leaves the thread as it found it. Where none is current, it runs in none, whatever the thread did before.
 *
 * <p>{@link TracedFuture} does the same for the stages of a {@code CompletableFuture}. Stateless.
 */
@SuppressWarnings("try") // a scope is held, not used
public final class Traced {

    private Traced() {}

    /** {@code task} in the context of now. */
    public static Runnable runnable(Runnable task) {
        TraceContext context = TraceScope.currentOrNull();
        return () -> {
            try (TraceScope scope = TraceScope.openOrNone(context)) {
                task.run();
            }
        };
    }

    /** {@code task} in the context of now. */
    public static <T extends @Nullable Object> Callable<T> callable(Callable<T> task) {
        TraceContext context = TraceScope.currentOrNull();
        return () -> {
            try (TraceScope scope = TraceScope.openOrNone(context)) {
                return task.call();
            }
        };
    }

    /** {@code supplier} in the context of now. */
    public static <T extends @Nullable Object> Supplier<T> supplier(Supplier<T> supplier) {
        TraceContext context = TraceScope.currentOrNull();
        return () -> {
            try (TraceScope scope = TraceScope.openOrNone(context)) {
                return supplier.get();
            }
        };
    }

    /** {@code function} in the context of now. */
    public static <T extends @Nullable Object, R extends @Nullable Object> Function<T, R> function(
            Function<? super T, ? extends R> function) {
        TraceContext context = TraceScope.currentOrNull();
        return value -> {
            try (TraceScope scope = TraceScope.openOrNone(context)) {
                return function.apply(value);
            }
        };
    }

    /** {@code function} in the context of now. */
    public static <T extends @Nullable Object, U extends @Nullable Object, R extends @Nullable Object> BiFunction<T, U, R> biFunction(
            BiFunction<? super T, ? super U, ? extends R> function) {
        TraceContext context = TraceScope.currentOrNull();
        return (one, other) -> {
            try (TraceScope scope = TraceScope.openOrNone(context)) {
                return function.apply(one, other);
            }
        };
    }

    /** {@code consumer} in the context of now. */
    public static <T extends @Nullable Object> Consumer<T> consumer(Consumer<? super T> consumer) {
        TraceContext context = TraceScope.currentOrNull();
        return value -> {
            try (TraceScope scope = TraceScope.openOrNone(context)) {
                consumer.accept(value);
            }
        };
    }

    /** {@code consumer} in the context of now. */
    public static <T extends @Nullable Object, U extends @Nullable Object> BiConsumer<T, U> biConsumer(
            BiConsumer<? super T, ? super U> consumer) {
        TraceContext context = TraceScope.currentOrNull();
        return (one, other) -> {
            try (TraceScope scope = TraceScope.openOrNone(context)) {
                consumer.accept(one, other);
            }
        };
    }

    /** Runs each task in the context of the thread that hands it over. */
    public static Executor executor(Executor executor) {
        return task -> executor.execute(runnable(task));
    }

    /** Runs each task in the context of the thread that hands it over; all else is {@code executor}'s. */
    public static ExecutorService executorService(ExecutorService executor) {
        return new TracedExecutorService<>(executor);
    }

    /** As {@link #executorService}; a task that repeats has the context of its scheduling in each run. */
    public static ScheduledExecutorService scheduledExecutorService(ScheduledExecutorService executor) {
        return new TracedScheduledExecutorService(executor);
    }

    /**
     * Threads that run in the context of the thread that made them, virtual ones too:
     * {@code Traced.threadFactory(Thread.ofVirtual().factory())}.
     *
     * <p>For threads of one task, as {@code Executors.newThreadPerTaskExecutor} has them. The threads of a pool
     * outlive the task that they were made for: there, wrap the pool with {@link #executorService} instead.
     */
    public static ThreadFactory threadFactory(ThreadFactory factory) {
        return task -> factory.newThread(runnable(task));
    }
}
