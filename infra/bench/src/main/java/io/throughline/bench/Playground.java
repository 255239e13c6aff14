package io.throughline.bench;

import io.throughline.event.Topic;
import io.throughline.local.ChildBroker;
import io.throughline.local.Home;
import io.throughline.local.Topics;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.GroupNotEmptyException;
import org.jspecify.annotations.Nullable;

/**
 * A broker with the project's topics and a directory, both of which are gone afterwards, Ctrl-C included, unless the
 * directory is to be kept. Thread-safe.
 */
final class Playground implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String PREFIX = Topic.DEFAULT_PREFIX;

    private final Home home;
    private final Path directory;
    private final boolean kept;
    private final ChildBroker broker;
    private final Admin admin;
    private boolean closed;

    private Playground(Home home, Path directory, boolean kept) throws InterruptedException {
        this.home = home;
        this.directory = directory;
        this.kept = kept;
        this.broker = ChildBroker.start(home, directory.resolve("broker"), 0, PATIENCE);
        this.admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
    }

    /**
     * Starts the broker and creates the topics.
     *
     * @param keep an empty or new directory that stays; null takes a temporary one
     * @throws IllegalStateException when the directory holds something or the broker does not start
     */
    static Playground open(Home home, @Nullable Path keep) throws IOException, InterruptedException {
        Path directory = keep == null ? Files.createTempDirectory("throughline-bench") : empty(keep);
        try {
            var playground = new Playground(home, directory, keep != null);
            Runtime.getRuntime().addShutdownHook(new Thread(playground::close, "bench-stop"));
            Topics.createAll(home, playground.kafka(), PREFIX);
            return playground;
        } catch (InterruptedException | RuntimeException e) {
            if (keep == null) {
                delete(directory);
            }
            throw e;
        }
    }

    String bootstrapServers() {
        return broker.bootstrapServers();
    }

    /** The process of the broker. */
    long brokerPid() {
        return broker.pid();
    }

    Path directory() {
        return directory;
    }

    /**
     * Deletes what an aggregator has left on the broker: its groups with their offsets, its changelog, what it
     * committed and its dead letters; the next one starts from the first event and from nothing.
     */
    void forgetAggregator() throws InterruptedException {
        deleteGroup(PREFIX + "aggregator");
        deleteGroup(PREFIX + "expose");
        try {
            List<String> left = madeByAggregator();
            admin.deleteTopics(left).all().get();
            while (!madeByAggregator().isEmpty()) {
                TimeUnit.MILLISECONDS.sleep(50);
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException("the topics of the last round cannot be deleted: " + e.getCause(), e);
        }
        Topics.createAll(home, kafka(), PREFIX);
    }

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        admin.close(Duration.ZERO);
        if (kept) {
            broker.close();
        } else {
            broker.kill();
            delete(directory);
        }
    }

    private Map<String, Object> kafka() {
        return Map.of("bootstrap.servers", broker.bootstrapServers());
    }

    private List<String> madeByAggregator() throws ExecutionException, InterruptedException {
        return admin.listTopics().names().get().stream().filter(name -> name.startsWith(PREFIX + "aggregator-")
                || name.equals(Topic.SERIES.name(PREFIX)) || name.equals(Topic.WINDOWS.name(PREFIX))
                || name.equals(Topic.DEAD_LETTERS.name(PREFIX))).toList();
    }

    /** Static members leave by their session timeout only, some seconds after they have stopped. */
    private void deleteGroup(String group) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            try {
                admin.deleteConsumerGroups(List.of(group)).all().get();
                return;
            } catch (ExecutionException e) {
                if (e.getCause() instanceof GroupIdNotFoundException) {
                    return;
                }
                if (!(e.getCause() instanceof GroupNotEmptyException) || System.nanoTime() > deadline) {
                    throw new IllegalStateException("group " + group + " cannot be deleted: " + e.getCause(), e);
                }
            }
            TimeUnit.MILLISECONDS.sleep(200);
        }
    }

    private static Path empty(Path directory) throws IOException {
        Files.createDirectories(directory);
        try (Stream<Path> entries = Files.list(directory)) {
            if (entries.findAny().isPresent()) {
                throw new IllegalStateException(directory + " is not empty: --keep takes a new or empty directory");
            }
        }
        return directory.toAbsolutePath();
    }

    private static void delete(Path directory) {
        try (Stream<Path> paths = Files.walk(directory)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(directory + " could not be deleted: " + e.getMessage(), e);
        }
    }
}
