package io.throughline.bench;

import io.throughline.local.Home;
import io.throughline.local.Terminal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code bench producer}: what a call costs its caller, beside the other ways to get a record out of a service. */
@Command(name = "producer", description = {
        "Measures what publishing costs the calling thread (emit, log) against sending from it (direct), the",
        "OpenTelemetry SDK and an asynchronous Logback appender, each in a JVM of its own; then with brokers that are",
        "stopped, paused, slow, or refuse authentication."})
final class ProducerCommand implements Callable<Integer> {

    @Option(names = "--records", paramLabel = "N", defaultValue = "100000", description = "calls in each part of a run (default: ${DEFAULT-VALUE})")
    private int records;

    @Option(names = "--rounds", paramLabel = "R", defaultValue = "3", description = "how often each variant runs (default: ${DEFAULT-VALUE})")
    private int rounds;

    @Option(names = "--json", paramLabel = "FILE", description = "writes the same figures as JSON")
    private @Nullable Path json;

    @Option(names = "--keep", paramLabel = "DIR", description = "keeps the broker's data and the logs there (default: a temporary directory, deleted)")
    private @Nullable Path keep;

    @Spec
    private @Nullable CommandSpec spec;

    private final Terminal terminal;

    ProducerCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        ProducerPlan plan = plan();
        AggregatorCommand.requireWritable(json);
        ProducerResult result = new ProducerBench(plan, Clock.systemUTC(), terminal).run(Home.find(), keep);
        terminal.out().print(ProducerTable.of(result));
        terminal.out().flush();
        if (json != null) {
            Files.writeString(json, Json.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(result) + '\n');
        }
        return 0;
    }

    private ProducerPlan plan() {
        try {
            return new ProducerPlan(records, rounds);
        } catch (IllegalArgumentException e) {
            if (spec == null) {
                throw e;
            }
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }
}
