package io.throughline.local.exact;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What every series must be, recomputed from the records in the plainest way there is. Not thread-safe. */
final class Truth {

    private final String prefix;
    private final PriceList prices;
    private final Set<String> seen = new HashSet<>();
    private final Map<String, BigDecimal> values = new TreeMap<>();
    private final Map<Distribution, List<BigDecimal>> distributions = new HashMap<>();
    private final Map<String, Life> lives = new HashMap<>();
    private final Map<String, Report> cacheSizes = new HashMap<>();
    private final Map<String, BigDecimal> deadLetters = new TreeMap<>();
    private long records;

    private record Distribution(String name, Map<String, String> labels) {}

    private record Report(Instant at, long entries) {}

    /** A job or a batch: when what was said of it happened. */
    private static final class Life {
        private @Nullable Instant created;
        private @Nullable Instant started;
        private @Nullable Instant completed;
        private boolean durationStated;
        private final Distribution distribution;
        private final boolean job;

        private Life(Distribution distribution, boolean job) {
            this.distribution = distribution;
            this.job = job;
        }

        private boolean isActiveJob() {
            return job && completed == null && (created != null || started != null);
        }

        private Optional<BigDecimal> derivedSeconds() {
            if (durationStated || created == null || completed == null) {
                return Optional.empty();
            }
            Duration took = Duration.between(created, completed);
            return Optional.of(took.isNegative()
                    ? BigDecimal.ZERO
                    : BigDecimal.valueOf(took.getSeconds()).add(BigDecimal.valueOf(took.getNano(), 9)));
        }
    }

    Truth(String prefix, PriceList prices) {
        this.prefix = prefix;
        this.prices = prices;
    }

    long records() {
        return records;
    }

    /** Dead letters by topic; their reasons are the code's business. */
    Map<String, BigDecimal> deadLetters() {
        return deadLetters;
    }

    void take(String topic, Map<String, String> headers, byte[] value) {
        records++;
        Map<String, String> label = Map.of("topic", prefix + topic);
        count("throughline_consumed_total", label);
        if (headers.containsKey("replay_id")) {
            count("throughline_replayed_total", label);
            return;
        }
        Optional<JsonNode> event = Shape.event(topic, headers, value);
        if (event.isEmpty()) {
            deadLetters.merge(prefix + topic, BigDecimal.ONE, BigDecimal::add);
        } else if (!seen.add(event.get().get("event_id").textValue())) {
            count("throughline_duplicates_total", label);
        } else {
            count("throughline_counted_total", label);
            take(event.get());
        }
    }

    /** Every sample that must be shown, with the bounds of buckets that {@code page} has. */
    Map<String, Double> samples(Page page) {
        Map<String, Double> samples = new TreeMap<>();
        values.forEach((sample, value) -> samples.put(sample, value.doubleValue()));
        Map<Distribution, List<BigDecimal>> all = new HashMap<>();
        distributions.forEach((of, observed) -> all.put(of, new ArrayList<>(observed)));
        lives.values().forEach(life -> life.derivedSeconds().ifPresent(
                seconds -> all.computeIfAbsent(life.distribution, of -> new ArrayList<>()).add(seconds)));
        all.forEach((of, observed) -> addDistribution(of, observed, page.bounds(of.name()), samples));
        samples.put("active_jobs", (double) lives.values().stream().filter(Life::isActiveJob).count());
        samples.put("cache_entries", (double) cacheSizes.values().stream().mapToLong(Report::entries).sum());
        return samples;
    }

    private static void addDistribution(Distribution of, List<BigDecimal> observed, List<String> bounds,
            Map<String, Double> samples) {
        Map<String, String> labels = new HashMap<>(of.labels());
        samples.put(Page.sample(of.name() + "_count", labels), (double) observed.size());
        samples.put(Page.sample(of.name() + "_sum", labels),
                observed.stream().reduce(BigDecimal.ZERO, BigDecimal::add).doubleValue());
        for (String bound : bounds) {
            labels.put("le", bound);
            var limit = new BigDecimal(bound);
            samples.put(Page.sample(of.name() + "_bucket", labels),
                    (double) observed.stream().filter(value -> value.compareTo(limit) <= 0).count());
        }
        labels.put("le", "+Inf");
        samples.put(Page.sample(of.name() + "_bucket", labels), (double) observed.size());
    }

