package io.throughline.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A program that somebody else wrote, as a child that ends with this process, however this process ends.
 *
 * <p>A shell watches a pipe that only we hold: the kernel closes it, {@code kill -9} included. Ctrl-C in the terminal
 * does not reach the program, so that it is stopped in its turn. Thread-safe.
 */
final class ChildProgram implements AutoCloseable {

    private static final Duration LONGEST_STOP = Duration.ofSeconds(3);
    /** The watcher has the pipe as its descriptor 3, because a shell gives its background jobs no standard input. */
    private static final String UNTIL_WE_END = """
            trap '' INT HUP
            exec 3<&0
            "$@" </dev/null 3<&- &
            program=$!
            (cat <&3 >/dev/null; kill "$program" 2>/dev/null) &
            wait "$program"
            """;

    private final Process process;

    private ChildProgram(Process process) {
        this.process = process;
    }

    /** Starts it; what it says goes to a file, which is begun anew. */
    static ChildProgram start(List<String> command, Path log) {
        List<String> watched = new ArrayList<>(List.of("/bin/sh", "-c", UNTIL_WE_END, "watched"));
        watched.addAll(command);
        try {
            return new ChildProgram(new ProcessBuilder(watched).redirectErrorStream(true)
                    .redirectOutput(log.toFile()).start());
        } catch (IOException e) {
            throw new UncheckedIOException(command.getFirst() + " could not be started: " + e.getMessage(), e);
        }
    }

    boolean isRunning() {
        return process.isAlive();
    }

    /** Stops it within three seconds, by force after that. */
    @Override
    public void close() {
        try {
            process.getOutputStream().close();
            if (process.waitFor(LONGEST_STOP.toMillis(), TimeUnit.MILLISECONDS)) {
                return;
            }
        } catch (IOException e) {
            // it is gone, or goes when it is destroyed
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }
}
