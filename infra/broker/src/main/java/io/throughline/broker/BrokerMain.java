package io.throughline.broker;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import org.apache.kafka.common.utils.Exit;
import org.jspecify.annotations.Nullable;

/**
 * Runs one broker until its standard input ends, or SIGTERM.
 *
 * <p>A parent that holds the other end of the pipe takes the broker along however it ends, {@code kill -9} included.
 * Prints {@code READY <port>} once records are acknowledged. What goes wrong is one line on standard error and exit 1.
 */
public final class BrokerMain {

    /** What every line for the parent begins with; anything else on standard error is the JVM's. */
    private static final String ERROR_PREFIX = "broker: ";
    private static final Duration LONGEST_STOP = Duration.ofSeconds(6);

    private final Path directory;
    private final int port;

    private BrokerMain(Path directory, int port) {
        this.directory = directory;
        this.port = port;
    }

    /** Arguments: the data directory and the port on the loopback interface. */
    public static void main(String[] args) {
        Path directory = args.length == 2 ? Path.of(args[0]).toAbsolutePath().normalize() : null;
        int port = args.length == 2 ? port(args[1]) : -1;
        if (directory == null || port < 0) {
            System.err.println(ERROR_PREFIX + "usage: BrokerMain DATA_DIRECTORY PORT (1 to 65535)");
            System.exit(2);
            return;
        }
        // Both are read once by the classes that log and that unpack native libraries, so they come before any of them.
        System.setProperty("throughline.broker.log", BrokerDirectory.logFile(directory).toString());
        System.setProperty("java.io.tmpdir", BrokerDirectory.scratch(directory).toString());
        new BrokerMain(directory, port).run();
    }

    private void run() {
        stopAtEndOf(System.in);
        Exit.setExitProcedure(this::halted);
        Exit.setHaltProcedure(this::halted);
        try {
            Broker broker = Broker.start(directory, port);
            Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(broker), "stop"));
            System.out.println("READY " + port);
            System.out.flush();
        } catch (Exception | LinkageError e) {
            fail(BrokerFailure.of(e, directory, port));
        }
    }

    private void stopAtEndOf(InputStream input) {
        var watch = new Thread(() -> {
            try {
                while (input.read() >= 0) {
                    // only the end counts
                }
            } catch (IOException e) {
                // a broken pipe is an end too
            }
            System.exit(0);
        }, "parent-watch");
        watch.setDaemon(true);
        watch.start();
    }

    private void stop(Broker broker) {
        haltAfter(LONGEST_STOP);
        try {
            broker.close();
        } catch (IOException | RuntimeException e) {
            fail(BrokerFailure.of(e, directory, port));
        }
    }

    /** A broker that hangs in its stop must not outlive its parent; what it acknowledged is recovered at the start. */
    private static void haltAfter(Duration time) {
        var watchdog = new Thread(() -> {
            try {
                Thread.sleep(time);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            Runtime.getRuntime().halt(1);
        }, "stop-watchdog");
        watchdog.setDaemon(true);
        watchdog.start();
    }

    /** Kafka ends its own JVM on a fatal fault, such as a full disk; the parent should learn why. */
    private void halted(int status, @Nullable String message) {
        fail(BrokerFailure.halted(directory, message));
    }

    /** Halts, because hooks would wait for a broker that is in no state to stop. */
    private static void fail(BrokerFailure failure) {
        System.err.println(ERROR_PREFIX + failure.getMessage());
        System.err.flush();
        Runtime.getRuntime().halt(1);
    }

    private static int port(String text) {
        try {
            int port = Integer.parseInt(text);
            return port >= 1 && port <= 65_535 ? port : -1;
        } catch (NumberFormatException e) {
            return -1;
        }
    }
}
