package io.throughline.trace;

import static java.util.concurrent.TimeUnit.MICROSECONDS;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.MDC;

@Timeout(60)
@SuppressWarnings("try") // a scope is held, not used
class TracedTest {

    private static final long SEED = Long.getLong("throughline.seed", 20261124);
    private static final int TASKS = Integer.getInteger("throughline.tasks", 2_000);

    /** What a thread sees of its context: the scope's trace id and the MDC's. */
    private static String seen() {
        return TraceScope.current().map(TraceContext::traceId).orElse("none") + '/' + MDC.get("trace_id");
    }

    private static <T> T in(String traceId, Callable<T> work) throws Exception {
        try (TraceScope scope = TraceScope.open(TraceContext.of(traceId))) {
            return work.call();
        }
    }

    @Test
    void everyWayOfHandingOver_carriesTheContext() throws Exception {
        try (ExecutorService pool = Executors.newSingleThreadExecutor();
                ExecutorService traced = Traced.executorService(pool)) {
            assertThat(in("a", () -> traced.submit(TracedTest::seen)).get()).isEqualTo("a/a");
            assertThat(in("b", () -> traced.invokeAll(List.of(TracedTest::seen))).getFirst().get()).isEqualTo("b/b");
            String any = in("c", () -> traced.invokeAny(List.of(TracedTest::seen)));
            assertThat(any).isEqualTo("c/c");
            var executed = new CompletableFuture<String>();
            in("d", () -> {
                Traced.executor(pool).execute(() -> executed.complete(seen()));
                return "";
            });
            assertThat(executed.get()).isEqualTo("d/d");
            assertThat(pool.submit(TracedTest::seen).get()).as("left on the thread").isEqualTo("none/null");
        }
    }

    @Test
    void taskWithoutContext_seesNoneOfTheThreads() throws Exception {
        Runnable none = Traced.runnable(() -> assertThat(seen()).isEqualTo("none/null"));
        in("a", () -> {
            none.run();
            return assertThat(seen()).isEqualTo("a/a");
        });
    }

    @Test
    void scheduledTask_hasTheContextOfItsSchedulingInEachRun() throws Exception {
        Queue<String> seen = new ConcurrentLinkedQueue<>();
        var runs = new CountDownLatch(3);
        try (ScheduledExecutorService timer = Traced
                .scheduledExecutorService(Executors.newSingleThreadScheduledExecutor())) {
            var repeated = in("a", () -> timer.scheduleAtFixedRate(() -> {
                seen.add(seen());
                runs.countDown();
            }, 0, 1, MILLISECONDS));
            assertThat(in("b", () -> timer.schedule(TracedTest::seen, 1, MILLISECONDS)).get()).isEqualTo("b/b");
            assertThat(runs.await(10, SECONDS)).isTrue();
            repeated.cancel(false);
        }
        assertThat(seen).containsOnly("a/a");
    }

    @Test
    void virtualThread_hasTheContextOfItsMaker() throws Exception {
        var factory = Traced.threadFactory(Thread.ofVirtual().factory());
        try (var executor = Executors.newThreadPerTaskExecutor(factory)) {
            Future<String> one = in("a", () -> executor.submit(TracedTest::seen));
            Future<String> other = in("b", () -> executor.submit(TracedTest::seen));
            assertThat(one.get() + ' ' + other.get()).isEqualTo("a/a b/b");
        }
        var seen = new CompletableFuture<String>();
        Thread thread = in("c", () -> factory.newThread(() -> seen.complete(seen())));
        thread.start();
        assertThat(seen.get()).isEqualTo("c/c");
    }

    @Test
    void everyStage_hasTheContextOfWhoAddedIt() throws Exception {
        var source = new CompletableFuture<String>();
        List<CompletableFuture<?>> stages = new ArrayList<>();
        Queue<String> seen = new ConcurrentLinkedQueue<>();
        var done = CompletableFuture.completedFuture("");
        in("a", () -> {
            var first = TracedFuture.of(source);
            Runnable look = () -> seen.add(seen());
            stages.add(first.thenApply(text -> seen.add(seen())));
            stages.add(first.thenAcceptAsync(text -> look.run()));
            stages.add(first.thenRunAsync(look, ForkJoinPool.commonPool()));
            stages.add(first.thenCombine(done, (one, other) -> seen.add(seen())));
            stages.add(first.thenAcceptBoth(done, (one, other) -> look.run()));
            stages.add(first.runAfterBothAsync(done, look));
            stages.add(first.thenCompose(text -> {
                look.run();
                return done;
            }));
            stages.add(first.whenCompleteAsync((text, failure) -> look.run()));
            stages.add(first.handle((text, failure) -> seen.add(seen())));
            stages.add(first.thenApply(text -> text + seen()).thenAccept(seen::add));
            stages.add(first.thenRun(() -> {
                throw new IllegalStateException();
            }).exceptionally(failure -> {
                look.run();
                return null;
            }));
            return "";
        });
        in("completer", () -> source.complete(""));
        CompletableFuture.allOf(stages.toArray(CompletableFuture[]::new)).get();
        assertThat(seen).hasSize(11).containsOnly("a/a");
    }

