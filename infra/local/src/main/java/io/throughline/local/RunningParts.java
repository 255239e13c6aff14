package io.throughline.local;

import java.io.PrintStream;
import java.util.ArrayDeque;
import java.util.Deque;

/** What was started so far, stopped in the opposite order. Not thread-safe. */
final class RunningParts {

    private final Deque<Started> parts = new ArrayDeque<>();
    private final PrintStream err;

    private record Started(String name, AutoCloseable part) {}

    RunningParts(PrintStream err) {
        this.err = err;
    }

    void add(String name, AutoCloseable part) {
        parts.push(new Started(name, part));
    }

    /** Stops all of them, whatever one of them throws; false when one did. */
    boolean stop() {
        boolean clean = true;
        while (!parts.isEmpty()) {
            clean &= stop(parts.pop());
        }
        return clean;
    }

    private boolean stop(Started started) {
        try {
            started.part().close();
            return true;
        } catch (Exception e) {
            err.println(started.name() + " did not stop cleanly: " + e.getMessage());
            return false;
        }
    }
}
