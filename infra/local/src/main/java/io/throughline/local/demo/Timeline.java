package io.throughline.local.demo;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Queue;

/** Virtual time: what is planned, in order of time and, at one instant, of planning. Not thread-safe. */
final class Timeline {

    private final PriorityQueue<Planned> planned = new PriorityQueue<>(
            Comparator.comparing(Planned::at).thenComparingLong(Planned::order));
    private final Queue<Emission> due = new ArrayDeque<>();
    private long order;

    /** Something that happens at an instant, and may plan more. */
    @FunctionalInterface
    interface Step {
        void run(Instant now);
    }

    private record Planned(Instant at, long order, Step step) {}

    /** Plans a step. */
    void plan(Instant at, Step step) {
        planned.add(new Planned(at, order++, step));
    }

    /** Plans an emission at its own time. */
    void plan(Emission emission) {
        plan(emission.at(), now -> due.add(emission));
    }

    /** The next emission; there must always be one planned. */
    Emission next() {
        while (due.isEmpty()) {
            Planned first = planned.remove();
            first.step().run(first.at());
        }
        return due.remove();
    }
}
