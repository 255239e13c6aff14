package io.throughline.bench;

import io.throughline.event.BatchCompleted;
import io.throughline.event.BatchCreated;
import io.throughline.event.CacheHit;
import io.throughline.event.CacheMiss;
import io.throughline.event.CacheSize;
import io.throughline.event.Codec;
import io.throughline.event.Event;
import io.throughline.event.JobCompleted;
import io.throughline.event.JobCreated;
import io.throughline.event.JobStarted;
import io.throughline.event.JobStatus;
import io.throughline.event.LlmCompleted;
import io.throughline.event.LlmStatus;
import io.throughline.event.Origin;
import io.throughline.event.Topic;
import io.throughline.publish.WireRecords;
import io.throughline.trace.TraceContext;
import io.throughline.trace.TraceHeaders;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.random.RandomGenerator;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/**
 * The events that every variant reads: 60 % llm, 25 % cache, 10 % job, 5 % batch, a thousand a second of event time.
 *
 * <p>The same seed and start give the same events. Not thread-safe.
 */
final class Events {

    /** Event time between two events, which makes a thousand a second. */
    static final Duration STEP = Duration.ofMillis(1);

    private static final int USERS = 5_000;
    private static final int OPEN_AT_ONCE = 40;
    private static final HexFormat HEX = HexFormat.of();
    private static final List<String> MODELS = List.of("gpt-4o", "gpt-4o-mini", "gpt-4o-mini", "claude-sonnet-4-5",
            "gemini-2.0-flash");
    private static final List<String> CACHES = List.of("answers", "embeddings", "thumbnails");
    private static final List<String> JOB_TYPES = List.of("video", "script", "voice", "thumbnail");

    private final RandomGenerator random;
    private final Deque<Job> created = new ArrayDeque<>();
    private final Deque<Job> started = new ArrayDeque<>();
    private final Deque<String> batches = new ArrayDeque<>();
    private Instant now;

    private record Job(String id, String type) {}

    Events(long seed, Instant start) {
        this.random = new SplittableRandom(seed);
        this.now = start;
    }

    /** The next event of this stream. */
    Event next() {
        now = now.plus(STEP);
        double roll = random.nextDouble();
        if (roll < 0.60) {
            return llm();
        }
        if (roll < 0.85) {
            return cache();
        }
        return roll < 0.95 ? job() : batch();
    }

    /** The next event, of an LLM call and nothing else. */
    Event nextCall() {
        now = now.plus(STEP);
        return llm();
    }

    /** The record that carries the event: key, and the headers trace_id, request_id and user_id. */
    ProducerRecord<byte[], byte[]> record(Event event) {
        // Squared, so that some users are seen far more often than others.
        double user = random.nextDouble();
        var context = new TraceContext(HEX.toHexDigits(random.nextLong()) + HEX.toHexDigits(random.nextLong()),
                "req_" + HEX.toHexDigits(random.nextLong()), "user_" + (int) (user * user * USERS), null, null);
        var headers = new RecordHeaders();
        TraceHeaders.write(context, headers);
        return new ProducerRecord<>(event.type().topic().name(Topic.DEFAULT_PREFIX), null,
                event.origin().timestamp().toEpochMilli(),
                WireRecords.key(event, context).getBytes(StandardCharsets.UTF_8), Codec.encode(event), headers);
    }

    private Event llm() {
        boolean success = random.nextDouble() < 0.96;
        long prompt = logNormal(400, 0.7);
        long completion = success ? logNormal(120, 0.7) : 0;
        return new LlmCompleted(origin("script-writer"), oneOf(MODELS),
                success ? LlmStatus.SUCCESS : oneOf(List.of(LlmStatus.ERROR, LlmStatus.TIMEOUT)),
                logNormal(1_400, 0.6) / 1_000.0, prompt, completion,
                random.nextDouble() < 0.4 ? prompt / 2 : null, "openai", null,
                success ? usd(prompt * 2.5e-6 + completion * 1e-5) : null, success ? null : "llm_failed");
    }

    private Event cache() {
        double roll = random.nextDouble();
        if (roll < 0.65) {
            return new CacheHit(origin("answer-cache"), oneOf(CACHES), usd(random.nextDouble() / 500),
                    logNormal(500, 0.5));
        }
        return roll < 0.95
                ? new CacheMiss(origin("answer-cache"), oneOf(CACHES))
                : new CacheSize(origin("answer-cache"), oneOf(CACHES), logNormal(20_000, 0.2), "cache-1");
    }

    private Event job() {
        if (started.size() >= OPEN_AT_ONCE) {
            Job job = started.remove();
            boolean success = random.nextDouble() < 0.97;
            return new JobCompleted(origin("job-runner"), job.id(), job.type(),
                    success ? JobStatus.SUCCESS : JobStatus.FAILED, seconds(), success ? null : "job_failed");
        }
        if (created.size() >= OPEN_AT_ONCE) {
            Job job = created.remove();
            started.add(job);
            return new JobStarted(origin("job-runner"), job.id(), job.type());
        }
        var job = new Job("job_" + HEX.toHexDigits(random.nextLong()), oneOf(JOB_TYPES));
        created.add(job);
        return new JobCreated(origin("job-runner"), job.id(), job.type());
    }

    private Event batch() {
        if (batches.size() >= OPEN_AT_ONCE) {
            return new BatchCompleted(origin("batch-runner"), batches.remove(), JobStatus.SUCCESS, seconds());
        }
        String id = "batch_" + HEX.toHexDigits(random.nextLong());
        batches.add(id);
        return new BatchCreated(origin("batch-runner"), id, logNormal(20, 0.5));
    }

    private Origin origin(String service) {
        return new Origin(new UUID(random.nextLong(), random.nextLong()).toString(), now, service);
    }

    /** Stated for most; what is not stated has to be derived from the life cycle. */
    private @Nullable Double seconds() {
        double seconds = logNormal(20_000, 0.8) / 1_000.0;
        return random.nextDouble() < 0.8 ? seconds : null;
    }

    private long logNormal(double median, double sigma) {
        return Math.round(median * Math.exp(sigma * random.nextGaussian()));
    }

    private static BigDecimal usd(double amount) {
        return BigDecimal.valueOf(amount).setScale(6, RoundingMode.HALF_UP);
    }

    private <T> T oneOf(List<T> values) {
        return values.get(random.nextInt(values.size()));
    }
}
