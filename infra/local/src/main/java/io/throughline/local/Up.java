package io.throughline.local;

import io.throughline.publish.Settings;
import io.throughline.serve.Health;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The whole pipeline: a broker beside this process, the servers in it, started in order and stopped in the opposite
 * one.
 *
 * <p>{@link #run} starts, waits and stops on the thread that calls it; {@link #requestStop} comes from any other.
 */
final class Up {

    private static final Duration BROKER_PATIENCE = Duration.ofSeconds(60);
    private static final Duration FORMER_BROKER_PATIENCE = Duration.ofSeconds(10);
    private static final Duration HEALTH_PATIENCE = Duration.ofMinutes(2);
    private static final Duration QUIET = Duration.ofSeconds(10);

    private final Home home;
    private final Map<String, String> environment;
    private final List<Part> parts;
    private final Optional<? extends Function<Settings, ? extends Supplier<? extends AutoCloseable>>> traffic;
    private final PrintStream out;
    private final PrintStream err;
    private final RunningParts running;
    private final CompletableFuture<String> fatal = new CompletableFuture<>();
    private volatile boolean stopRequested;
    private volatile @Nullable Thread runner;

    private record Configured(Part part, Part.Start start) {}

    private record Configuration(List<Configured> parts, Optional<Monitoring> monitoring,
            Optional<? extends Supplier<? extends AutoCloseable>> traffic) {}

    private record Served(Part part, Part.Running running) {

        String offer() {
            return part.offer().formatted(running.port());
        }
    }

    /**
     * A pipeline that has not started.
     *
     * @param parts the servers, in the order in which they start
     * @param traffic starts the demo, where one is wanted
     * @param out gets the ready line
     * @param err gets what happens before and after
     */
    Up(Home home, Map<String, String> environment, List<Part> parts,
            Optional<? extends Function<Settings, ? extends Supplier<? extends AutoCloseable>>> traffic,
            PrintStream out, PrintStream err) {
        this.home = home;
        this.environment = environment;
        this.parts = parts;
        this.traffic = traffic;
        this.out = out;
        this.err = err;
        this.running = new RunningParts(err);
    }

    /**
     * Runs until {@link #requestStop}.
     *
     * @return whether everything stopped cleanly
     * @throws CommandFailure when a part does not start or cannot go on; everything is stopped then
     */
    boolean run(Path data) {
        runner = Thread.currentThread();
        try {
            start(data);
            throw new CommandFailure(fatal.get());
        } catch (InterruptedException | ExecutionException | RuntimeException e) {
            if (!stopRequested) {
                stop();
                throw e instanceof RuntimeException unchecked ? unchecked : new IllegalStateException(e);
            }
            err.println("stopping");
            return stop();
        }
    }

    /** Makes {@link #run} stop everything and return. */
    void requestStop() {
        stopRequested = true;
        Thread thread = runner;
        if (thread != null) {
            thread.interrupt();
        }
    }

    private void start(Path path) throws InterruptedException {
        var data = DataDirectory.open(path);
        running.add("the data directory", data);
        LogFile.use(data.log());
        Settings settings = settingsFor(data);
        int brokerPort = Ports.ofBroker(settings.bootstrapServers());
        data.awaitFormerBroker(FORMER_BROKER_PATIENCE);
        requirePorts(settings, brokerPort);
        Configuration configured = configure(settings);
        startBroker(data, brokerPort);
        createTopics(settings);
        List<Served> served = startParts(configured.parts());
        awaitHealth(served);
        List<String> offers = new ArrayList<>(served.stream().map(Served::offer).toList());
        if (configured.monitoring().isPresent()) {
            offers.addAll(configured.monitoring().get().start(data.path(), targets(settings, served), running, err));
        }
        startTraffic(configured);
        out.println(readyLine(brokerPort, offers, data));
        out.flush();
    }

    /** What was set, and the data directory where nothing was; read here so that both count as known. */
    private Settings settingsFor(DataDirectory data) {
        Map<String, String> directories = Map.of("THROUGHLINE_STATE_DIR", data.aggregator().toString(),
                "THROUGHLINE_STORE_DIR", data.logs().toString());
        Map<String, String> ours = new HashMap<>(directories);
        ours.putAll(environment);
        Settings settings = Settings.of(ours);
        directories.forEach(settings::text);
        settings.topicPrefix();
        settings.bind();
        settings.kafka();
        return settings;
    }

    private void requirePorts(Settings settings, int brokerPort) {
        Ports.requireFree("127.0.0.1", brokerPort, "THROUGHLINE_BOOTSTRAP_SERVERS=localhost:PORT");
        for (Part part : parts) {
            int port = settings.integer(part.portVariable(), part.defaultPort(), 0, 65_535);
            Ports.requireFree(settings.bind(), port, part.portVariable());
        }
    }

    /** Everybody reads their settings before anything is started, so that a typing error costs no time. */
    private Configuration configure(Settings settings) {
        List<Configured> servers = parts.stream().map(part -> new Configured(part, part.configure().apply(settings)))
                .toList();
        Optional<Monitoring> monitoring = traffic
                .map(configure -> Monitoring.configure(home, environment, settings));
        var configuration = new Configuration(servers, monitoring,
                traffic.map(configure -> configure.apply(settings)));
        settings.rejectUnknown();
        return configuration;
    }

    private void startBroker(DataDirectory data, int port) throws InterruptedException {
        err.println("starting the broker");
        var broker = ChildBroker.start(home, data.broker(), port, BROKER_PATIENCE);
        running.add("the broker", () -> {
            if (!broker.stop()) {
                throw new IllegalStateException("it was ended by force; its next start recovers the logs");
            }
        });
        var unused = broker.died().thenAccept(fatal::complete);
    }

    private void createTopics(Settings settings) throws InterruptedException {
        try (var topics = Topics.at(settings.kafka(), settings.topicPrefix())) {
            for (TopicState state : topics.ensure(TopicSpec.read(home.topicsFile()), topics.brokers())) {
                state.differences().forEach(what -> err.println("warning: " + state.name() + " " + what));
            }
        }
    }

    private List<Served> startParts(List<Configured> configured) throws InterruptedException {
        List<Served> served = new ArrayList<>();
        for (Configured one : configured) {
            String name = "the " + one.part().name();
            err.println("starting " + name);
            Part.Running started = start(name, one.start());
            running.add(name, started.server());
            served.add(new Served(one.part(), started));
        }
        return served;
    }

    private Part.Running start(String name, Part.Start start) throws InterruptedException {
        try {
            return start.start(why -> fatal.complete(name + " stopped: " + why));
        } catch (InterruptedException | CommandFailure e) {
            throw e;
        } catch (Exception e) {
            throw new CommandFailure(name + " did not start: " + e.getMessage(), e);
        }
    }

    private void awaitHealth(List<Served> served) throws InterruptedException {
        long start = System.nanoTime();
        long told = start;
        for (String missing = missing(served); !missing.isEmpty(); missing = missing(served)) {
            long now = System.nanoTime();
            if (fatal.isDone()) {
                return; // whoever waits for it says why
            }
            if (now - start > HEALTH_PATIENCE.toNanos()) {
                throw new CommandFailure("not healthy after " + HEALTH_PATIENCE.toSeconds() + " s: " + missing);
            }
            if (now - told > QUIET.toNanos()) {
                err.println("waiting: " + missing);
                told = now;
            }
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }

    private static String missing(List<Served> served) {
        return served.stream().flatMap(one -> one.running().health().get().checks().stream()
                .filter(check -> !check.healthy()).map(check -> describe(one.part(), check)))
                .collect(Collectors.joining("; "));
    }

    private static String describe(Part part, Health.Check check) {
        return part.name() + ": " + check.name() + ": " + check.detail();
    }

    private void startTraffic(Configuration configured) {
        configured.traffic().ifPresent(start -> {
            err.println("starting the demo traffic");
            running.add("the demo traffic", start.get());
        });
    }

    private static String readyLine(int brokerPort, List<String> offers, DataDirectory data) {
        return "ready: kafka localhost:" + brokerPort + ", " + String.join(", ", offers) + " (data in " + data.path()
                + ", Ctrl-C stops)";
    }

    /** Where the servers are, by what Prometheus' configuration calls them. */
    private static Map<String, String> targets(Settings settings, List<Served> served) {
        String host = Set.of("0.0.0.0", "::").contains(settings.bind()) ? "localhost" : settings.bind();
        return served.stream().collect(Collectors.toMap(one -> one.part().name() + ':' + one.part().defaultPort(),
                one -> host + ':' + one.running().port()));
    }

    private boolean stop() {
        // What was waiting has been woken; what is closed now may wait in peace.
        boolean unused = Thread.interrupted();
        return running.stop();
    }
}
