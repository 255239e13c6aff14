package io.throughline.bench;

import com.sun.management.ThreadMXBean;
import io.throughline.bench.ProducerSample.Calls;
import io.throughline.event.LlmCompleted;
import io.throughline.event.LlmStatus;
import io.throughline.event.Origin;
import io.throughline.trace.TraceContext;
import io.throughline.trace.TraceIds;
import java.lang.management.ManagementFactory;
import java.time.Instant;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** One caller: bursts of calls, each of them timed. Used by one thread. */
final class ProducerCalls {

    /** What is called. */
    interface Call {
        void with(LlmCompleted event, TraceContext trace);
    }

    private static final ThreadMXBean THREADS = ManagementFactory.getPlatformMXBean(ThreadMXBean.class);
    private static final int IDS = 1024;

    private final String[] ids = new String[IDS];
    private final TraceContext[] traces = new TraceContext[IDS];
    private final long[] nanos;
    private long cpu;
    private long bytes;
    private int calls;

    /** For at most so many calls. */
    ProducerCalls(int most, long seed) {
        this.nanos = new long[most];
        var random = new SplittableRandom(seed);
        var traceIds = new TraceIds(random);
        for (int i = 0; i < IDS; i++) {
            ids[i] = new UUID(random.nextLong(), random.nextLong()).toString();
            traces[i] = TraceContext.of(traceIds.newTraceId()).withRequestId("req_" + i).withUserId("user_" + i);
        }
    }

    /**
     * Bursts of {@code size} calls, one every {@code periodMillis}, until there are {@code total} more.
     *
     * @param room returns when there is room for a burst
     */
    void bursts(int total, int size, long periodMillis, Runnable room, Call call) {
        long start = System.nanoTime();
        for (int burst = 0; burst * size < total; burst++) {
            long due = start + TimeUnit.MILLISECONDS.toNanos(burst * periodMillis);
            for (long wait = due - System.nanoTime(); wait > 0; wait = due - System.nanoTime()) {
                LockSupport.parkNanos(wait);
            }
            room.run();
            burst(Math.min(size, total - burst * size), call);
        }
    }

    /** Calls as fast as it goes, without timing them. */
    void run(int total, Runnable every256, Call call) {
        Instant now = Instant.now();
        for (int i = 0; i < total; i++) {
            if (i % 256 == 0) {
                every256.run();
            }
            call.with(event(i, now), traces[i % IDS]);
        }
    }

    /** Forgets what was measured. */
    void reset() {
        cpu = 0;
        bytes = 0;
        calls = 0;
    }

    /** All callers together. */
    static Calls of(ProducerCalls... callers) {
        long[] all = Arrays.stream(callers).flatMapToLong(each -> Arrays.stream(each.nanos, 0, each.calls)).sorted()
                .toArray();
        double total = all.length;
        return new Calls(Arrays.stream(callers).mapToLong(each -> each.cpu).sum() / total,
                Arrays.stream(callers).mapToLong(each -> each.bytes).sum() / total, all[all.length / 2],
                all[(int) (all.length * 0.99)], all[(int) (all.length * 0.999)], all[all.length - 1]);
    }

    private void burst(int size, Call call) {
        Instant now = Instant.now();
        long bytesBefore = THREADS.getCurrentThreadAllocatedBytes();
        long cpuBefore = THREADS.getCurrentThreadCpuTime();
        for (int i = 0; i < size; i++) {
            long start = System.nanoTime();
            call.with(event(calls, now), traces[calls % IDS]);
            nanos[calls++] = System.nanoTime() - start;
        }
        cpu += THREADS.getCurrentThreadCpuTime() - cpuBefore;
        bytes += THREADS.getCurrentThreadAllocatedBytes() - bytesBefore;
    }

    /** Made anew for each call, as a service does. */
    private LlmCompleted event(int number, Instant now) {
        return new LlmCompleted(new Origin(ids[number % IDS], now, "script-writer"), "gpt-4o", LlmStatus.SUCCESS, 1.42,
                374, 44, null, null, null, null, null);
    }
}
