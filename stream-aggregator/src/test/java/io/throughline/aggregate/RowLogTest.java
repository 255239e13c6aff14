package io.throughline.aggregate;

import static org.assertj.core.api.Assertions.assertThat;

import io.throughline.event.BatchCreated;
import io.throughline.event.Event;
import io.throughline.event.JobCompleted;
import io.throughline.event.JobCreated;
import io.throughline.event.JobStarted;
import io.throughline.event.JobStatus;
import io.throughline.event.Origin;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Life cycles that are taken up again from their log go on as if nothing had been. */
class RowLogTest {

    private static final Instant START = Instant.parse("2026-01-28T12:00:00Z");
    private static final JobLimits LIMITS = new JobLimits(Duration.ofMinutes(30),
            Map.of("script", Duration.ofMinutes(3)));
    private static final int MOST_ROWS = 300;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void lifeCycles_goOnFromTheirLogAsIfNothingHadBeen(long seed) {
        var random = new Random(seed);
        var undisturbed = new Lifecycles(LIMITS, MOST_ROWS);
        var disturbed = new Lifecycles(LIMITS, MOST_ROWS);
        var expected = new Totals();
        var actual = new Totals();
        Map<Long, byte[]> log = new TreeMap<>();
        int most = 0;
        for (int i = 0; i < 20_000; i++) {
            long now = i * 500L;
            Event event = event(random, i);
            undisturbed.observe(event, now, expected);
            disturbed.observe(event, now, actual);
            if (i % 120 == 0) {
                undisturbed.expire(now, expected);
                disturbed.expire(now, actual);
            }
            if (random.nextInt(20) == 0) {
                drain(disturbed, log);
                undisturbed.drainChanged((sequence, bytes) -> {}, key -> {});
                most = Math.max(most, log.values().stream().mapToInt(bytes -> bytes.length).sum());
                if (random.nextInt(10) == 0) {
                    disturbed = new Lifecycles(LIMITS, MOST_ROWS);
                    log.forEach(disturbed::restore);
                    disturbed.restored();
                }
            }
        }
        assertThat(actual.byMetric()).isEqualTo(expected.byMetric());
        assertThat(expected.byMetric().get(Metric.THROUGHLINE_EXPIRED_JOBS)).isGreaterThan(100 * Nanos.ONE);
        assertThat(most).as("bytes of the log, at 50 to 70 a row").isLessThan((2 * MOST_ROWS + 1_000 + 400) * 70);
    }

    private static void drain(Lifecycles lifecycles, Map<Long, byte[]> log) {
        Map<Long, byte[]> changed = new HashMap<>();
        lifecycles.drainChanged((sequence, bytes) -> {
            if (bytes == null) {
                assertThat(log.remove(sequence)).as("only what was written goes").isNotNull();
            } else {
                changed.put(sequence, bytes);
            }
        }, key -> {});
        log.putAll(changed);
    }

    /** Ids come again, also after their job has been given up. */
    private static Event event(Random random, int number) {
        var origin = new Origin("e" + number, START.plusMillis(number * 500L - random.nextInt(5_000)), "renderer");
        String id = "id-" + (random.nextInt(8) == 0 ? random.nextInt(50) : number / 7);
        String type = id.hashCode() % 3 == 0 ? "script" : "video";
        return switch (random.nextInt(4)) {
            case 0 -> new JobCreated(origin, id, type);
            case 1 -> new JobStarted(origin, id, type);
            case 2 -> new JobCompleted(origin, id, type, JobStatus.SUCCESS, random.nextBoolean() ? 1.0 : null, null);
            default -> new BatchCreated(origin, id, null);
        };
    }
}
