package io.throughline.logs;

import java.io.File;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * One OpenSearch node of the official minimal distribution, which {@code ./throughline test} unpacks to
 * {@code .tools/opensearch}. It refuses to run as root, so root runs it as nobody.
 */
final class OpenSearchNode {

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final Process process;
    private final Path home;
    private final URI url;

    private OpenSearchNode(Process process, Path home, URI url) {
        this.process = process;
        this.home = home;
        this.url = url;
    }

    /** Why no node can run here; empty when one can. */
    static String missing() {
        if (!Files.isExecutable(distribution().resolve("bin/opensearch"))) {
            return "OpenSearch is not in .tools/opensearch (./throughline test fetches it)";
        }
        if (!root()) {
            return "";
        }
        try {
            run("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "test", "-x", distribution().resolve(
                    "bin/opensearch").toString());
            return "";
        } catch (IOException e) {
            return "OpenSearch does not run as root, and no other user can be taken here: " + e.getMessage();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "interrupted";
        }
    }

    static OpenSearchNode start() throws IOException, InterruptedException {
        Path home = Files.createTempDirectory("opensearch");
        int port = freePort();
        Path config = Files.createDirectory(home.resolve("config"));
        Files.copy(distribution().resolve("config/log4j2.properties"), config.resolve("log4j2.properties"));
        // Without the log of the collector, which would be written into the distribution.
        Files.write(config.resolve("jvm.options"),
                Files.readAllLines(distribution().resolve("config/jvm.options")).stream()
                        .filter(line -> !line.contains("logs/")).toList());
        Files.writeString(config.resolve("opensearch.yml"), """
                cluster.name: throughline-test
                discovery.type: single-node
                network.host: 127.0.0.1
                http.port: %d
                transport.port: %d
                path.data: %s
                path.logs: %s
                cluster.routing.allocation.disk.threshold_enabled: false
                """.formatted(port, freePort(), home.resolve("data"), home.resolve("logs")));
        List<String> command = new ArrayList<>();
        if (root()) {
            run("chown", "-R", "65534:65534", home.toString());
            command.addAll(List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"));
        }
        command.add(distribution().resolve("bin/opensearch").toString());
        var builder = new ProcessBuilder(command).directory(new File("/")).redirectErrorStream(true).redirectOutput(
                Files.createTempFile("opensearch", ".log").toFile());
        builder.environment().put("OPENSEARCH_JAVA_HOME", System.getProperty("java.home"));
        builder.environment().put("OPENSEARCH_JAVA_OPTS", "-Xms384m -Xmx384m -XX:TieredStopAtLevel=1");
        builder.environment().put("OPENSEARCH_PATH_CONF", config.toString());
        var node = new OpenSearchNode(builder.start(), home, URI.create("http://127.0.0.1:" + port));
        try {
            node.await();
            return node;
        } catch (IOException | InterruptedException | RuntimeException e) {
            node.close();
            throw e;
        }
    }

    URI url() {
        return url;
    }

    void close() throws IOException, InterruptedException {
        process.destroy();
        if (!process.waitFor(10, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
        try (Stream<Path> files = Files.walk(home)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    private void await() throws IOException, InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        try (HttpClient client = HttpClient.newHttpClient()) {
            while (System.nanoTime() < deadline) {
                if (!process.isAlive()) {
                    throw new IOException("OpenSearch ended with " + process.exitValue());
                }
                try {
                    client.send(HttpRequest.newBuilder(url).build(), HttpResponse.BodyHandlers.discarding());
                    return;
                } catch (IOException e) {
                    TimeUnit.MILLISECONDS.sleep(200);
                }
            }
        }
        throw new IOException("OpenSearch did not start in " + PATIENCE.toSeconds() + " s");
    }

    private static Path distribution() {
        Path here = Path.of("").toAbsolutePath();
        while (here.getParent() != null && !Files.exists(here.resolve("throughline"))) {
            here = here.getParent();
        }
        return here.resolve(".tools/opensearch");
    }

    private static boolean root() {
        return "root".equals(System.getProperty("user.name"));
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
