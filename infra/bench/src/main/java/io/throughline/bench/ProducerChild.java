package io.throughline.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CyclicBarrier;

/** The measured process: runs one variant, prints its {@link ProducerSample} as one line of JSON, and ends. */
final class ProducerChild {

    static final int CALLERS = 8;

    private static final int BURST = 500;
    private static final int CROWD_BURST = 100;
    private static final int PERIOD_MILLIS = 10;

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
        ProducerSample.Calls alone;
        ProducerSample.Calls crowd;
        long lost;
        ProducerVariant variant = ProducerVariant.open(contender, brokers, directory);
        try (variant) {
            var caller = new ProducerCalls(records, 1);
            caller.bursts(records, BURST, PERIOD_MILLIS, variant::awaitRoom, variant::take); // until the code is compiled
            caller.reset();
            caller.bursts(records, BURST, PERIOD_MILLIS, variant::awaitRoom, variant::take);
            alone = ProducerCalls.of(caller);
            crowd = crowd(variant, records / CALLERS);
        }
        lost = variant.lost();
        return new ProducerSample(alone, crowd, variant.endsAtTheBroker()
                ? perSecond(contender, brokers, records * 5, directory)
                : 0, lost);
    }

    private static ProducerSample.Calls crowd(ProducerVariant variant, int each) throws Exception {
        var callers = new ProducerCalls[CALLERS];
        var threads = new Thread[CALLERS];
        var together = new CyclicBarrier(CALLERS);
        for (int i = 0; i < CALLERS; i++) {
            var caller = new ProducerCalls(each, i);
            callers[i] = caller;
            threads[i] = new Thread(() -> {
                try {
                    together.await();
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
                caller.bursts(each, CROWD_BURST, 2 * PERIOD_MILLIS, variant::awaitRoom, variant::take);
            });
            threads[i].start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        return ProducerCalls.of(callers);
    }

    /** One caller that never has to wait for room it could have known of. */
    private static double perSecond(ProducerContender contender, String brokers, int records, Path directory) {
        ProducerVariant variant = ProducerVariant.open(contender, brokers, directory);
        var caller = new ProducerCalls(1, 2);
        long start;
        try (variant) {
            caller.run(records, variant::awaitRoom, variant::take); // until the code is compiled, all of it
            start = System.nanoTime();
            caller.run(records, variant::awaitRoom, variant::take);
        }
        double perSecond = records * 1e9 / (System.nanoTime() - start);
        if (variant.lost() > 0) {
            throw new IllegalStateException(contender.label() + " lost " + variant.lost() + " records");
        }
        return perSecond;
    }
}
