package io.throughline.replay;

import io.throughline.aggregate.CountingConfig;
import io.throughline.aggregate.Outcome;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads the event topics once and has them counted, by one set of rules or by several.
 *
 * @param topics to read with
 * @param stretches what is read
 * @param sinceBeginning whether that is everything the topics hold
 */
public record RecountRun(TopicScan topics, List<Stretch> stretches, boolean sinceBeginning) {

    /** Topics with fewer records than that are read from their beginning, whatever the range. */
    private static final long FEW_RECORDS = 5_000_000;

    /**
     * What became of the records that were read.
     *
     * @param scanned how many there were
     * @param deadLetters how many could not be used
     * @param plain how many of each other outcome
     */
    public record Outcomes(Scanned scanned, long deadLetters, Map<Outcome.Plain, Long> plain) {

        private static Outcomes of(List<Outcomes> parts, double seconds) {
            Map<Outcome.Plain, Long> plain = new EnumMap<>(Outcome.Plain.class);
            parts.forEach(part -> part.plain().forEach((outcome, count) -> plain.merge(outcome, count, Long::sum)));
            return new Outcomes(Scanned.together(parts.stream().map(Outcomes::scanned).toList(), seconds),
                    parts.stream().mapToLong(Outcomes::deadLetters).sum(), plain);
        }
    }

    /**
     * Plans what has to be read for windows from {@code from} on: all that the topics hold when they are small or {@code
     * from} is null, else from {@link Recount#warmUp} before it.
     */
    public static RecountRun plan(TopicScan topics, CountingConfig config, @Nullable Instant from) {
        List<Stretch> all = topics.stretches(Recount.topics(config), null);
        if (from == null || total(all) <= FEW_RECORDS) {
            return new RecountRun(topics, all, true);
        }
        List<Stretch> needed = topics.stretches(Recount.topics(config), from.minus(Recount.warmUp(config)));
        return new RecountRun(topics, needed, total(needed) == total(all));
    }

    /** How many offsets there are. */
    public long offsets() {
        return total(stretches);
    }

    /** Reads with as many threads as there are processors, and has each record counted by each of {@code counts}. */
    public Outcomes run(Collection<Recount> counts, LongConsumer progress) {
        return run(counts, Runtime.getRuntime().availableProcessors(), progress);
    }

    /**
     * The same with a number of threads: each takes one input partition after the other, which need nothing of each other,
     * so that the windows are the same with any number.
     */
    public Outcomes run(Collection<Recount> counts, int threads, LongConsumer progress) {
        long started = System.nanoTime();
        var byNumber = new TreeMap<Integer, List<Stretch>>();
        stretches.stream().filter(each -> each.length() > 0).forEach(each -> byNumber
                .computeIfAbsent(each.partition().partition(), number -> new ArrayList<>()).add(each));
        var work = new ConcurrentLinkedQueue<>(byNumber.values());
        var done = new Done(progress);
        int workers = Math.clamp(threads, 1, Math.max(1, byNumber.size()));
        List<Outcomes> parts = new ArrayList<>();
        ExecutorService executor = Executors.newFixedThreadPool(workers,
                Thread.ofPlatform().daemon().name("recount-", 0).factory());
        try {
            List<Future<Outcomes>> running = new ArrayList<>();
            for (int i = 0; i < workers; i++) {
                running.add(executor.submit(() -> run(counts, work, done)));
            }
            for (Future<Outcomes> each : running) {
                parts.add(each.get());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ReplayException("the recount was interrupted", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof ReplayException failure) {
                throw failure;
            }
            throw new IllegalStateException("the recount failed: " + e.getCause(), e);
        } finally {
            executor.shutdownNow();
        }
        return Outcomes.of(parts, (System.nanoTime() - started) / 1e9);
    }

    private Outcomes run(Collection<Recount> counts, Queue<List<Stretch>> work, Done done) {
        var tally = new Tally();
        Recount first = counts.iterator().next();
        List<Recount> others = counts.stream().skip(1).toList();
        List<Scanned> scanned = new ArrayList<>();
        long offsets = 0;
        try (TopicScan mine = topics.another()) {
            for (List<Stretch> next = work.poll(); next != null; next = work.poll()) {
                long before = offsets;
                scanned.add(mine.runMerged(next, input -> {
                    tally.add(first.count(input));
                    boolean matters = first.mayMatter(input.partition());
                    for (Recount other : others) {
                        var unused = other.count(input);
                        matters |= other.mayMatter(input.partition());
                    }
                    return matters;
                }, now -> done.at(before + now)));
                offsets += total(next);
            }
        }
        return new Outcomes(Scanned.together(scanned, 0), tally.deadLetters, tally.plain());
    }

    private static final class Tally {
        private final Map<Outcome.Plain, Long> plain = new EnumMap<>(Outcome.Plain.class);
        private long deadLetters;
        /** Most records were counted. */
        private long counted;

        void add(Outcome outcome) {
            switch (outcome) {
                case Outcome.Plain.COUNTED -> counted++;
                case Outcome.Plain each -> plain.merge(each, 1L, Long::sum);
                case Outcome.DeadLetter letter -> deadLetters++;
            }
        }

        Map<Outcome.Plain, Long> plain() {
            if (counted > 0) {
                plain.put(Outcome.Plain.COUNTED, counted);
            }
            return plain;
        }
    }

    /** Adds up how far the threads have come. */
    private static final class Done {
        private final Map<Thread, Long> offsets = new HashMap<>();
        private final LongConsumer progress;

        Done(LongConsumer progress) {
            this.progress = progress;
        }

        /** So many offsets were done by this thread, since it began. */
        synchronized void at(long done) {
            offsets.put(Thread.currentThread(), done);
            progress.accept(offsets.values().stream().mapToLong(Long::longValue).sum());
        }
    }

    private static long total(List<Stretch> stretches) {
        return stretches.stream().mapToLong(Stretch::length).sum();
    }
}
