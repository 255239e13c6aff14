package io.throughline.bench;

import io.throughline.local.Home;
import io.throughline.local.Terminal;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bench producer}: what a call costs its caller, beside the other ways to get a record out of a service. */
@Command(name = "producer", mixinStandardHelpOptions = true, description = {
        "Measures what publishing costs the calling thread (emit, log) against sending from it (direct), the",
        "OpenTelemetry SDK and an asynchronous Logback appender, each in a JVM of its own; then with brokers that are",
        "stopped, paused, slow, or refuse authentication."})
final class ProducerCommand implements Callable<Integer> {

    @Option(names = "--records", paramLabel = "N", defaultValue = "100000", description = "calls in each part of a run (default: ${DEFAULT-VALUE})")
    private int records;

    @Mixin
    private final Rounds rounds = new Rounds();

    @Mixin
    private final ResultFile file = new ResultFile();

    @Option(names = "--keep", paramLabel = "DIR", description = "keeps the broker's data and the logs there (default: a temporary directory, deleted)")
    private @Nullable Path keep;

    private final Terminal terminal;

    ProducerCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        rounds.require("--records", records, ProducerPlan.FEWEST_RECORDS, ProducerPlan.MOST_RECORDS);
        var plan = new ProducerPlan(records, rounds.count());
        file.check();
        ProducerResult result = new ProducerBench(plan, Clock.systemUTC(), terminal).run(Home.find(), keep);
        terminal.out().print(ProducerTable.of(result));
        terminal.out().flush();
        file.write(result);
        return 0;
    }
}
