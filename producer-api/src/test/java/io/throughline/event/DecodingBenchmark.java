package io.throughline.event;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.management.ThreadMXBean;
import io.throughline.trace.TraceContext;
import java.lang.management.ManagementFactory;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Measures what one event costs to decode: CPU time and bytes allocated by each path, in rounds that take turns in one
 * JVM, as medians. Not a test: run {@code main}, with the number of rounds as argument.
 */
final class DecodingBenchmark {

    private static final int EVENTS = 100_000;
    private static final TraceContext HEADERS = new TraceContext("4bf92f3577b34da6a3ce929d0e0e4736", "r", "u", null,
            null);
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final Random random = new Random(1);

    private DecodingBenchmark() {}

    interface Path {
        Object decode(byte[] value) throws Exception;
    }

    record Result(String name, List<Long> nanos, List<Long> bytes) {}

    public static void main(String[] args) throws Exception {
        int rounds = args.length == 0 ? 15 : Integer.parseInt(args[0]);
        List<byte[]> values = new DecodingBenchmark().values();
        var mapper = JsonMapper.builder().propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE).build();
        List<Path> paths = List.of(value -> Codec.eventFromTree(value, HEADERS),
                value -> Codec.decodeEvent(value, HEADERS), value -> mapper.readValue(value, Plain.class));
        List<Result> results = List.of(new Result("tree", new ArrayList<>(), new ArrayList<>()),
                new Result("scanner", new ArrayList<>(), new ArrayList<>()),
                new Result("databind", new ArrayList<>(), new ArrayList<>()));
        for (int round = 0; round < rounds; round++) {
            for (int i = 0; i < paths.size(); i++) {
                measure(paths.get(i), values, results.get(i));
            }
        }
        report(results, values);
    }

    private static void measure(Path path, List<byte[]> values, Result result) throws Exception {

        long bytes = THREADS.getCurrentThreadAllocatedBytes();
        long nanos = THREADS.getCurrentThreadCpuTime();
        int decoded = 0;
        for (byte[] value : values) {
            decoded += path.decode(value) == null ? 0 : 1;
        }
        result.nanos.add((THREADS.getCurrentThreadCpuTime() - nanos) / decoded);
        result.bytes.add((THREADS.getCurrentThreadAllocatedBytes() - bytes) / decoded);
    }

    private static void report(List<Result> results, List<byte[]> values) {
        System.out.printf(Locale.ROOT, "%d events of %.0f bytes%n", values.size(),
                values.stream().mapToInt(value -> value.length).average().orElse(0));
        double tree = median(results.get(0).nanos);
        for (Result result : results) {
            System.out.printf(Locale.ROOT, "%-9s %6.0f ns  %6.0f bytes  tree / this %.2f%n", result.name,
                    median(result.nanos), median(result.bytes), tree / median(result.nanos));
        }
    }

    /** Of the later half: the earlier one is the compiler's. */
    private static double median(List<Long> rounds) {
        long[] later = rounds.stream().skip(rounds.size() / 2).mapToLong(Long::longValue).sorted().toArray();
        return later[later.length / 2];
    }

    private List<byte[]> values() {
        byte[][] values = new byte[EVENTS][];
        Arrays.setAll(values, i -> Codec.encode(event(random.nextInt(100))));
        return List.of(values);
    }

    /** Six in ten are calls to models, as where models are called. */
    private Event event(int percent) {
        var origin = new Origin(uuid(), Instant.ofEpochSecond(1_769_000_000L + random.nextInt(10_000_000),
                random.nextInt(1000) * 1_000_000L), one("script-writer", "image-maker", "api-gateway", "voice-over"));
        if (percent < 60) {
            return new LlmCompleted(origin, one("gpt-4o", "gpt-4o-mini", "claude-sonnet-4"), LlmStatus.SUCCESS,
                    seconds(), random.nextInt(4000), random.nextInt(900), null, one("openai", "anthropic"), seconds(),
                    percent < 20 ? BigDecimal.valueOf(random.nextInt(100_000), 6) : null, null);
        }
        if (percent < 75) {
            return percent < 70
                    ? new CacheHit(origin, one("prompts", "images"), new BigDecimal("0.0125"), 100L)
                    : new CacheMiss(origin, one("prompts", "images"));
        }
        if (percent < 85) {
            return percent < 80
                    ? new JobCreated(origin, uuid(), one("video", "audio"))
                    : new JobCompleted(origin, uuid(), one("video", "audio"), JobStatus.SUCCESS, seconds(), null);
        }
        if (percent < 97) {
            return new RequestCompleted(origin, "GET", one("/api/v1/jobs/{id}", "/api/v1/projects"), 200, seconds());
        }
        return percent == 97
                ? new BatchCreated(origin, uuid(), 12L)
                : percent == 98
                        ? new DatabaseError(origin, "main", "insert", "23505")
                        : new ServiceHeartbeat(origin, "i-1");
    }

    private double seconds() {
        return random.nextInt(1, 20_000_000) / 1e6;
    }

    private String uuid() {
        return new UUID(random.nextLong(), random.nextLong()).toString();
    }

    private String one(String... choices) {
        return choices[random.nextInt(choices.length)];
    }

    /** What a consumer written in an hour binds its events to. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    static final class Plain {
        public @Nullable String eventId;
        public @Nullable String eventType;
        public @Nullable String timestamp;
        public @Nullable String service;
        public @Nullable String jobId;
        public @Nullable String jobType;
        public @Nullable String batchId;
        public @Nullable String status;
        public @Nullable String model;
        public @Nullable String provider;
        public @Nullable String cache;
        public @Nullable String instance;
        public @Nullable String method;
        public @Nullable String route;
        public @Nullable String database;
        public @Nullable String operation;
        public @Nullable String errorCode;
        public double durationSeconds;
        public double processingSeconds;
        public double latencySeconds;
        public double timeToFirstTokenSeconds;
        public @Nullable BigDecimal costUsd;
        public @Nullable BigDecimal savedUsd;
        public long promptTokens;
        public long completionTokens;
        public long cachedTokens;
        public long savedTokens;
        public long entries;
        public long size;
        public int statusCode;
    }
}
