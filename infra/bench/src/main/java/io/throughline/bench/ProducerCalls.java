package io.throughline.bench;

import com.sun.management.ThreadMXBean;
import io.throughline.bench.ProducerSample.Calls;
import io.throughline.trace.TraceContext;
import io.throughline.trace.TraceIds;
import java.lang.management.ManagementFactory;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** One caller of a variant, which it calls in bursts. Used by one thread. */
final class ProducerCalls<R> {

    private static final ThreadMXBean THREADS = ManagementFactory.getPlatformMXBean(ThreadMXBean.class);
    private static final int IDS = 1024;

    private final ProducerVariant<R> variant;
    private final String[] ids = new String[IDS];
    private final TraceContext[] traces = new TraceContext[IDS];
    private final long[] nanos;
    private final Cost call = new Cost();
    private final Cost whole = new Cost();
    private int timed;

    /** What one kind of burst has taken of this thread. */
    private static final class Cost {
        long cpu;
        long bytes;
        int calls;

        void clear() {
            cpu = 0;
            bytes = 0;
            calls = 0;
        }
    }

    /** At most so many calls are timed. */
    ProducerCalls(ProducerVariant<R> variant, int most, long seed) {
        this.variant = variant;
        this.nanos = new long[most];
        var random = new SplittableRandom(seed);
        var traceIds = new TraceIds(random);
        for (int i = 0; i < IDS; i++) {
            ids[i] = new UUID(random.nextLong(), random.nextLong()).toString();
            traces[i] = TraceContext.of(traceIds.newTraceId()).withRequestId("req_" + i).withUserId("user_" + i);
        }
    }

    /**
     * Bursts of {@code size} calls, one every {@code periodMillis}, until there are {@code total} more of each kind: calls
     * that are timed one by one, calls whose CPU time is taken together, and the same with the building of the records.
     */
    void bursts(int total, int size, long periodMillis) {
        long start = System.nanoTime();
        int burst = 0;
        for (int done = 0; done < total; done += size) {
            int count = Math.min(size, total - done);
            pause(start, burst++, periodMillis);
            timed(count);
            pause(start, burst++, periodMillis);
            calls(count);
            pause(start, burst++, periodMillis);
            whole(count);
        }
    }

    /** Calls that are timed one by one. */
    void timed(int count) {
        List<R> records = built(count);
        for (int i = 0; i < count; i++) {
            long start = System.nanoTime();
            variant.take(records.get(i), traces[i % IDS]);
            nanos[timed++] = System.nanoTime() - start;
        }
    }

    /** Calls as fast as it goes, without measuring them. */
    void run(int total) {
        Instant now = Instant.now();
        for (int i = 0; i < total; i++) {
            if (i % 256 == 0) {
                variant.awaitRoom();
            }
            variant.take(variant.build(ids[i % IDS], traces[i % IDS], now), traces[i % IDS]);
        }
    }

    /** Forgets what was measured. */
    void reset() {
        timed = 0;
        call.clear();
        whole.clear();
    }

    /** All callers together. */
    static Calls of(List<ProducerCalls<?>> callers) {
        long[] all = callers.stream().flatMapToLong(each -> Arrays.stream(each.nanos, 0, each.timed)).sorted()
                .toArray();
        double calls = Math.max(1, callers.stream().mapToInt(each -> each.call.calls).sum());
        double whole = Math.max(1, callers.stream().mapToInt(each -> each.whole.calls).sum());
        return new Calls(callers.stream().mapToLong(each -> each.call.cpu).sum() / calls,
                callers.stream().mapToLong(each -> each.whole.cpu).sum() / whole,
                callers.stream().mapToLong(each -> each.call.bytes).sum() / calls, all[all.length / 2],
                all[(int) (all.length * 0.99)], all[(int) (all.length * 0.999)], all[all.length - 1]);
    }

    private void calls(int count) {
        List<R> records = built(count);
        long bytes = THREADS.getCurrentThreadAllocatedBytes();
        long cpu = THREADS.getCurrentThreadCpuTime();
        for (int i = 0; i < count; i++) {
            variant.take(records.get(i), traces[i % IDS]);
        }
        add(call, count, cpu, bytes);
    }

    private void whole(int count) {
        Instant now = Instant.now();
        long bytes = THREADS.getCurrentThreadAllocatedBytes();
        long cpu = THREADS.getCurrentThreadCpuTime();
        for (int i = 0; i < count; i++) {
            variant.take(variant.build(ids[i % IDS], traces[i % IDS], now), traces[i % IDS]);
        }
        add(whole, count, cpu, bytes);
    }

    private static void add(Cost cost, int calls, long cpuBefore, long bytesBefore) {
        cost.cpu += THREADS.getCurrentThreadCpuTime() - cpuBefore;
        cost.bytes += THREADS.getCurrentThreadAllocatedBytes() - bytesBefore;
        cost.calls += calls;
    }

    private List<R> built(int count) {
        Instant now = Instant.now();
        List<R> records = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            records.add(variant.build(ids[i % IDS], traces[i % IDS], now));
        }
        return records;
    }

    private void pause(long start, int burst, long periodMillis) {
        long due = start + TimeUnit.MILLISECONDS.toNanos(burst * periodMillis);
        for (long wait = due - System.nanoTime(); wait > 0; wait = due - System.nanoTime()) {
            LockSupport.parkNanos(wait);
        }
        variant.awaitRoom();
    }
}
