package io.throughline.local;

import io.throughline.publish.Settings;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code up}: everything under one command. */
@Command(name = "up", mixinStandardHelpOptions = true, description = {
        "Starts a Kafka broker, the aggregator and the log shipper.",
        "Prints one line on standard output when all are healthy.",
        "Ctrl-C or SIGTERM stops everything within 10 seconds; exit code 0 when that was clean, else 1."})
final class UpCommand implements Callable<Integer> {

    private static final Duration LONGEST_STOP = Duration.ofMillis(9_500);

    @Option(names = "--data", paramLabel = "DIR", description = "keeps everything (default: data/ of the repository)")
    private @Nullable Path data;

    @Option(names = "--demo", description = "adds traffic worth looking at")
    private boolean demo;

    private final Map<String, String> environment;
    private final List<Part> parts;
    private final Function<Settings, ? extends Supplier<? extends AutoCloseable>> traffic;
    private final PrintStream out;
    private final PrintStream err;

    UpCommand(Map<String, String> environment, List<Part> parts,
            Function<Settings, ? extends Supplier<? extends AutoCloseable>> traffic,
            PrintStream out, PrintStream err) {
        this.environment = environment;
        this.parts = parts;
        this.traffic = traffic;
        this.out = out;
        this.err = err;
    }

    @Override
    public Integer call() {
        Home home = Home.find();
        var up = new Up(home, environment, parts, demo ? Optional.of(traffic) : Optional.empty(), out, err);
        var outcome = new CompletableFuture<Boolean>();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stopBySignal(up, outcome), "up-stop"));
        try {
            outcome.complete(up.run(data == null ? home.dataDirectory() : data));
        } finally {
            outcome.complete(false);
        }
        return outcome.join() ? 0 : 1;
    }

    /** A JVM that dies of a signal says 130 or 143; a stop that was asked for and was clean is no failure. */
    private void stopBySignal(Up up, CompletableFuture<Boolean> outcome) {
        if (outcome.isDone()) {
            return; // the end came from inside, and its exit code stands
        }
        up.requestStop();
        try {
            if (outcome.get(LONGEST_STOP.toMillis(), TimeUnit.MILLISECONDS)) {
                err.println("stopped");
                Runtime.getRuntime().halt(0);
            }
        } catch (TimeoutException e) {
            err.println("not stopped within 10 s, giving up; the next start recovers");
        } catch (InterruptedException | ExecutionException e) {
            err.println("the stop failed: " + e);
        }
        Runtime.getRuntime().halt(1);
    }
}