    @Test
    void suppliedFuture_runsInTheContextOfItsCaller() throws Exception {
        try (ExecutorService pool = Executors.newFixedThreadPool(2)) {
            var future = in("a", () -> TracedFuture.supplyAsync(TracedTest::seen, pool)
                    .thenCombineAsync(TracedFuture.runAsync(() -> {}, pool), (seen, nothing) -> seen + ' ' + seen()));
            assertThat(future.get()).isEqualTo("a/a a/a");
        }
    }

    /** Random nests of hand-overs over shared pools: each piece of work must see exactly the context it belongs to. */
    @Test
    void pooledTasks_neverSeeEachOthersContext() throws Exception {
        Queue<String> wrong = new ConcurrentLinkedQueue<>();
        try (ExecutorService few = Executors.newFixedThreadPool(3);
                ExecutorService stealing = Executors.newWorkStealingPool(4);
                ExecutorService virtual = Executors.newVirtualThreadPerTaskExecutor();
                ScheduledExecutorService timer = Executors.newScheduledThreadPool(2);
                ExecutorService callers = Executors.newFixedThreadPool(16)) {
            List<Function<Runnable, CompletableFuture<?>>> ways = List.of(
                    on(Traced.executorService(few)), on(Traced.executorService(stealing)),
                    on(Traced.executorService(virtual)), task -> {
                        var done = new CompletableFuture<>();
                        var unused = Traced.scheduledExecutorService(timer).schedule(() -> complete(done, task), 10,
                                MICROSECONDS);
                        return done;
                    }, task -> TracedFuture.runAsync(() -> {}, few).thenRunAsync(task, stealing));
            List<Future<?>> roots = IntStream.range(0, TASKS).<Future<?>>mapToObj(
                    i -> callers.submit(() -> work(new Random(SEED + i), "task-" + i, 3, ways, wrong))).toList();
            for (Future<?> root : roots) {
                root.get();
            }
            for (ExecutorService pool : List.of(few, timer, callers)) {
                for (int i = 0; i < 64; i++) {
                    pool.submit(() -> expect("none/null", wrong)).get();
                }
            }
        }
        assertThat(wrong).as("seed " + SEED).isEmpty();
    }

    private static void work(Random random, String traceId, int depth,
            List<Function<Runnable, CompletableFuture<?>>> ways, Queue<String> wrong) {
        List<CompletableFuture<?>> handedOver = new ArrayList<>();
        try (TraceScope scope = TraceScope.open(TraceContext.of(traceId))) {
            for (int child = 0; depth > 0 && child < 1 + random.nextInt(2); child++) {
                var way = ways.get(random.nextInt(ways.size()));
                if (random.nextBoolean()) {
                    handedOver.add(way.apply(() -> expect(traceId + '/' + traceId, wrong)));
                } else {
                    var inner = new Random(random.nextLong());
                    String childId = traceId + '.' + child;
                    handedOver.add(way.apply(() -> nested(inner, traceId, childId, depth - 1, ways, wrong)));
                }
                if (ThreadLocalRandom.current().nextInt(8) == 0) {
                    LockSupport.parkNanos(1_000);
                }
            }
            expect(traceId + '/' + traceId, wrong);
        }
        // Waited for by the callers' threads alone: a pool's thread that waits for its own pool would never end.
        if (depth == 3) {
            CompletableFuture.allOf(handedOver.toArray(CompletableFuture[]::new)).join();
        }
    }

    private static void nested(Random random, String outer, String inner, int depth,
            List<Function<Runnable, CompletableFuture<?>>> ways, Queue<String> wrong) {
        expect(outer + '/' + outer, wrong);
        work(random, inner, depth, ways, wrong);
        expect(outer + '/' + outer, wrong);
    }

    private static void expect(String context, Queue<String> wrong) {
        String seen = seen();
        if (!seen.equals(context)) {
            wrong.add(context + " saw " + seen + " on " + Thread.currentThread());
        }
    }

    private static Function<Runnable, CompletableFuture<?>> on(ExecutorService executor) {
        return task -> {
            var done = new CompletableFuture<>();
            executor.execute(() -> complete(done, task));
            return done;
        };
    }

    private static void complete(CompletableFuture<Object> done, Runnable task) {
        try {
            task.run();
            done.complete(Optional.empty());
        } catch (Throwable e) {
            done.completeExceptionally(e);
            throw e;
        }
    }
}
