package io.throughline.bench;

import io.throughline.local.Home;
import io.throughline.local.Terminal;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Lets the variants take turns on one broker, then a publisher meet each fault. */
final class ProducerBench {

    private final ProducerPlan plan;
    private final Clock clock;
    private final Terminal terminal;

    /** Tells {@code terminal} how far it has come. */
    ProducerBench(ProducerPlan plan, Clock clock, Terminal terminal) {
        this.plan = plan;
        this.clock = clock;
        this.terminal = terminal;
    }

    /**
     * Measures all variants and faults.
     *
     * @param keep where the data stays; null deletes it
     * @throws IllegalStateException when a variant fails, or loses a record
     */
    ProducerResult run(Home home, @Nullable Path keep) throws IOException, InterruptedException {
        try (Playground playground = Playground.open(home, keep)) {
            Map<ProducerContender, List<ProducerSample>> samples = new EnumMap<>(ProducerContender.class);
            for (int round = 1; round <= plan.rounds(); round++) {
                List<ProducerContender> order = new ArrayList<>(List.of(ProducerContender.values()));
                Collections.rotate(order, -(round - 1));
                for (ProducerContender contender : order) {
                    samples.computeIfAbsent(contender, each -> new ArrayList<>())
                            .add(measure(contender, round, playground));
                }
            }
            Map<ProducerFault, ProducerFaultSample> faults = new EnumMap<>(ProducerFault.class);
            for (ProducerFault fault : ProducerFault.values()) {
                faults.put(fault, measure(fault, playground));
            }
            return ProducerResult.of(plan, samples, faults, Machine.here(), clock.instant());
        }
    }

    private ProducerSample measure(ProducerContender contender, int round, Playground playground)
            throws IOException, InterruptedException {
        Path directory = playground.directory().resolve(contender.label() + "-" + round);
        ProducerSample sample = ChildProcess.run(contender.label(), ProducerChild.class,
                List.of(contender.name(), playground.bootstrapServers(), Integer.toString(plan.records()),
                        directory.resolve("state").toString()),
                directory, ProducerSample.class);
        if (sample.lost() > 0) {
            throw new IllegalStateException(contender.label() + " lost " + sample.lost() + " records");
        }
        terminal.err().printf("round %d of %d: %-13s %7.0f ns CPU a call, p99 %,7d ns%n", round, plan.rounds(),
                contender.label(), sample.alone().cpuNanos(), sample.alone().p99());
        return sample;
    }

    private ProducerFaultSample measure(ProducerFault fault, Playground playground)
            throws IOException, InterruptedException {
        Path directory = playground.directory().resolve("fault-" + fault.label());
        ProducerFaultSample sample = ChildProcess.run("fault " + fault.label(), ProducerFaultChild.class,
                List.of(fault.name(), playground.bootstrapServers(), Long.toString(playground.brokerPid()),
                        Integer.toString(Math.max(ProducerPlan.FEWEST_RECORDS, plan.records() / 2)),
                        directory.resolve("spill").toString()),
                directory, ProducerFaultSample.class);
        terminal.err().printf("brokers %-8s p99.9 of emit %,7d ns, of log %,7d ns%n", fault.label(),
                sample.emit().p999(), sample.log().p999());
        return sample;
    }
}
