package io.throughline.bench;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;

/** The measured process: runs one variant, prints its {@link ProducerSample} as one line of JSON, and ends. */
final class ProducerChild {

    static final int CALLERS = 8;

    private static final int BURST = 500;
    private static final int CROWD_BURST = 100;
    private static final int PERIOD_MILLIS = 10;
    private static final int MOST_WARM_UPS = 12;
    private static final double MOST_COMPILING = 0.05;

    private static final CompilationMXBean COMPILER = ManagementFactory.getCompilationMXBean();
    private static final OperatingSystemMXBean PROCESS = ManagementFactory
            .getPlatformMXBean(OperatingSystemMXBean.class);

    private ProducerChild() {}

    /** Arguments: the variant, the brokers, records, a directory. */
    public static void main(String[] args) {
        Child.endWithParent();
        try {
            var contender = ProducerContender.valueOf(args[0]);
            int records = Integer.parseInt(args[2]);
            Path directory = Files.createDirectories(Path.of(args[3]));
            System.out.println(Json.MAPPER.writeValueAsString(measure(contender, args[1], records, directory)));
            System.exit(0);
        } catch (Exception e) {
            e.printStackTrace();
            System.err.println(e.getMessage());
            System.exit(1);
        }
    }

    private static ProducerSample measure(ProducerContender contender, String brokers, int records, Path directory)
            throws Exception {
        ProducerVariant<?> variant = ProducerVariant.open(contender, brokers, directory);
        ProducerSample.Calls alone;
        ProducerSample.Calls crowd;
        try (variant) {
            alone = alone(variant, records);
            crowd = crowd(variant, records / CALLERS);
        }
        Flow flow = variant.endsAtTheBroker()
                ? flow(contender, ProducerVariant.open(contender, brokers, directory), records * 5)
                : new Flow(0, 0);
        return new ProducerSample(alone, crowd, flow.perSecond, flow.cpuNanos, variant.lost());
    }

    private static <R> ProducerSample.Calls alone(ProducerVariant<R> variant, int records) {
        var caller = new ProducerCalls<>(variant, records, 1);
        caller.bursts(records, BURST, PERIOD_MILLIS); // until the code is compiled
        caller.reset();
        caller.bursts(records, BURST, PERIOD_MILLIS);
        return ProducerCalls.of(List.of(caller));
    }

    private static <R> ProducerSample.Calls crowd(ProducerVariant<R> variant, int each) throws Exception {
        List<ProducerCalls<?>> callers = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        var together = new CyclicBarrier(CALLERS);
        for (int i = 0; i < CALLERS; i++) {
            var caller = new ProducerCalls<>(variant, each, i);
            callers.add(caller);
            threads.add(Thread.ofPlatform().start(() -> {
                try {
                    together.await();
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
                caller.bursts(each, CROWD_BURST, 2 * PERIOD_MILLIS);
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        return ProducerCalls.of(callers);
    }

    /** Records a second, and CPU time of the whole process for each. */
    private record Flow(double perSecond, double cpuNanos) {}

    /** One caller that never has to wait for room it could have known of; closes the variant. */
    private static <R> Flow flow(ProducerContender contender, ProducerVariant<R> variant, int records) {
        var caller = new ProducerCalls<>(variant, 0, 2);
        long start;
        long cpu;
        try (variant) {
            warmUp(caller, records);
            cpu = PROCESS.getProcessCpuTime();
            start = System.nanoTime();
            caller.run(records);
        }
        long nanos = System.nanoTime() - start;
        cpu = PROCESS.getProcessCpuTime() - cpu;
        if (variant.lost() > 0) {
            throw new IllegalStateException(contender.label() + " lost " + variant.lost() + " records");
        }
        return new Flow(records * 1e9 / nanos, (double) cpu / records);
    }

    /** Until the compiler, which has the same two cores, has little left to do. */
    private static void warmUp(ProducerCalls<?> caller, int records) {
        for (int run = 0; run < MOST_WARM_UPS; run++) {
            long start = System.nanoTime();
            long compiled = COMPILER.getTotalCompilationTime();
            caller.run(records);
            long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
            if (COMPILER.getTotalCompilationTime() - compiled < millis * MOST_COMPILING) {
                return;
            }
        }
    }
}
