package io.throughline.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.testcontainers.kafka.KafkaContainer;

/**
 * A real broker, started once for all test classes of a JVM: a container where a Docker engine answers and has the
 * image, else a child process. Says which it took.
 *
 * <p>Use it as a static field with {@code @RegisterExtension}; topics of different tests are kept apart by
 * {@link #newTopicPrefix}.
 */
public final class KafkaBroker implements BeforeAllCallback {

    private static final String IMAGE = "apache/kafka:4.3.1";
    private static final ExtensionContext.Namespace NAMESPACE = ExtensionContext.Namespace.create(KafkaBroker.class);
    private static final AtomicInteger PREFIXES = new AtomicInteger();

    private @Nullable Shared shared;

    private record Shared(String bootstrapServers, Runnable stop) implements AutoCloseable {
        @Override
        public void close() {
            stop.run();
        }
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        shared = context.getRoot().getStore(NAMESPACE).computeIfAbsent(Shared.class, key -> start(), Shared.class);
    }

    /** What clients take as {@code bootstrap.servers}. */
    public String bootstrapServers() {
        return Objects.requireNonNull(shared, "the broker starts before the first test of a class").bootstrapServers();
    }

    /** A prefix for topics that no other test of this JVM has. */
    public String newTopicPrefix() {
        return "test" + PREFIXES.incrementAndGet() + ".";
    }

    private static Shared start() {
        try {
            String reason = whyNoContainer();
            System.out.println("Kafka for the tests: "
                    + (reason.isEmpty() ? "a container of " + IMAGE : "a child process, because " + reason));
            return reason.isEmpty() ? container() : child();
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException("no broker for the tests", e);
        }
    }

    /** Asked beforehand, because Testcontainers tries for minutes to fetch an image that cannot be had. */
    private static String whyNoContainer() throws InterruptedException {
        String engine = System.getenv().getOrDefault("DOCKER_HOST", "unix:///var/run/docker.sock");
        if (!engine.startsWith("unix://") || !Files.exists(Path.of(engine.substring("unix://".length())))) {
            return "there is no Docker engine at " + engine;
        }
        try {
            Process asked = new ProcessBuilder("docker", "image", "inspect", IMAGE)
                    .redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
            if (!asked.waitFor(5, TimeUnit.SECONDS)) {
                asked.destroyForcibly();
                return "the Docker engine does not answer";
            }
            return asked.exitValue() == 0 ? "" : "the Docker engine does not have the image " + IMAGE;
        } catch (IOException e) {
            return "there is no docker command to ask for the image " + IMAGE;
        }
    }

    private static Shared container() {
        var kafka = new KafkaContainer(IMAGE);
        kafka.start();
        return new Shared(kafka.getBootstrapServers(), kafka::stop);
    }

    private static Shared child() throws IOException, InterruptedException {
        Path directory = Files.createTempDirectory("throughline-broker");
        var broker = ChildBroker.start(Home.find(), directory, 0, Duration.ofMinutes(1));
        return new Shared(broker.bootstrapServers(), () -> {
            broker.close();
            delete(directory);
        });
    }

    private static void delete(Path directory) {
        try (var files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
