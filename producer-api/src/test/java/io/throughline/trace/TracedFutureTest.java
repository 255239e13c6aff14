package io.throughline.trace;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@SuppressWarnings("try") // a scope is held, not used
class TracedFutureTest {

    private static final List<Class<?>> WORK = List.of(Function.class, BiFunction.class, Consumer.class,
            BiConsumer.class, Runnable.class, Supplier.class);
    private static final ExecutorService POOL = Executors.newFixedThreadPool(2);

    @AfterAll
    static void stop() {
        POOL.shutdownNow();
    }

    /** Whatever of a future takes work, those of a later JDK too. */
    static Stream<Method> methodsThatTakeWork() {
        return Arrays.stream(CompletableFuture.class.getMethods())
                .filter(method -> method.getDeclaringClass() == CompletableFuture.class
                        && !Modifier.isStatic(method.getModifiers())
                        && Arrays.stream(method.getParameterTypes()).anyMatch(WORK::contains));
    }

    @ParameterizedTest
    @MethodSource("methodsThatTakeWork")
    void work_runsInTheContextOfWhoAddedIt(Method method) throws Exception {
        boolean failing = method.getName().startsWith("exceptionally");
        var seen = new CompletableFuture<String>();
        var source = new TracedFuture<String>();
        Object stage = in("adder", () -> method.invoke(source, Arrays.stream(method.getParameterTypes())
                .map(type -> argument(type, method, seen)).toArray()));
        if (!method.getName().equals("completeAsync")) { // which completes it itself
            in("completer", () -> failing
                    ? source.completeExceptionally(new IllegalStateException())
                    : source.complete(""));
        }
        assertThat(seen.get(10, TimeUnit.SECONDS)).isEqualTo("adder");
        assertThat(stage).isInstanceOf(TracedFuture.class);
    }

    @Test
    void everyWayToMakeOne_keepsTheContext() throws Exception {
        for (CompletableFuture<?> made : List.of(TracedFuture.completedFuture(""), TracedFuture.runAsync(() -> {}),
                TracedFuture.supplyAsync(() -> ""), TracedFuture.runAsync(() -> {}, POOL),
                TracedFuture.supplyAsync(() -> "", POOL), TracedFuture.allOf(), TracedFuture.of(new TracedFuture<>()
                        .completeOnTimeout("", 1, TimeUnit.MILLISECONDS)),
                TracedFuture.anyOf(CompletableFuture.completedFuture("")),
                TracedFuture.completedStage("").toCompletableFuture(), TracedFuture.completedFuture("").copy(),
                TracedFuture.failedFuture(new IllegalStateException()).exceptionally(failure -> ""),
                TracedFuture.failedStage(new IllegalStateException()).exceptionally(failure -> "")
                        .toCompletableFuture())) {
            assertThat(in("a", () -> made.thenApplyAsync(unused -> seen())).get(10, TimeUnit.SECONDS)).isEqualTo("a");
        }
        assertThat(in("a", () -> TracedFuture.supplyAsync(TracedFutureTest::seen)).get(10, TimeUnit.SECONDS))
                .isEqualTo("a");
    }

    private static Object argument(Class<?> type, Method method, CompletableFuture<String> seen) {
        if (type == Executor.class) {
            return POOL;
        }
        if (type == CompletionStage.class) {
            // One that is first in an "either" would do the work at once, in the context of who adds it.
            return method.getName().contains("Either")
                    ? new CompletableFuture<String>()
                    : CompletableFuture.completedFuture("");
        }
        return Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[]{type}, (proxy, called, arguments) -> {
            seen.complete(seen());
            return method.getName().contains("ompose") ? CompletableFuture.completedFuture("") : "";
        });
    }

    private static String seen() {
        return TraceScope.current().map(TraceContext::traceId).orElse("none");
    }

    private interface Action<T extends @Nullable Object> {
        T run() throws Exception;
    }

    private static <T extends @Nullable Object> T in(String traceId, Action<T> action) throws Exception {
        try (TraceScope scope = TraceScope.open(TraceContext.of(traceId))) {
            return action.run();
        }
    }
}
