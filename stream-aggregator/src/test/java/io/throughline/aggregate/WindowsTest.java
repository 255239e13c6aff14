package io.throughline.aggregate;

import static org.assertj.core.api.Assertions.assertThat;

import io.throughline.event.CacheMiss;
import io.throughline.event.Event;
import io.throughline.event.JobCompleted;
import io.throughline.event.JobCreated;
import io.throughline.event.JobStatus;
import io.throughline.event.LlmCompleted;
import io.throughline.event.LlmStatus;
import io.throughline.event.Origin;
import io.throughline.event.Topic;
import io.throughline.publish.WireRecords;
import io.throughline.trace.TraceContext;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.ToLongFunction;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.utils.Bytes;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Windows against a recomputation that knows nothing of cells: events late, out of order, twice and beyond grace,
 * commits and crashes at any moment; a crash goes back to the state and the offsets of the last commit.
 */
class WindowsTest {

    private static final Instant NOON = Instant.parse("2026-01-28T12:00:00Z");
    private static final Duration GRACE = Duration.ofMinutes(10);
    private static final BucketLayout LAYOUT = BucketLayout.bundled();
    private static final CountingConfig CONFIG = new CountingConfig(Topic.DEFAULT_PREFIX, 100,
            new JobLimits(Duration.ofHours(24), Map.of()), Duration.ofMinutes(10), 1_000, GRACE, Prices.bundled(),
            LAYOUT);

    private final WireRecords wire = new WireRecords(Topic.DEFAULT_PREFIX, Clock.systemUTC());
    private final List<ConsumerRecord<byte[], byte[]>> log = new ArrayList<>();
    private final Map<String, Long> ends = new HashMap<>();
    private final Expected expected = new Expected();

    private Map<Bytes, byte[]> state = new TreeMap<>();
    private Map<WindowKey, byte[]> windows = new HashMap<>();
    private PartitionCounter counter = new PartitionCounter(CONFIG);

    /** What the windows must hold, by the beginning of their minutes. */
    private static final class Expected {
        final Map<Long, Long> calls = new TreeMap<>();
        final Map<Long, Long> latencyNanos = new TreeMap<>();
        final Map<Long, Long> steps = new TreeMap<>();
        final Map<Long, Set<String>> users = new TreeMap<>();
        final Map<String, boolean[]> jobs = new HashMap<>();
        final Set<String> ids = new HashSet<>();
        long late;
        long streamTime;

        void take(Event event, String user, long recordMillis) {
            streamTime = Math.max(streamTime, recordMillis);
            if (!ids.add(event.eventId())) {
                return;
            }
            long minute = Math.floorDiv(event.timestamp().toEpochMilli(), 60_000L) * 60_000;
            int step = step(event);
            if (minute + 60_000 + GRACE.toMillis() <= streamTime) {
                late++;
                return;
            }
            if (step != 0) {
                steps.merge(minute, (long) step, Long::sum);
            }
            users.computeIfAbsent(minute, m -> new HashSet<>()).add(user);
            if (event instanceof LlmCompleted call) {
                calls.merge(minute, 1L, Long::sum);
                latencyNanos.merge(minute, Math.round(call.latencySeconds() * 1e9), Long::sum);
            }
        }

