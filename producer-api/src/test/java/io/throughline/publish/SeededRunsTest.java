package io.throughline.publish;

import static org.assertj.core.api.Assertions.assertThat;

import io.throughline.event.LogLevel;
import io.throughline.publish.FakeKafka.State;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Publishers by chance on brokers by chance: what the accounting says is held against what the brokers have, and each
 * event against where it may be. {@code -Dthroughline.publisher.runs} and {@code -Dthroughline.publisher.seed}, that of the first run, choose.
 */
class SeededRunsTest {

    private static final int RUNS = Integer.getInteger("throughline.publisher.runs", 1_000);
    private static final long SEED = Long.getLong("throughline.publisher.seed", 4_000_000);
    private static final List<State> STATES = List.of(State.values());
    private static final List<LogLevel> LEVELS = List.of(LogLevel.values());
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    private Path directory;

    @Test
    void everyRecord_isAccountedForInEveryRun() throws Exception {
        for (int run = 0; run < RUNS; run++) {
            long seed = SEED + run;
            try {
                run(seed);
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError(
                        "again with -Dthroughline.publisher.runs=1 -Dthroughline.publisher.seed=" + seed
                                + ": " + e.getMessage(),
                        e);
            }
        }
    }

    private void run(long seed) throws Exception {
        var random = new SplittableRandom(seed);
        Path spill = random.nextInt(3) == 0 ? null : Files.createDirectory(directory.resolve("r" + seed));
        int records = random.nextInt(1, 300);
        try (var kafka = new FakeKafka(state(random), seed)) {
            var publisher = Fixture.publisher(kafka, records, spill, 1 << 20);
            List<Emitter> emitters = new ArrayList<>();
            for (int i = random.nextInt(1, 4); i > 0; i--) {
                emitters.add(new Emitter(publisher, random.split(), i * 1_000_000L));
            }
            Accounting before = publisher.accounting();
            for (int i = random.nextInt(1, 10); i > 0; i--) {
                kafka.become(state(random));
                LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(random.nextInt(1_500)));
                Accounting now = publisher.accounting();
                // Each caller, and the publisher's own thread, may be between a place in memory and the books.
                assertMoves(before, now, records + emitters.size() + 1);
                before = now;
            }
            if (random.nextBoolean()) {
                kafka.become(State.UP);
            }
            for (Emitter emitter : emitters) {
                emitter.stop();
            }
            Accounting last = publisher.close(Duration.ofMillis(random.nextInt(20)));
            assertMoves(before, last, 0);
            assertThat(publisher.accounting()).isEqualTo(last);
            long called = emitters.stream().mapToLong(emitter -> emitter.events + emitter.logs).sum();
            assertThat(last.accepted() - last.reports()).as("%s", last).isEqualTo(called);
            assertThat((long) kafka.stored().size()).as("%s", last).isGreaterThanOrEqualTo(last.acknowledged());

            kafka.become(State.UP);
            Accounting next = drain(kafka, spill, last);
            assertWhereabouts(emitters, kafka, last, next);
        }
    }

    /** Everything that the first one left on disk is sent by a second one. */
    private static Accounting drain(FakeKafka kafka, @Nullable Path spill, Accounting left) {
        Accounting next = Fixture.publisher(kafka, 1_000, spill, 1 << 20).close(PATIENCE);
        // One that was settled behind another that was not is found again: once or more.
        assertThat(next.recovered()).as("%s then %s", left, next).isBetween(left.spilled(),
                left.spilled() + left.acknowledged() + left.dropped());
        assertThat(next.acknowledged() - next.reports()).as("%s then %s", left, next).isEqualTo(next.recovered());
        return next;
    }

    private static void assertMoves(Accounting before, Accounting now, long mostQueued) {
        assertThat(now.accepted()).isGreaterThanOrEqualTo(before.accepted());
        assertThat(now.acknowledged()).isGreaterThanOrEqualTo(before.acknowledged());
        for (DropReason reason : DropReason.values()) {
            assertThat(now.dropped(reason)).isGreaterThanOrEqualTo(before.dropped(reason));
        }
        assertThat(now.queued()).as("%s", now).isLessThanOrEqualTo(mostQueued);
    }

    private static void assertWhereabouts(List<Emitter> emitters, FakeKafka kafka, Accounting last, Accounting next) {
        Set<Long> stored = new HashSet<>(Fixture.numbers(kafka.stored()));
        long emitted = emitters.stream().mapToLong(emitter -> emitter.events).sum();
        long dropped = last.dropped() + next.dropped();
        for (long number : stored) {
            assertThat(emitters).anyMatch(emitter -> emitter.emitted(number));
        }
        // One that was given up may have been stored: its acknowledgement came too late.
        assertThat((long) stored.size()).as("%s then %s", last, next).isBetween(emitted - dropped, emitted);
    }

    private static State state(SplittableRandom random) {
        return STATES.get(random.nextInt(STATES.size()));
    }

    private static final class Emitter {

        private final long base;
        private final AtomicBoolean stop = new AtomicBoolean();
        private final Thread thread;
        private long events;
        private long logs;

        Emitter(Publisher publisher, SplittableRandom random, long base) {
            this.base = base;
            this.thread = new Thread(() -> emit(publisher, random));
            thread.start();
        }

        private void emit(Publisher publisher, SplittableRandom random) {
            while (!stop.get() && events < 2_000) {
                for (int burst = random.nextInt(60); burst > 0; burst--) {
                    if (random.nextInt(3) == 0) {
                        LogLevel level = LEVELS.get(random.nextInt(LEVELS.size()));
                        publisher.log(Fixture.log(level, "m"));
                        logs++;
                    } else {
                        publisher.emit(Fixture.event(base + events), Fixture.TRACE);
                        events++;
                    }
                }
                LockSupport.parkNanos(random.nextInt(300_000));
            }
        }

        void stop() throws InterruptedException {
            stop.set(true);
            thread.join();
        }

        boolean emitted(long number) {
            return number >= base && number < base + events;
        }
    }
}
