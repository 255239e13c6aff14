package io.throughline.broker;

import java.io.IOException;
import java.net.BindException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Why the broker cannot go on, as one line that says what to do. */
final class BrokerFailure extends Exception {

    private static final long serialVersionUID = 1L;
    private static final long LEAST_FREE_BYTES = 16L << 20;

    BrokerFailure(String line) {
        super(line);
    }

    /** Reads the cause out of whatever a broker throws. */
    static BrokerFailure of(Throwable thrown, Path directory, int port) {
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            BrokerFailure known = known(cause, directory, port);
            if (known != null) {
                return known;
            }
        }
        return isFull(directory)
                ? full(directory)
                : new BrokerFailure("the broker failed: " + innermost(thrown) + " (see "
                        + BrokerDirectory.logFile(directory) + ")");
    }

    /** Refuses to start on a disk where the first segment would fail. */
    static void requireSpace(Path directory) throws BrokerFailure {
        if (isFull(directory)) {
            throw full(directory);
        }
    }

    static BrokerFailure portTaken(int port) {
        return new BrokerFailure("port " + port + " is taken: stop the program that uses it or take another port");
    }

    /** What a broker says that stops itself, when the reason is not known from an exception. */
    static BrokerFailure halted(Path directory, @Nullable String message) {
        if (isFull(directory)) {
            return full(directory);
        }
        String reason = message == null ? "" : ": " + message;
        return new BrokerFailure("the broker stopped itself" + reason + " (see " + BrokerDirectory.logFile(directory)
                + ")");
    }

    private static @Nullable BrokerFailure known(Throwable cause, Path directory, int port) {
        String message = String.valueOf(cause.getMessage());
        if (cause instanceof BrokerFailure failure) {
            return failure;
        }
        if (cause instanceof BindException) {
            return portTaken(port);
        }
        if (cause instanceof AccessDeniedException || message.contains("Permission denied")
                || message.contains("Read-only file system")) {
            return new BrokerFailure("directory " + directory + " cannot be written: " + message);
        }
        boolean noSpace = message.contains("No space left on device") || message.contains("Disk quota exceeded");
        return cause instanceof IOException && noSpace ? full(directory) : null;
    }

    private static BrokerFailure full(Path directory) {
        return new BrokerFailure("the disk of " + directory + " is full: free some space or use another directory");
    }

    private static boolean isFull(Path directory) {
        try {
            return Files.getFileStore(directory).getUsableSpace() < LEAST_FREE_BYTES;
        } catch (IOException e) {
            return false; // the broker will say what is wrong with the directory
        }
    }

    private static String innermost(Throwable thrown) {
        Throwable cause = thrown;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause.toString().lines().findFirst().orElse("");
    }
}
