package io.throughline.local;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Everything that one {@code up} keeps, held by a lock that goes with the process, however it ends.
 *
 * <p>Closing it lets go of the lock. Not thread-safe.
 */
final class DataDirectory implements AutoCloseable {

    private static final long LEAST_FREE_BYTES = 64L << 20;
    private static final String LOCK = "up.lock";

    private final Path path;
    private final FileChannel lock;

    private DataDirectory(Path path, FileChannel lock) {
        this.path = path;
        this.lock = lock;
    }

    /** Creates the directory where it is missing and takes its lock, or throws {@link CommandFailure}. */
    static DataDirectory open(Path path) {
        Path directory = path.toAbsolutePath().normalize();
        try {
            Files.createDirectories(directory);
            requireSpace(directory);
            FileChannel lock = FileChannel.open(directory.resolve(LOCK), StandardOpenOption.CREATE,
                    StandardOpenOption.READ, StandardOpenOption.WRITE);
            if (!takes(lock)) {
                throw inUse(directory, lock);
            }
            sign(lock);
            return new DataDirectory(directory, lock);
        } catch (FileAlreadyExistsException e) {
            throw new CommandFailure("data directory " + directory + " is a file: choose another with --data DIR", e);
        } catch (IOException e) {
            throw new CommandFailure("data directory " + directory + " cannot be written (" + reason(e)
                    + "): allow it, or choose another with --data DIR", e);
        }
    }

    Path path() {
        return path;
    }

    Path broker() {
        return path.resolve("broker");
    }

    Path aggregator() {
        return path.resolve("aggregator");
    }

    Path logs() {
        return path.resolve("logs");
    }

    Path log() {
        return path.resolve("up.log");
    }

    /** A run that was killed leaves its broker a moment to stop; it holds the data and the port until then. */
    void awaitFormerBroker(Duration patience) throws InterruptedException {
        Path held = broker().resolve("broker.lock");
        long deadline = System.nanoTime() + patience.toNanos();
        while (isHeld(held)) {
            if (System.nanoTime() > deadline) {
                throw new CommandFailure("data directory " + path + " is still in use by a broker that does not stop: "
                        + "end the process that holds " + held);
            }
            TimeUnit.MILLISECONDS.sleep(100);
        }
    }

    @Override
    public void close() {
        try {
            lock.close();
        } catch (IOException e) {
            throw new CommandFailure("data directory " + path + ": the lock could not be let go: " + reason(e), e);
        }
    }

    private static boolean isHeld(Path lock) {
        if (!Files.exists(lock)) {
            return false;
        }
        try (var channel = FileChannel.open(lock, StandardOpenOption.WRITE)) {
            return !takes(channel);
        } catch (IOException e) {
            return false; // the broker itself will say what is wrong with its directory
        }
    }

    /** Takes the lock; false when somebody else has it. */
    private static boolean takes(FileChannel lock) throws IOException {
        try {
            return lock.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            return false;
        }
    }

    private static void sign(FileChannel lock) throws IOException {
        lock.truncate(0);
        lock.write(ByteBuffer.wrap(Long.toString(ProcessHandle.current().pid()).getBytes(StandardCharsets.UTF_8)), 0);
    }

    private static CommandFailure inUse(Path directory, FileChannel lock) throws IOException {
        var pid = ByteBuffer.allocate(20);
        lock.read(pid, 0);
        lock.close();
        String holder = new String(pid.array(), 0, pid.position(), StandardCharsets.UTF_8);
        return new CommandFailure("data directory " + directory + " is in use by another ./throughline up (pid "
                + (holder.isBlank() ? "unknown" : holder) + "): stop it, or choose another with --data DIR");
    }

    private static void requireSpace(Path directory) throws IOException {
        long free = Files.getFileStore(directory).getUsableSpace();
        if (free < LEAST_FREE_BYTES) {
            throw new CommandFailure("the disk of data directory " + directory + " is full (" + (free >> 20)
                    + " MB free, at least " + (LEAST_FREE_BYTES >> 20)
                    + " MB needed): free some space, or choose another with --data DIR");
        }
    }

    private static String reason(IOException e) {
        return e.getClass().getSimpleName() + ": " + e.getMessage();
    }
}
