package io.throughline.bench;

import io.throughline.local.Home;
import io.throughline.local.Terminal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code bench aggregator}: what exact counting costs beside a bare consumer and beside a hand-written one. */
@Command(name = "aggregator", description = {
        "Measures the aggregator against a bare consumer (fetch), a hand-written one (by-hand),",
        "Kafka Streams' DSL and Flink, each in a JVM of its own, on a broker of its own."})
final class AggregatorCommand implements Callable<Integer> {

    private static final long SEED = 42;

    @Option(names = "--events", paramLabel = "N", defaultValue = "500000", description = "events that each variant reads (default: ${DEFAULT-VALUE}; from 2000000 on the figures are steady)")
    private long events;

    @Option(names = "--rounds", paramLabel = "R", defaultValue = "3", description = "how often each variant runs (default: ${DEFAULT-VALUE})")
    private int rounds;

    @Option(names = "--variants", paramLabel = "NAME,…", split = ",", description = "who takes part beside fetch and by-hand: streams-dsl, flink, throughline (default: all)")
    private List<String> variants = Stream.of(Contender.values()).map(Contender::label).toList();

    @Option(names = "--json", paramLabel = "FILE", description = "writes the same figures as JSON")
    private @Nullable Path json;

    @Option(names = "--keep", paramLabel = "DIR", description = "keeps the broker's data and the logs there (default: a temporary directory, deleted)")
    private @Nullable Path keep;

    @Spec
    private @Nullable CommandSpec spec;

    private final Terminal terminal;

    AggregatorCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        Plan plan = plan();
        requireWritable(json);
        Result result = new AggregatorBench(plan, Clock.systemUTC(), terminal).run(Home.find(), keep);
        terminal.out().print(Table.of(result));
        terminal.out().flush();
        if (json != null) {
            Files.writeString(json, Json.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(result) + '\n');
        }
        return 0;
    }

    private Plan plan() {
        try {
            return new Plan(events, rounds, SEED,
                    variants.stream().map(Contender::labelled).collect(Collectors.toSet()));
        } catch (IllegalArgumentException e) {
            if (spec == null) {
                throw e;
            }
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    /** Better told before minutes of measuring than after. */
    static void requireWritable(@Nullable Path file) {
        if (file == null) {
            return;
        }
        Path parent = file.toAbsolutePath().getParent();
        if (Files.isDirectory(file) || parent == null || !Files.isWritable(parent)) {
            throw new IllegalStateException("--json " + file + " cannot be written: name a file in a directory that "
                    + "exists and that you may write to");
        }
    }
}