    private void take(JsonNode event) {
        String service = text(event, "service");
        Instant at = Instant.parse(text(event, "timestamp"));
        switch (text(event, "event_type")) {
            case "job.created" -> {
                count("jobs_created_total", Map.of("job_type", text(event, "job_type")));
                Life job = job(event);
                job.created = at;
            }
            case "job.started" -> job(event).started = at;
            case "job.completed" -> {
                count("jobs_completed_total",
                        Map.of("job_type", text(event, "job_type"), "status", text(event, "status")));
                complete(job(event), at, event.get("duration_seconds"));
            }
            case "batch.created" -> {
                count("batches_created_total", Map.of());
                batch(event).created = at;
            }
            case "batch.completed" -> {
                count("batches_completed_total", Map.of("status", text(event, "status")));
                complete(batch(event), at, event.get("processing_seconds"));
            }
            case "llm.completed" -> takeCall(event, at);
            case "cache.hit" -> {
                count("cache_hits_total", Map.of());
                if (event.hasNonNull("saved_usd")) {
                    add("cache_saved_usd_total", Map.of(), nano(event.get("saved_usd").decimalValue()));
                }
            }
            case "cache.miss" -> count("cache_misses_total", Map.of());
            case "cache.size" -> cacheSizes.merge(
                    text(event, "cache") + "\0" + service + "\0" + event.path("instance").asText(),
                    new Report(at, event.get("entries").asLong()), Truth::newer);
            case "request.completed" -> count("http_requests_total",
                    Map.of("service", service, "status_code",
                            event.get("status_code").decimalValue().toBigInteger().toString()));
            case "database.error" -> count("database_errors_total", Map.of("database", text(event, "database")));
            case "service.heartbeat" -> values.merge(
                    Page.sample("service_last_seen_timestamp_seconds",
                            Map.of("service", service, "instance", text(event, "instance"))),
                    BigDecimal.valueOf(at.getEpochSecond()).add(BigDecimal.valueOf(at.getNano(), 9)),
                    BigDecimal::max);
            default -> throw new AssertionError(event);
        }
    }

    private void takeCall(JsonNode event, Instant at) {
        String model = text(event, "model");
        Map<String, String> ofModel = Map.of("model", model);
        long prompt = event.get("prompt_tokens").asLong();
        long completion = event.get("completion_tokens").asLong();
        long cached = event.path("cached_tokens").asLong();
        count("llm_requests_total", Map.of("model", model, "status", text(event, "status")));
        observe(new Distribution("llm_latency_seconds", ofModel), event.get("latency_seconds").decimalValue());
        observe(new Distribution("tokens_used", ofModel), BigDecimal.valueOf(prompt + completion));
        add("llm_tokens_total", Map.of("model", model, "type", "prompt"), BigDecimal.valueOf(prompt - cached));
        add("llm_tokens_total", Map.of("model", model, "type", "cached"), BigDecimal.valueOf(cached));
        add("llm_tokens_total", Map.of("model", model, "type", "completion"), BigDecimal.valueOf(completion));
        Optional<BigDecimal> cost = event.hasNonNull("cost_usd")
                ? Optional.of(event.get("cost_usd").decimalValue())
                : prices.usd(model, at, prompt - cached, cached, completion);
        cost.ifPresentOrElse(usd -> add("llm_cost_usd_total", ofModel, nano(usd)),
                () -> count("llm_unpriced_requests_total", ofModel));
    }

    private Life job(JsonNode event) {
        var distribution = new Distribution("job_duration_seconds", Map.of("job_type", text(event, "job_type")));
        return lives.computeIfAbsent("job " + text(event, "job_id"), id -> new Life(distribution, true));
    }

    private Life batch(JsonNode event) {
        var distribution = new Distribution("batch_processing_seconds", Map.of());
        return lives.computeIfAbsent("batch " + text(event, "batch_id"), id -> new Life(distribution, false));
    }

    private void complete(Life life, Instant at, @Nullable JsonNode seconds) {
        life.completed = at;
        if (seconds != null && !seconds.isNull()) {
            life.durationStated = true;
            observe(life.distribution, seconds.decimalValue());
        }
    }

    private void observe(Distribution distribution, BigDecimal value) {
        distributions.computeIfAbsent(distribution, of -> new ArrayList<>()).add(nano(value));
    }

    private void count(String name, Map<String, String> labels) {
        add(name, labels, BigDecimal.ONE);
    }

    private void add(String name, Map<String, String> labels, BigDecimal amount) {
        values.merge(Page.sample(name, labels), amount, BigDecimal::add);
    }

    /** Sums are kept to nine decimals, each amount rounded to the nearest. */
    private static BigDecimal nano(BigDecimal amount) {
        return amount.setScale(9, RoundingMode.HALF_UP);
    }

    private static Report newer(Report one, Report other) {
        int order = one.at().compareTo(other.at());
        return order > 0 || (order == 0 && one.entries() >= other.entries()) ? one : other;
    }

    private static String text(JsonNode event, String field) {
        return event.path(field).asText();
    }
}
