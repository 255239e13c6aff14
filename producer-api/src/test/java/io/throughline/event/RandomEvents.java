package io.throughline.event;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Draws valid events of all types, with texts and numbers at the edges of what is valid. */
final class RandomEvents {

    private static final String[] PIECES = {"a", "Z", "0", " ", "\"", "\\", "\n", "\u0000", "\u007f", "é", "\u2028",
            "中",
            "😀", "\ud83d", "\ude00", "/", "</script>", "null", "{}", "\ufeff"};
    private static final long FIRST_SECOND = Instant.parse("0000-01-01T00:00:00Z").getEpochSecond();
    private static final long LAST_SECOND = Instant.parse("9999-12-31T23:59:59Z").getEpochSecond();

    private final RandomGenerator random;

    RandomEvents(RandomGenerator random) {
        this.random = random;
    }

    Event next(EventType type) {
        return switch (type) {
            case JOB_CREATED -> new JobCreated(origin(), text(), text());
            case JOB_STARTED -> new JobStarted(origin(), text(), text());
            case JOB_COMPLETED -> new JobCompleted(origin(), text(), text(), one(JobStatus.values()),
                    maybe(this::seconds), maybe(this::text));
            case BATCH_CREATED -> new BatchCreated(origin(), text(), maybe(this::count));
            case BATCH_COMPLETED ->
                new BatchCompleted(origin(), text(), one(JobStatus.values()), maybe(this::seconds));
            case LLM_COMPLETED -> llmCompleted();
            case CACHE_HIT -> new CacheHit(origin(), text(), maybe(this::usd), maybe(this::count));
            case CACHE_MISS -> new CacheMiss(origin(), text());
            case CACHE_SIZE -> new CacheSize(origin(), text(), count(), maybe(this::text));
            case REQUEST_COMPLETED ->
                new RequestCompleted(origin(), text(), text(), random.nextInt(100, 600), seconds());
            case DATABASE_ERROR -> new DatabaseError(origin(), text(), text(), maybe(this::text));
            case SERVICE_HEARTBEAT -> new ServiceHeartbeat(origin(), text());
        };
    }

    String text() {
        var text = new StringBuilder("t");
        for (int i = random.nextInt(8); i > 0; i--) {
            text.append(one(PIECES));
        }
        return text.toString();
    }

    Instant time() {
        return Instant.ofEpochSecond(random.nextLong(FIRST_SECOND, LAST_SECOND + 1),
                random.nextBoolean() ? 0 : random.nextInt(1_000_000_000));
    }

    private LlmCompleted llmCompleted() {
        long promptTokens = count();
        return new LlmCompleted(origin(), text(), one(LlmStatus.values()), seconds(), promptTokens, count(),
                maybe(() -> random.nextLong(promptTokens + 1)), maybe(this::text), maybe(this::seconds),
                maybe(this::usd), maybe(this::text));
    }

    private Origin origin() {
        return new Origin(text(), time(), text());
    }

    private double seconds() {
        return one(new Double[]{0.0, -0.0, 3.2e9, Double.MIN_VALUE, 0.1, random.nextDouble(3.2e9)});
    }

    private long count() {
        return one(new Long[]{0L, 1L, 1_000_000_000L, random.nextLong(1_000_000_001L)});
    }

    private BigDecimal usd() {
        return one(new BigDecimal[]{BigDecimal.ZERO, new BigDecimal("1E+9"), new BigDecimal("0E-30"),
                new BigDecimal("1.10"), new BigDecimal("1E-64"), new BigDecimal("0.1000000000000000055511151231257827"),
                new BigDecimal(BigInteger.valueOf(random.nextInt(1, 1_000_000)), random.nextInt(-3, 12))});
    }

    private <T> T one(T[] choices) {
        return choices[random.nextInt(choices.length)];
    }

    private <T> @Nullable T maybe(Supplier<T> value) {
        return random.nextBoolean() ? value.get() : null;
    }
}
