package io.throughline.local;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A whole pipeline in a JVM of its own, on free ports, as {@code ./throughline up} runs it. */
public final class Pipeline implements AutoCloseable {

    private final ChildJvm up;
    private final Map<String, String> environment;
    private final HttpClient http = HttpClient.newHttpClient();

    private Pipeline(ChildJvm up, Map<String, String> environment) {
        this.up = up;
        this.environment = environment;
    }

    /** Free ports, and new series at zero for no longer than a test wants to wait. */
    public static Map<String, String> environment() throws IOException {
        Map<String, String> environment = new HashMap<>();
        environment.put("THROUGHLINE_BOOTSTRAP_SERVERS", "localhost:" + freePort());
        environment.put("THROUGHLINE_AGGREGATOR_PORT", Integer.toString(freePort()));
        environment.put("THROUGHLINE_SHIPPER_PORT", Integer.toString(freePort()));
        environment.put("THROUGHLINE_BORN_AT_ZERO", "1s");
        environment.put("THROUGHLINE_DEMO_MONITORING", "false");
        return environment;
    }

    /** Starts and waits for the ready line. */
    public static Pipeline start(Path scratch, Map<String, String> environment, String... options) throws IOException {
        List<String> arguments = new ArrayList<>(List.of("up", "--data", scratch.resolve("data").toString()));
        arguments.addAll(List.of(options));
        var up = ChildJvm.start(scratch, environment, Main.class, arguments.toArray(String[]::new));
        assertThat(up.line()).as(up.errors()).startsWith("ready: ");
        return new Pipeline(up, environment);
    }

    /** What clients take as {@code bootstrap.servers}. */
    public String bootstrapServers() {
        return setting("THROUGHLINE_BOOTSTRAP_SERVERS");
    }

    /** Where the aggregator answers. */
    public int metricsPort() {
        return Integer.parseInt(setting("THROUGHLINE_AGGREGATOR_PORT"));
    }

    /** What it was started with. */
    public Map<String, String> settings() {
        return environment;
    }

    /** What {@code /metrics} shows, by series as it is written there. */
    Map<String, Double> metrics() {
        HttpResponse<String> answer = get(metricsPort(), "/metrics");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return series(answer.body());
    }

    static Map<String, Double> series(String page) {
        Map<String, Double> series = new TreeMap<>();
        page.lines().filter(line -> !line.startsWith("#")).forEach(line -> {
            int space = line.lastIndexOf(' ');
            series.put(line.substring(0, space), Double.valueOf(line.substring(space + 1)));
        });
        return series;
    }

    public HttpResponse<String> metricsPage() {
        return get(metricsPort(), "/metrics");
    }

    /** An answer of the log shipper. */
    public HttpResponse<String> logs(String path) {
        return get(Integer.parseInt(setting("THROUGHLINE_SHIPPER_PORT")), path);
    }

    /** As {@code kill -9} does it. */
    public void kill() {
        up.kill();
    }

    /** As Ctrl-C does it; returns the exit code. */
    public int stop() throws InterruptedException {
        up.terminate();
        return up.exitCode();
    }

    @Override
    public void close() {
        up.close();
        http.close();
    }

    private HttpResponse<String> get(int port, String path) {
        var request = HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
                .timeout(Duration.ofSeconds(10)).build();
        try {
            return http.send(request, BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private String setting(String name) {
        return String.valueOf(environment.get(name));
    }

    /** A port that nobody listens on. */
    public static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
