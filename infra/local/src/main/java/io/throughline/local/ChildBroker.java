package io.throughline.local;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A real Kafka broker in a JVM of its own, on the loopback interface, with its data in one directory.
 *
 * <p>It ends with this process, however this process ends: its standard input is a pipe that only we hold. Ctrl-C in
 * the terminal does not reach it, so that those who use it can stop first. Thread-safe.
 */
public final class ChildBroker implements AutoCloseable {

    private static final String ERROR_PREFIX = "broker: ";
    private static final String READY = "READY ";
    private static final Duration LONGEST_STOP = Duration.ofSeconds(7);

    private final Process process;
    private final int port;
    private final Path directory;
    private final CompletableFuture<Boolean> ready = new CompletableFuture<>();
    private final CompletableFuture<String> lastError = new CompletableFuture<>();
    private final CompletableFuture<String> died = new CompletableFuture<>();
    private volatile boolean closing;

    private ChildBroker(Process process, int port, Path directory) {
        this.process = process;
        this.port = port;
        this.directory = directory;
    }

    /**
     * Returns when the broker acknowledges records.
     *
     * @param home where the broker was built
     * @param directory holds its data; created when missing, used again when not
     * @param port of the loopback interface; 0 takes a free one
     * @param patience how long the start may take
     * @throws IllegalStateException with the broker's own words when it does not start
     */
    public static ChildBroker start(Home home, Path directory, int port, Duration patience)
            throws InterruptedException {
        int chosen = port == 0 ? freePort() : port;
        var broker = new ChildBroker(launch(command(home, directory, chosen)), chosen, directory);
        try {
            broker.watch();
            broker.awaitReady(patience);
            return broker;
        } catch (InterruptedException | RuntimeException e) {
            broker.kill();
            throw e;
        }
    }

    /** What clients take as {@code bootstrap.servers}. */
    public String bootstrapServers() {
        return "127.0.0.1:" + port;
    }

    /** The port it listens on. */
    public int port() {
        return port;
    }

    /** Its process id. */
    public long pid() {
        return process.pid();
    }

    /** Completes with the reason when the broker ends without {@link #close}. */
    public CompletableFuture<String> died() {
        return died.copy();
    }

    /** Ends it as {@code kill -9} does. */
    public void kill() {
        closing = true;
        process.destroyForcibly();
        process.onExit().join();
    }

    /** Stops it cleanly within seven seconds, by force after that. */
    @Override
    public void close() {
        stop();
    }

    /** As {@link #close}; false when it had to be ended by force, so that its next start has logs to recover. */
    public boolean stop() {
        if (died.isDone()) {
            return true;
        }
        closing = true;
        try {
            process.getOutputStream().close();
            if (process.waitFor(LONGEST_STOP.toMillis(), TimeUnit.MILLISECONDS)) {
                return process.exitValue() == 0;
            }
        } catch (IOException e) {
            // it is gone, or goes when it is destroyed
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        kill();
        return false;
    }

    private void watch() {
        // Reading a pipe pins the carrier of a virtual thread, and two of them would hold up every HTTP answer.
        Thread.ofPlatform().daemon().name("broker-stdout").start(() -> {
            lines(process.getInputStream()).filter(line -> line.startsWith(READY))
                    .forEach(line -> ready.complete(true));
            ready.complete(false);
        });
        Thread.ofPlatform().daemon().name("broker-stderr").start(() -> lastError.complete(lastLine()));
        var unused = process.onExit().thenAcceptBoth(lastError, (ended, line) -> {
            if (!closing) {
                died.complete(line.isEmpty() ? "the broker ended with exit code " + ended.exitValue() : line);
            }
        });
    }

    /** The broker's own message, else the last thing its JVM said. */
    private String lastLine() {
        List<String> own = new ArrayList<>();
        String last = lines(process.getErrorStream()).filter(line -> !line.isBlank()).peek(line -> {
            if (line.startsWith(ERROR_PREFIX)) {
                own.add(line.substring(ERROR_PREFIX.length()));
            }
        }).reduce("", (before, line) -> line);
        return own.isEmpty() ? last : own.getFirst();
    }

    private void awaitReady(Duration patience) throws InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        while (!ready.isDone() && System.nanoTime() < deadline) {
            TimeUnit.MILLISECONDS.sleep(10);
        }
        if (!ready.isDone()) {
            throw new IllegalStateException("the broker was not ready within " + patience.toSeconds() + " s, see "
                    + directory.resolve("broker.log"));
        }
        if (!ready.join()) {
            throw new IllegalStateException(died.join());
        }
    }

    /**
     * A shell lets go of Ctrl-C and of the terminal's end for the broker: a JVM keeps ignoring what it was started to
     * ignore, and there is no such setting for a child of our own.
     */
    private static List<String> command(Home home, Path directory, int port) {
        List<String> command = new ArrayList<>(List.of("/bin/sh", "-c", "trap '' INT HUP; exec \"$@\"", "broker"));
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        // Starts in 1.3 s with the quick compiler and the small collector, in 2.0 s without.
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-XX:-UsePerfData", "-Xmx384m",
                "-XX:+ExitOnOutOfMemoryError", "--enable-native-access=ALL-UNNAMED"));
        if (Runtime.version().feature() >= 23) {
            command.add("--sun-misc-unsafe-memory-access=allow");
        }
        command.addAll(List.of("-cp", home.brokerClassPath(), "io.throughline.broker.BrokerMain",
                directory.toAbsolutePath().toString(), Integer.toString(port)));
        return command;
    }

    private static Process launch(List<String> command) {
        try {
            return new ProcessBuilder(command).start();
        } catch (IOException e) {
            throw new UncheckedIOException("the broker's JVM could not be started: " + e.getMessage(), e);
        }
    }

    private static Stream<String> lines(InputStream stream) {
        return new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8)).lines();
    }

    private static int freePort() {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException("no free port on the loopback interface", e);
        }
    }
}
