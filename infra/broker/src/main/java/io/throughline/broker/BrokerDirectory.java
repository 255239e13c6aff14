package io.throughline.broker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;

/**
 * The one directory a broker writes to: the lock, the log of what it says, and Kafka's own data below.
 *
 * <p>The lock belongs to the process and goes with it, however it ends.
 */
final class BrokerDirectory implements AutoCloseable {

    private static final String LOCK = "broker.lock";

    private final Path path;
    private final FileChannel lock;

    private BrokerDirectory(Path path, FileChannel lock) {
        this.path = path;
        this.lock = lock;
    }

    /** Creates the directory where it is missing and takes its lock. */
    static BrokerDirectory open(Path path) throws BrokerFailure, IOException {
        Files.createDirectories(path);
        BrokerFailure.requireSpace(path);
        FileChannel lock = FileChannel.open(path.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock held = lock.tryLock();
        if (held == null) {
            lock.close();
            throw new BrokerFailure("directory " + path + " is in use by another broker");
        }
        var directory = new BrokerDirectory(path, lock);
        directory.emptyScratch();
        return directory;
    }

    static Path logFile(Path path) {
        return path.resolve("broker.log");
    }

    /** Where native libraries are unpacked; a killed broker leaves them behind, the next one removes them. */
    static Path scratch(Path path) {
        return path.resolve("tmp");
    }

    /** Kafka's {@code log.dirs}. */
    Path kafka() {
        return path.resolve("kafka");
    }

    @Override
    public void close() throws IOException {
        lock.close();
    }

    private void emptyScratch() throws IOException {
        Path scratch = Files.createDirectories(scratch(path));
        try (var files = Files.walk(scratch)) {
            files.sorted(Comparator.reverseOrder()).filter(file -> !file.equals(scratch)).forEach(this::delete);
        }
    }

    private void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
