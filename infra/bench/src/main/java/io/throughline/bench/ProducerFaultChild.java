package io.throughline.bench;

import io.throughline.publish.Accounting;
import io.throughline.publish.DropReason;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The measured process: a service whose brokers fail it. Prints a {@link ProducerFaultSample} as one line of JSON. */
final class ProducerFaultChild {

    private static final int BURST = 100;
    private static final int PERIOD_MILLIS = 10;
    private static final long LONGEST_CONTACT_NANOS = TimeUnit.MINUTES.toNanos(1);

    private ProducerFaultChild() {}

    /** Arguments: the fault, the brokers, the broker's process id, records, a directory to spill to. */
    public static void main(String[] args) {
        Child.endWithParent();
        try {
            System.out.println(Json.MAPPER.writeValueAsString(measure(ProducerFault.valueOf(args[0]), args[1],
                    Long.parseLong(args[2]), Integer.parseInt(args[3]), args[4])));
            System.exit(0);
        } catch (Exception e) {
            e.printStackTrace();
            System.err.println(e.getMessage());
            System.exit(1);
        }
    }

    private static ProducerFaultSample measure(ProducerFault fault, String brokers, long broker, int records,
            String spill) throws IOException, InterruptedException {
        Map<String, String> settings = new LinkedHashMap<>(Map.of("THROUGHLINE_SPILL_DIR", spill));
        if (fault == ProducerFault.REFUSED) {
            settings.put("THROUGHLINE_KAFKA_SECURITY_PROTOCOL", "SASL_PLAINTEXT");
            settings.put("THROUGHLINE_KAFKA_SASL_MECHANISM", "PLAIN");
            settings.put("THROUGHLINE_KAFKA_SASL_JAAS_CONFIG",
                    "org.apache.kafka.common.security.plain.PlainLoginModule required username=\"a\" password=\"b\";");
        }
        long start = System.nanoTime();
        var ours = new ProducerEmit(fault == ProducerFault.STOPPED ? "127.0.0.1:1" : brokers, settings);
        double startMillis = (System.nanoTime() - start) / 1e6;
        var emit = new ProducerCalls<>(ours, records, 1);
        var log = new ProducerCalls<>(new ProducerLog(ours), records, 2);
        both(emit, log, records); // until the code is compiled
        if (fault != ProducerFault.STOPPED && fault != ProducerFault.REFUSED) {
            awaitContact(ours); // what happens to a service that has been working
        }
        emit.reset();
        log.reset();
        Thread signals = Thread.ofPlatform().daemon().start(() -> disturb(fault, broker));
        try {
            both(emit, log, records);
            System.gc();
            double heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() / 1024.0 / 1024;
            Accounting last = ours.accounting();
            return new ProducerFaultSample(startMillis, ProducerCalls.of(List.of(emit)),
                    ProducerCalls.of(List.of(log)), heap,
                    numbers(last));
        } finally {
            signals.interrupt();
            signals.join();
            if (fault == ProducerFault.PAUSED || fault == ProducerFault.SLOW) {
                signal("CONT", broker);
            }
            ours.close(Duration.ZERO);
        }
    }

    private static void awaitContact(ProducerEmit ours) {
        long deadline = System.nanoTime() + LONGEST_CONTACT_NANOS;
        while (ours.accounting().acknowledged() == 0) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("the broker has acknowledged nothing for a minute");
            }
            pause(PERIOD_MILLIS);
        }
    }

    /** An event and a line in turn, as in a service. */
    private static void both(ProducerCalls<?> emit, ProducerCalls<?> log, int records) {
        for (int burst = 0; burst < records / BURST; burst++) {
            emit.timed(BURST);
            log.timed(BURST);
            pause(PERIOD_MILLIS);
        }
    }

    private static void disturb(ProducerFault fault, long broker) {
        try {
            if (fault == ProducerFault.PAUSED) {
                signal("STOP", broker);
            }
            while (fault == ProducerFault.SLOW) {
                signal("STOP", broker);
                TimeUnit.MILLISECONDS.sleep(90);
                signal("CONT", broker);
                TimeUnit.MILLISECONDS.sleep(10);
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void signal(String name, long process) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + name, Long.toString(process)).inheritIO().start().waitFor();
    }

    private static void pause(int millis) {
        try {
            TimeUnit.MILLISECONDS.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Map<String, Long> numbers(Accounting sums) {
        Map<String, Long> numbers = new LinkedHashMap<>();
        numbers.put("accepted", sums.accepted());
        numbers.put("acknowledged", sums.acknowledged());
        numbers.put("queued", sums.queued());
        numbers.put("spilled", sums.spilled());
        for (DropReason reason : DropReason.values()) {
            numbers.put("dropped_" + reason.label(), sums.dropped(reason));
        }
        return numbers;
    }
}
