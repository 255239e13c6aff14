package io.throughline.local.stored;

import io.throughline.local.ChildJvm;
import io.throughline.local.Pipeline;
import io.throughline.logs.ShipperMain;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/** Log shippers in processes of their own, all of one group, which know each other. */
final class Shippers implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Path scratch;
    private final Map<String, String> settings;
    private final Map<String, Integer> ports = new LinkedHashMap<>();
    private final Map<String, Path> stores = new HashMap<>();
    private final Map<String, ChildJvm> running = new HashMap<>();
    private final HttpClient http = HttpClient.newHttpClient();

    Shippers(Path scratch, String bootstrapServers, String prefix, String... names) throws IOException {
        this.scratch = scratch;
        this.settings = Map.of("THROUGHLINE_BOOTSTRAP_SERVERS", bootstrapServers, "THROUGHLINE_TOPIC_PREFIX", prefix);
        for (String name : names) {
            ports.put(name, Pipeline.freePort());
            stores.put(name, scratch.resolve(name));
        }
    }

    /** Puts the store of a shipper that does not run elsewhere. */
    void store(String name, Path directory) {
        stores.put(name, directory);
    }

    void start(String name) throws IOException {
        Map<String, String> environment = new HashMap<>(settings);
        environment.put("THROUGHLINE_SHIPPER_INSTANCE", name);
        environment.put("THROUGHLINE_SHIPPER_PORT", Integer.toString(port(name)));
        environment.put("THROUGHLINE_STORE_DIR", Objects.requireNonNull(stores.get(name)).toString());
        if (ports.size() > 1) {
            environment.put("THROUGHLINE_PEERS", ports.values().stream().map(port -> "127.0.0.1:" + port).collect(
                    Collectors.joining(",")));
        }
        running.put(name, ChildJvm.start(scratch, environment, ShipperMain.class));
    }

    /** As {@code kill -9} does it. */
    void kill(String name) {
        Objects.requireNonNull(running.remove(name), name).kill();
    }

    /** As a supervisor stops it. */
    void stop(String name) throws InterruptedException {
        ChildJvm jvm = Objects.requireNonNull(running.remove(name), name);
        jvm.terminate();
        if (jvm.exitCode() != 143) {
            throw new AssertionError(name + " ended with " + jvm.exitCode());
        }
    }

    HttpResponse<String> get(String name, String path) throws IOException, InterruptedException {
        return http.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port(name) + path)).timeout(PATIENCE)
                .build(), BodyHandlers.ofString());
    }

    /** How many lines match, as {@code X-Total-Matched} has it; -1 while it does not answer in full. */
    long matched(String name, String query) throws InterruptedException {
        try {
            HttpResponse<String> answer = get(name, "/api/v1/logs?limit=1" + query);
            return answer.statusCode() == 200 && answer.headers().firstValue("X-Complete").orElse("").equals("true")
                    ? answer.headers().firstValueAsLong("X-Total-Matched").orElse(-1)
                    : -1;
        } catch (IOException e) {
            return -1;
        }
    }

    /** Those of the traces that do not have exactly one line, with what they have. */
    Map<String, Long> notOnce(String name, Collection<String> traces) throws IOException, InterruptedException {
        Map<String, Long> wrong = new LinkedHashMap<>();
        for (String trace : traces) {
            List<String> lines = get(name, "/api/v1/logs?trace_id=" + trace).body().lines().toList();
            if (lines.size() != 1 || !lines.getFirst().contains("\"trace_id\":\"" + trace + '"')) {
                wrong.put(trace, (long) lines.size());
            }
        }
        return wrong;
    }

    String errors() throws IOException {
        var all = new StringBuilder();
        for (Map.Entry<String, ChildJvm> each : running.entrySet()) {
            all.append(each.getKey()).append(": ").append(each.getValue().errors()).append('\n');
        }
        return all.toString();
    }

    @Override
    public void close() {
        running.values().forEach(ChildJvm::close);
        http.shutdownNow();
        http.close();
    }

    private int port(String name) {
        return Objects.requireNonNull(ports.get(name), name);
    }
}
