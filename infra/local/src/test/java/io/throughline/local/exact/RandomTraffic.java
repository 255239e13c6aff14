package io.throughline.local.exact;

import io.throughline.event.BatchCompleted;
import io.throughline.event.BatchCreated;
import io.throughline.event.CacheHit;
import io.throughline.event.CacheMiss;
import io.throughline.event.CacheSize;
import io.throughline.event.DatabaseError;
import io.throughline.event.Event;
import io.throughline.event.JobCompleted;
import io.throughline.event.JobCreated;
import io.throughline.event.JobStarted;
import io.throughline.event.JobStatus;
import io.throughline.event.LlmCompleted;
import io.throughline.event.LlmStatus;
import io.throughline.event.Origin;
import io.throughline.event.RequestCompleted;
import io.throughline.event.ServiceHeartbeat;
import io.throughline.trace.TraceContext;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Events by chance: of every type, late and out of order, the steps of a job in any order and some never. The same
 * seed gives the same events but for their times. Not thread-safe.
 */
final class RandomTraffic {

    private static final List<String> SERVICES = List.of("writer", "renderer", "api \"edge\"");
    private static final List<String> MODELS = List.of("gpt-4o", "claude-haiku-4-5", "gemini-2.5-flash", "nobody's");
    private static final List<String> JOB_TYPES = List.of("script", "video", "voice\\over");
    private static final List<String> CACHES = List.of("prompts", "images");
    private static final List<Integer> STATUS_CODES = List.of(200, 404, 500);
    private static final int MOST_WAITING = 300;
    private static final int WITHOUT_LATE_ONES = 1_000;

    private final RandomGenerator random;
    private final Clock clock;
    private final String idPrefix;
    private final List<Sent> waiting = new ArrayList<>();
    private long ids;

    /** What is handed to a publisher. */
    record Sent(Event event, TraceContext context) {}

    RandomTraffic(RandomGenerator random, Clock clock, String idPrefix) {
        this.random = random;
        this.clock = clock;
        this.idPrefix = idPrefix;
    }

    Sent next() {
        if (waiting.size() > MOST_WAITING || (!waiting.isEmpty() && random.nextInt(3) == 0)) {
            return waiting.remove(random.nextInt(waiting.size()));
        }
        return switch (random.nextInt(10)) {
            case 0, 1 -> job();
            case 2 -> batch();
            case 3, 4, 5 -> sent(call());
            case 6 -> sent(new CacheHit(origin(), pick(CACHES), maybe(dollars()), null));
            case 7 -> sent(random.nextInt(3) == 0
                    ? new CacheSize(origin(), pick(CACHES), random.nextInt(5_000), maybe("i" + random.nextInt(3)))
                    : new CacheMiss(origin(), pick(CACHES)));
            case 8 -> sent(new RequestCompleted(origin(), "GET", "/", pick(STATUS_CODES), seconds(3)));
            default -> sent(random.nextBoolean()
                    ? new DatabaseError(origin(), pick(List.of("users", "jobs")), "select", null)
                    : new ServiceHeartbeat(origin(), "i" + random.nextInt(3)));
        };
    }

    /** The steps of a job wait and come out in any order; some never happen. */
    private Sent job() {
        String id = idPrefix + "job-" + ids++;
        String type = pick(JOB_TYPES);
        List<Event> steps = new ArrayList<>(List.of(new JobCreated(origin(), id, type)));
        if (random.nextInt(4) > 0) {
            steps.add(new JobStarted(origin(), id, type));
        }
        if (random.nextInt(4) > 0) {
            steps.add(new JobCompleted(origin(), id, type, pick(List.of(JobStatus.values())), maybe(seconds(600)),
                    null));
        }
        if (random.nextInt(10) == 0) {
            steps.removeFirst();
        }
        return oneOf(steps);
    }

    private Sent batch() {
        String id = idPrefix + "batch-" + ids++;
        List<Event> steps = new ArrayList<>(List.of(new BatchCreated(origin(), id, 3L)));
        if (random.nextInt(4) > 0) {
            steps.add(new BatchCompleted(origin(), id, pick(List.of(JobStatus.values())), maybe(seconds(9_000))));
        }
        return oneOf(steps);
    }

    private Sent oneOf(List<Event> steps) {
        if (steps.isEmpty()) {
            return next();
        }
        steps.forEach(step -> waiting.add(sent(step)));
        return waiting.remove(waiting.size() - 1 - random.nextInt(steps.size()));
    }

    private LlmCompleted call() {
        long prompt = random.nextInt(100_000);
        Long cached = maybe((long) random.nextInt((int) prompt + 1));
        return new LlmCompleted(origin(), pick(MODELS), pick(List.of(LlmStatus.values())), seconds(40), prompt,
                random.nextInt(4_000), cached, null, null, random.nextInt(4) == 0 ? dollars() : null, null);
    }

    private Origin origin() {
        return new Origin(idPrefix + "event-" + ids++, eventTime(), pick(SERVICES));
    }

    /**
     * Mostly now; some seconds late, or an hour, but for the first ones: event time that leaps by an hour from them would
     * rightly end the window in which they are known again.
     */
    private Instant eventTime() {
        Instant now = clock.instant();
        if (ids < WITHOUT_LATE_ONES) {
            return now;
        }
        return switch (random.nextInt(20)) {
            case 0 -> now.minus(Duration.ofMillis(random.nextInt(3_600_000)));
            case 1, 2, 3, 4 -> now.minusNanos(random.nextLong(30_000_000_000L));
            default -> now;
        };
    }

    private Sent sent(Event event) {
        byte[] id = new byte[16];
        random.nextBytes(id);
        return new Sent(event,
                TraceContext.of(HexFormat.of().formatHex(id)).withUserId(maybe("user-" + random.nextInt(200))));
    }

    private double seconds(int most) {
        // Bounds of buckets are met exactly now and then.
        return random.nextInt(20) == 0 ? 1 : random.nextInt(most * 1_000_000) / 1e6;
    }

    private BigDecimal dollars() {
        return BigDecimal.valueOf(random.nextInt(2_000_000_000), 10);
    }

    private <T> @Nullable T maybe(T value) {
        return random.nextBoolean() ? value : null;
    }

    private <T> T pick(List<T> values) {
        return values.get(random.nextInt(values.size()));
    }
}
