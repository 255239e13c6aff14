package io.throughline.bench;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** One OpenSearch node of the distribution in {@code .tools/opensearch}, with a shipper's heap. Root runs it as nobody. */
final class OpenSearchNode implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final List<String> AS_NOBODY = List.of("setpriv", "--reuid=65534", "--regid=65534",
            "--clear-groups");

    private final Process process;
    private final URI url;

    private OpenSearchNode(Process process, URI url) {
        this.process = process;
        this.url = url;
    }

    /** Whether {@code ./throughline test} has fetched it. */
    static boolean isThere(Path tools) {
        return Files.isExecutable(tools.resolve("opensearch/bin/opensearch"));
    }

    static OpenSearchNode start(Path tools, Path directory) throws IOException, InterruptedException {
        Path distribution = tools.resolve("opensearch").toRealPath();
        int port = freePort();
        Path config = Files.createDirectories(directory.resolve("config"));
        Files.copy(distribution.resolve("config/log4j2.properties"), config.resolve("log4j2.properties"));
        // The log of the collector would be written into the distribution.
        Files.write(config.resolve("jvm.options"), Files.readAllLines(distribution.resolve("config/jvm.options"))
                .stream().filter(line -> !line.contains("logs/")).toList());
        Files.writeString(config.resolve("opensearch.yml"), """
                cluster.name: throughline-bench
                discovery.type: single-node
                network.host: 127.0.0.1
                http.port: %d
                transport.port: %d
                path.data: %s
                path.logs: %s
                cluster.routing.allocation.disk.threshold_enabled: false
                """.formatted(port, freePort(), directory.resolve("data"), directory.resolve("logs")));
        List<String> command = new ArrayList<>();
        if (System.getProperty("user.name").equals("root")) {
            // A temporary directory of root's is closed to others.
            run("chmod", "711", directory.resolve("..").normalize().toString());
            run("chown", "-R", "65534:65534", directory.toString());
            command.addAll(AS_NOBODY);
        }
        command.add(distribution.resolve("bin/opensearch").toString());
        var builder = new ProcessBuilder(command).directory(Path.of("/").toFile()).redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD);
        builder.environment().put("OPENSEARCH_JAVA_HOME", System.getProperty("java.home"));
        builder.environment().put("OPENSEARCH_JAVA_OPTS", "-Xms512m -Xmx512m");
        builder.environment().put("OPENSEARCH_PATH_CONF", config.toString());
        var node = new OpenSearchNode(builder.start(), URI.create("http://127.0.0.1:" + port));
        try {
            node.await();
            return node;
        } catch (IOException | InterruptedException e) {
            node.close();
            throw e;
        }
    }

    URI url() {
        return url;
    }

    /** CPU time of the node so far, in seconds. */
    double cpuSeconds() {
        return process.info().totalCpuDuration().orElse(Duration.ZERO).toMillis() / 1e3;
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    private void await() throws IOException, InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        try (HttpClient client = HttpClient.newHttpClient()) {
            while (System.nanoTime() < deadline) {
                if (!process.isAlive()) {
                    throw new IOException("OpenSearch ended with exit code " + process.exitValue());
                }
                try {
                    client.send(HttpRequest.newBuilder(url).build(), BodyHandlers.discarding());
                    return;
                } catch (IOException e) {
                    TimeUnit.MILLISECONDS.sleep(200);
                }
            }
        }
        throw new IOException("OpenSearch did not start in " + PATIENCE.toSeconds() + " s");
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private static void run(String... command) throws IOException, InterruptedException {
        if (new ProcessBuilder(command).start().waitFor() != 0) {
            throw new IOException(String.join(" ", command) + " failed");
        }
    }
}
