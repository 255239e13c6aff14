package io.throughline.local;

import io.throughline.publish.Settings;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Prometheus and Alertmanager beside the demo, with the configuration of {@code infra/} and the ports of this run.
 *
 * <p>Neither is needed: what is not installed, or whose port is taken, is left out with a line that says so.
 */
final class Monitoring {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Home home;
    private final String path;
    private final boolean wanted;
    private final Watcher prometheus;
    private final Watcher alertmanager;
    private final Duration interval;

    private Monitoring(Home home, String path, Settings settings) {
        this.home = home;
        this.path = path;
        this.wanted = settings.flag("THROUGHLINE_DEMO_MONITORING", true);
        this.prometheus = Watcher.prometheus(settings);
        this.alertmanager = Watcher.alertmanager(settings);
        this.interval = settings.duration("THROUGHLINE_DEMO_SCRAPE_INTERVAL", Duration.ofSeconds(5));
    }

    /** Reads the settings, and starts nothing. */
    static Monitoring configure(Home home, Map<String, String> environment, Settings settings) {
        return new Monitoring(home, environment.getOrDefault("PATH", ""), settings);
    }

    /**
     * Starts what is there.
     *
     * @param targets of this run, by what the configuration calls them, such as {@code aggregator:8000}
     * @return what the ready line says of it
     */
    List<String> start(Path data, Map<String, String> targets, RunningParts running, PrintStream err)
            throws InterruptedException {
        List<String> offers = new ArrayList<>();
        if (wanted) {
            start(alertmanager, alertmanagerCommand(data), data, running, err).ifPresent(offers::add);
            start(prometheus, prometheusCommand(data, targets), data, running, err).ifPresent(offers::add);
        }
        return offers;
    }

    /** The arguments of a program, made when it is known that it will run. */
    @FunctionalInterface
    private interface Arguments {
        List<String> write() throws IOException;
    }

    private Optional<String> start(Watcher watcher, Arguments arguments, Path data, RunningParts running,
            PrintStream err) throws InterruptedException {
        Optional<Path> program = watcher.program(home, path);
        if (program.isEmpty()) {
            err.println(watcher.name() + " is not installed and not started: ./throughline tools fetches it");
            return Optional.empty();
        }
        if (!Ports.isFree(InetAddress.getLoopbackAddress().getHostAddress(), watcher.port())) {
            err.println(watcher.name() + " is not started: port " + watcher.port() + " is taken; "
                    + watcher.portVariable() + " moves it");
            return Optional.empty();
        }
        err.println("starting " + watcher.name());
        Path log = data.resolve(watcher.programs().getLast() + ".log");
        var child = launch(program.get(), arguments, log);
        running.add(watcher.name(), child);
        if (!ready(watcher, child)) {
            err.println("warning: " + watcher.name() + " does not answer, see " + log);
            return Optional.empty();
        }
        return Optional.of(watcher.programs().getLast() + ' ' + watcher.url());
    }

    private static ChildProgram launch(Path program, Arguments arguments, Path log) {
        try {
            List<String> command = new ArrayList<>(List.of(program.toString()));
            command.addAll(arguments.write());
            return ChildProgram.start(command, log);
        } catch (IOException e) {
            throw new UncheckedIOException(program.getFileName() + " could not be configured: " + e.getMessage(), e);
        }
    }

    private Arguments prometheusCommand(Path data, Map<String, String> targets) {
        return () -> {
            Path file = MonitoringFiles.prometheus(home, data, targets, "localhost:" + alertmanager.port(), interval);
            return List.of("--config.file=" + file, "--storage.tsdb.path=" + data.resolve("prometheus"),
                    "--storage.tsdb.retention.time=7d", "--storage.tsdb.retention.size=1GB",
                    "--enable-feature=exemplar-storage", "--web.enable-admin-api",
                    "--web.user-assets=" + home.runbooks(),
                    "--web.listen-address=127.0.0.1:" + prometheus.port(), "--web.external-url=" + prometheus.url(),
                    "--log.level=warn");
        };
    }

    private Arguments alertmanagerCommand(Path data) {
        return () -> List.of("--config.file=" + MonitoringFiles.alertmanager(home, data),
                "--storage.path=" + data.resolve("alertmanager"),
                "--web.listen-address=127.0.0.1:" + alertmanager.port(),
                "--web.external-url=" + alertmanager.url(), "--cluster.listen-address=", "--log.level=warn");
    }

    private static boolean ready(Watcher watcher, ChildProgram child) throws InterruptedException {
        try (var http = HttpClient.newHttpClient()) {
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            while (child.isRunning() && System.nanoTime() < deadline) {
                if (answers(http, watcher.url() + "-/ready")) {
                    return true;
                }
                TimeUnit.MILLISECONDS.sleep(50);
            }
            return false;
        }
    }

    private static boolean answers(HttpClient http, String url) throws InterruptedException {
        try {
            var request = HttpRequest.newBuilder(URI.create(url)).timeout(Duration.ofSeconds(1)).build();
            return http.send(request, BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException e) {
            return false;
        }
    }
}
