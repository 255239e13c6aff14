package io.throughline.local.exact;

import io.throughline.expose.AggregatorMain;
import io.throughline.local.ChildJvm;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Aggregators in processes of their own, each with a name, a port and a state folder that it keeps over restarts. */
final class Fleet implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private final Path scratch;
    private final Map<String, String> settings;
    private final Map<String, Integer> ports = new ConcurrentHashMap<>();
    private final Map<String, ChildJvm> running = new ConcurrentHashMap<>();
    private final HttpClient http = HttpClient.newHttpClient();

    Fleet(Path scratch, String bootstrapServers, String prefix, String bornAtZero) {
        this.scratch = scratch;
        this.settings = Map.of("THROUGHLINE_BOOTSTRAP_SERVERS", bootstrapServers, "THROUGHLINE_TOPIC_PREFIX", prefix,
                "THROUGHLINE_BORN_AT_ZERO", bornAtZero);
    }

    void start(String name) throws IOException {
        Map<String, String> environment = new HashMap<>(settings);
        environment.put("THROUGHLINE_INSTANCE", name);
        environment.put("THROUGHLINE_STATE_DIR", stateDirectory(name).toString());
        environment.put("THROUGHLINE_AGGREGATOR_PORT", Integer.toString(port(name)));
        String logging = System.getProperty("throughline.exact.logback");
        if (logging != null) {
            environment.put("JAVA_TOOL_OPTIONS", "-Dlogback.configurationFile=" + logging);
        }
        running.put(name, ChildJvm.start(scratch, environment, AggregatorMain.class));
    }

    /** As {@code kill -9} does it. */
    void kill(String name) {
        Objects.requireNonNull(running.remove(name), name).kill();
    }

    /** As a supervisor stops it; returns the exit code. */
    int stop(String name) throws InterruptedException {
        ChildJvm jvm = Objects.requireNonNull(running.remove(name), name);
        jvm.terminate();
        return jvm.exitCode();
    }

    /** Stands still and keeps its sockets, as a machine does that swaps or is moved. */
    void pause(String name) throws IOException, InterruptedException {
        signal(name, "-STOP");
    }

    void resume(String name) throws IOException, InterruptedException {
        signal(name, "-CONT");
    }

    Path stateDirectory(String name) {
        return scratch.resolve(name);
    }

    int port(String name) {
        return ports.computeIfAbsent(name, n -> freePort());
    }

    /** Every instance that was ever started. */
    Set<String> names() {
        return ports.keySet();
    }

    Set<String> running() {
        return running.keySet();
    }

    /** The page of an instance; empty when it does not answer, or not with 200. */
    Optional<Page> page(String name) {
        try {
            HttpResponse<String> answer = get(name, "/metrics");
            return answer.statusCode() == 200 ? Optional.of(Page.parse(answer.body())) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    /** What an instance says of its health, or why it says nothing. */
    String health(String name) {
        try {
            return get(name, "/health").body();
        } catch (IOException e) {
            return e.toString();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return e.toString();
        }
    }

    private HttpResponse<String> get(String name, String path) throws IOException, InterruptedException {
        return http.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port(name) + path)).timeout(PATIENCE)
                .build(), BodyHandlers.ofString());
    }

    /** What all running instances show together; where two show the same, the sum, as Prometheus would have it. */
    Page whole() {
        Map<String, Double> samples = new HashMap<>();
        running().forEach(name -> page(name)
                .ifPresent(
                        page -> page.samples().forEach((sample, value) -> samples.merge(sample, value, Double::sum))));
        return new Page(samples);
    }

    /** How the instances are and what they wrote on standard error, for the message of a failure. */
    String errors() {
        var all = new StringBuilder();
        running.forEach((name, jvm) -> {
            boolean alive = ProcessHandle.of(jvm.pid()).map(ProcessHandle::isAlive).orElse(false);
            all.append(name).append(alive ? " runs" : " is dead").append("; its health: ").append(health(name));
            try {
                all.append("\n").append(jvm.errors());
            } catch (IOException e) {
                all.append(e);
            }
        });
        return all.toString();
    }

    @Override
    public void close() {
        running.values().forEach(ChildJvm::close);
        http.shutdownNow();
        http.close();
    }

    private void signal(String name, String signal) throws IOException, InterruptedException {
        long pid = Objects.requireNonNull(running.get(name), name).pid();
        new ProcessBuilder("kill", signal, Long.toString(pid)).inheritIO().start().waitFor();
    }

    private static int freePort() {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
