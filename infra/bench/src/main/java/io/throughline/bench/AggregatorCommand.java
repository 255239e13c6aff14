package io.throughline.bench;

import io.throughline.local.Home;
import io.throughline.local.Terminal;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bench aggregator}: what exact counting costs beside a bare consumer and beside a hand-written one. */
@Command(name = "aggregator", mixinStandardHelpOptions = true, description = {
        "Measures the aggregator against a bare consumer (fetch), a hand-written one (by-hand),",
        "Kafka Streams' DSL and Flink, each in a JVM of its own, on a broker of its own."})
final class AggregatorCommand implements Callable<Integer> {

    private static final long SEED = 42;

    @Option(names = "--events", paramLabel = "N", defaultValue = "5000000", description = "events that each variant reads (default: ${DEFAULT-VALUE}; fewer are quicker, and figures are steady from 2000000 on)")
    private long events;

    @Option(names = "--variants", paramLabel = "NAME,…", split = ",", description = "who takes part beside fetch and by-hand: streams-dsl, flink, throughline, throughline-2, throughline-audit (default: all)")
    private List<String> variants = Stream.of(Contender.values()).map(Contender::label).toList();

    @Mixin
    private final Rounds rounds = new Rounds();

    @Mixin
    private final ResultFile file = new ResultFile();

    @Option(names = "--keep", paramLabel = "DIR", description = "keeps the broker's data and the logs there (default: a temporary directory, deleted)")
    private @Nullable Path keep;

    private final Terminal terminal;

    AggregatorCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        rounds.require("--events", events, Plan.FEWEST_EVENTS, Plan.MOST_EVENTS);
        var plan = new Plan(events, rounds.count(), SEED, contenders());
        file.check();
        Result result = new AggregatorBench(plan, Clock.systemUTC(), terminal).run(Home.find(), keep);
        terminal.out().print(Table.of(result));
        terminal.out().flush();
        file.write(result);
        return 0;
    }

    private Set<Contender> contenders() {
        try {
            return variants.stream().map(Contender::labelled).collect(Collectors.toSet());
        } catch (IllegalArgumentException e) {
            rounds.require(false, String.valueOf(e.getMessage()));
            throw e;
        }
    }
}
