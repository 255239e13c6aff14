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
import java.util.Set;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/** Fills the topics once, then lets the variants take turns. */
final class AggregatorBench {

    private final Plan plan;
    private final Clock clock;
    private final Terminal terminal;

    /** Tells {@code terminal} how far it has come. */
    AggregatorBench(Plan plan, Clock clock, Terminal terminal) {
        this.plan = plan;
        this.clock = clock;
        this.terminal = terminal;
    }

    /**
     * Measures all variants.
     *
     * @param keep where the data stays; null deletes it
     * @throws IllegalStateException when a variant fails, or counts anything but what was published
     */
    Result run(Home home, @Nullable Path keep) throws IOException, InterruptedException {
        try (Playground playground = Playground.open(home, keep)) {
            Filling filling = fill(playground.bootstrapServers());
            Map<Contender, List<Sample>> samples = new EnumMap<>(Contender.class);
            for (int round = 1; round <= plan.rounds(); round++) {
                for (Contender contender : order(plan.contenders(), round)) {
                    Sample sample = measure(contender, round, playground);
                    Tally.verify(contender.label(), filling.truth(), sample.counted());
                    samples.computeIfAbsent(contender, each -> new ArrayList<>()).add(sample);
                }
            }
            return Result.of(plan, filling, samples, Machine.here(), clock.instant());
        }
    }

    /** Another one begins each round, so that none always has the warmest or the busiest machine. */
    static List<Contender> order(Set<Contender> contenders, int round) {
        List<Contender> order = new ArrayList<>(contenders);
        Collections.rotate(order, -(round - 1));
        return order;
    }

    private Filling fill(String bootstrapServers) {
        var events = new Events(plan.seed(), clock.instant().minus(Events.STEP.multipliedBy(plan.events())));
        if (!terminal.progress()) {
            return Filling.publish(events, plan.events(), bootstrapServers, published -> {});
        }
        try (var bar = new ProgressBarBuilder().setTaskName("filling").setStyle(ProgressBarStyle.ASCII)
                .setInitialMax(plan.events()).setUnit(" events", 1).setUpdateIntervalMillis(250)
                .setConsumer(new ConsoleProgressBarConsumer(terminal.err(), terminal.width())).clearDisplayOnFinish()
                .build()) {
            return Filling.publish(events, plan.events(), bootstrapServers, bar::stepTo);
        }
    }

    private Sample measure(Contender contender, int round, Playground playground)
            throws IOException, InterruptedException {
        if (contender.isAggregator()) {
            playground.forgetAggregator();
        }
        Path directory = playground.directory().resolve(contender.label() + "-" + round);
        Sample sample = ChildProcess.run(contender, playground.bootstrapServers(), plan.warmUp(), plan.events(),
                directory);
        terminal.err().printf("round %d of %d: %-11s %6.2f µs CPU an event, %,9.0f events/s%n", round, plan.rounds(),
                contender.label(), sample.cpuMicrosPerEvent(), sample.eventsPerSecond());
        return sample;
    }
}