        /** Created and not completed is active. */
        private int step(Event event) {
            String id = event instanceof JobCreated created
                    ? created.jobId()
                    : event instanceof JobCompleted completed ? completed.jobId() : null;
            if (id == null) {
                return 0;
            }
            boolean[] job = jobs.computeIfAbsent(id, unseen -> new boolean[2]);
            int before = job[0] && !job[1] ? 1 : 0;
            job[event instanceof JobCreated ? 0 : 1] = true;
            return (job[0] && !job[1] ? 1 : 0) - before;
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void windows_areWhatTheEventsOfTheirMinutesAddUpTo(long seed) {
        var random = new Random(seed);
        publish(random, 2_000);
        int committed = 0;
        int crashes = 0;
        for (int i = 0; i < log.size(); i++) {
            counter.take(log.get(i), 1);
            int chance = random.nextInt(40);
            if (chance == 0) {
                commit();
                committed = i + 1;
            } else if (chance == 1) {
                crash();
                i = committed - 1;
                crashes++;
            }
        }
        commit();

        assertThat(crashes).isGreaterThan(10);
        assertThat(windows(Metric.LLM_REQUESTS, WindowsTest::units)).as("calls").isEqualTo(expected.calls);
        assertThat(windows(Metric.LLM_LATENCY_SECONDS, cell -> nanos(((Distribution) cell).sum())))
                .as("latencies").isEqualTo(expected.latencyNanos);
        assertThat(windows(Metric.LLM_LATENCY_SECONDS, cell -> ((Distribution) cell).count()))
                .as("classic buckets").isEqualTo(expected.calls);
        assertThat(windows(Metric.LLM_LATENCY_SECONDS, WindowsTest::exponentialCount))
                .as("exponential buckets").isEqualTo(expected.calls);
        assertThat(windows(Metric.ACTIVE_JOBS, WindowsTest::units)).as("steps").isEqualTo(expected.steps);
        Map<Long, Long> distinct = new TreeMap<>();
        expected.users.forEach((minute, users) -> distinct.put(minute, (long) users.size()));
        assertThat(windows(Metric.ACTIVE_USERS, cell -> ((Users) cell).distinct())).as("users").isEqualTo(distinct);
        assertThat(windows(Metric.THROUGHLINE_LATE, WindowsTest::units).values().stream().mapToLong(n -> n).sum())
                .as("events beyond grace").isEqualTo(expected.late).isPositive();
    }

    private void publish(Random random, int events) {
        Instant newest = NOON;
        for (int number = 0; number < events; number++) {
            if (number > 0 && random.nextInt(20) == 0) {
                again(log.get(random.nextInt(log.size())));
                continue;
            }
            newest = newest.plusSeconds(random.nextInt(8));
            Event event = event(random, number, newest);
            String user = "user_" + random.nextInt(30);
            // A producer's clock is now; the event may be older.
            append(wire.of(event, TraceContext.of("t").withUserId(user)), newest.toEpochMilli());
            expected.take(event, user, newest.toEpochMilli());
        }
    }

    private void again(ConsumerRecord<byte[], byte[]> earlier) {
        append(new ProducerRecord<>(earlier.topic(), null, earlier.key(), earlier.value(), earlier.headers()),
                earlier.timestamp());
    }

    private void append(ProducerRecord<byte[], byte[]> record, long timestamp) {
        long offset = ends.merge(record.topic(), 1L, Long::sum) - 1;
        log.add(new ConsumerRecord<>(record.topic(), 0, offset, timestamp, TimestampType.CREATE_TIME, 0, 0,
                record.key(), record.value(), record.headers(), Optional.empty()));
    }

    private static Event event(Random random, int number, Instant newest) {
        Instant at = switch (random.nextInt(6)) {
            case 0 -> newest.minusSeconds(random.nextInt((int) GRACE.toSeconds() * 2));
            case 1 -> newest.minusSeconds(random.nextInt(120));
            default -> newest;
        };
        var origin = new Origin("e" + number, at, "writer");
        return switch (random.nextInt(4)) {
            case 0 -> new JobCreated(origin, "job_" + number, "video");
            case 1 -> new JobCompleted(origin, "job_" + (number - random.nextInt(9)), "video", JobStatus.SUCCESS, 1.0,
                    null);
            case 2 -> new CacheMiss(origin, "prompts");
            default -> new LlmCompleted(origin, "gpt-4o", LlmStatus.SUCCESS, random.nextInt(9_000) / 1e3, 10, 1, null,
                    null, null, null, null);
        };
    }

    private void commit() {
        Map<Bytes, byte[]> after = new TreeMap<>(state);
        Map<WindowKey, byte[]> windowsAfter = new HashMap<>(windows);
        CounterState.save(counter, new WireKeys(0), after::put, new CounterState.Output() {
            @Override
            public void series(byte[] key, byte @Nullable [] value) {
                // Told by the state as well.
            }

            @Override
            public void window(byte[] key, byte[] value) {
                windowsAfter.put(WindowCodec.decodeKey(key), value);
            }
        });
        after.values().removeIf(Objects::isNull);
        state = after;
        windows = windowsAfter;
    }

    /** Back to what was committed. */
    private void crash() {
        counter = new PartitionCounter(CONFIG);
        state.forEach((key, value) -> CounterState.restore(counter, key, value, LAYOUT));
        counter.restored();
    }

    private Map<Long, Long> windows(Metric metric, ToLongFunction<Cell> value) {
        Map<Long, Cell> merged = new TreeMap<>();
        windows.forEach((key, bytes) -> {
            if (key.cell().series().metric() == metric) {
                merged.computeIfAbsent(key.startMillis(), start -> Cell.emptyWindow(metric, LAYOUT, start))
                        .mergeWith(CellCodec.decode(metric, bytes, LAYOUT));
            }
        });
        Map<Long, Long> values = new TreeMap<>();
        merged.forEach((start, cell) -> values.put(start, value.applyAsLong(cell)));
        // Children of a family at zero, and steps up and down that cancel out.
        if (metric != Metric.ACTIVE_JOBS) {
            values.values().removeIf(number -> number == 0);
        }
        return values;
    }

    private static long units(Cell cell) {
        return ((Sum) cell).value().longValueExact();
    }

    private static long nanos(Sum sum) {
        return sum.value().movePointRight(9).longValueExact();
    }

    private static long exponentialCount(Cell cell) {
        var distribution = (Distribution) cell;
        return distribution.zeros() + distribution.exponential().values().stream().mapToLong(n -> n).sum();
    }
}
