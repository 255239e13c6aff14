package io.throughline.expose;

import com.sun.net.httpserver.HttpExchange;
import io.throughline.aggregate.Metric;
import io.throughline.expose.Kpi.Better;
import io.throughline.expose.Kpi.Goal;
import io.throughline.serve.Health;
import io.throughline.serve.HttpEndpoint;
import io.throughline.serve.Problem;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /api/v1/overview}: the key performance indicators with their targets and alert thresholds, as JSON.
 * Thread-safe.
 */
final class Overview {

    private static final Duration DAY = Duration.ofHours(24);
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration FIVE_MINUTES = Duration.ofMinutes(5);
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final WindowStore store;
    private final Supplier<Health.Check> ready;
    private final Progress progress;
    private final Supplier<OptionalDouble> activeJobs;
    private final Map<String, String> links;
    private final Clock clock;

    /**
     * An overview.
     *
     * @param ready whether the windows can be shown
     * @param activeJobs empty when another instance shows them
     * @param links addresses of other pages by their names
     */
    Overview(WindowStore store, Supplier<Health.Check> ready, Progress progress, Supplier<OptionalDouble> activeJobs,
            Map<String, String> links, Clock clock) {
        this.store = store;
        this.ready = ready;
        this.progress = progress;
        this.activeJobs = activeJobs;
        this.links = links;
        this.clock = clock;
    }

    /** Answers 200, or 503 while not everything has been read. */
    void handle(HttpExchange exchange) throws IOException, Problem {
        Health.Check check = ready.get();
        if (!check.healthy()) {
            exchange.getResponseHeaders().set("Retry-After", "1");
            throw new Problem(503, check.detail());
        }
        HttpEndpoint.json(exchange, 200, json());
    }

    Map<String, Object> json() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("now", clock.instant().toString());
        json.put("complete_up_to", text(progress.completeUpTo().orElse(null)));
        json.put("final_up_to", text(progress.finalUpTo().orElse(null)));
        json.put("newest_event", text(progress.newestEvent().orElse(null)));
        json.put("kpis", kpis().stream().map(Overview::json).toList());
        json.put("links", links);
        return json;
    }

    List<Kpi> kpis() {
        Instant now = clock.instant();
        Map<String, BigDecimal> dayOfJobs = byStatus(DAY, now);
        Map<String, BigDecimal> hourOfJobs = byStatus(HOUR, now);
        WindowTotals durations = totals(Metric.JOB_DURATION_SECONDS, FIVE_MINUTES, now);
        double hits = sum(Metric.CACHE_HITS, FIVE_MINUTES, now);
        double lookUps = hits + sum(Metric.CACHE_MISSES, FIVE_MINUTES, now);
        double unpriced = sum(Metric.LLM_UNPRICED_REQUESTS, DAY, now);
        OptionalDouble active = activeJobs.get();
        return List.of(
                new Kpi("success_rate", "Success rate", share(dayOfJobs, "success"), "percent", "24h",
                        new Goal(Better.MORE, 95, 95), ""),
                new Kpi("error_rate", "Error rate", share(hourOfJobs, "failed"), "percent", "1h",
                        new Goal(Better.LESS, 5, 5), ""),
                new Kpi("p95_latency", "p95 latency", quantile(durations, 0.95), "seconds", "5m",
                        new Goal(Better.LESS, 2, 5), "of jobs"),
                new Kpi("p99_latency", "p99 latency", quantile(durations, 0.99), "seconds", "5m",
                        new Goal(Better.LESS, 5, 30), "of jobs"),
                new Kpi("cache_hit_rate", "Cache hit rate", lookUps == 0 ? null : 100 * hits / lookUps, "percent",
                        "5m", new Goal(Better.MORE, 60, 50), ""),
                new Kpi("active_jobs", "Active jobs", active.isPresent() ? active.getAsDouble() : null, "1", "",
                        new Goal(Better.LESS, 50, 100), active.isPresent() ? "" : "shown by another instance"),
                new Kpi("cost", "LLM cost", sum(Metric.LLM_COST_USD, DAY, now), "usd", "24h", null,
                        unpriced == 0 ? "" : String.format(Locale.ROOT, "and %,.0f calls without a price", unpriced)),
                new Kpi("request_rate", "Requests", requestRate(now), "per_second", "5m", null, ""));
    }

    /** Of closed minutes: the one that has just begun would look like a drop. */
    private double requestRate(Instant now) {
        return sum(Metric.HTTP_REQUESTS, FIVE_MINUTES, now.minus(MINUTE)) / FIVE_MINUTES.toSeconds();
    }

    private Map<String, BigDecimal> byStatus(Duration over, Instant now) {
        Map<String, BigDecimal> byStatus = new LinkedHashMap<>();
        store.read(until(Metric.JOBS_COMPLETED, over, now, List.of("status")), (start, totals) -> totals.sum())
                .forEach(answer -> answer.windows()
                        .forEach(sum -> byStatus.merge(answer.labels().getOrDefault("status", ""), sum,
                                BigDecimal::add)));
        return byStatus;
    }

    private double sum(Metric metric, Duration over, Instant now) {
        return store.read(until(metric, over, now, List.of()), (start, totals) -> totals.sum()).stream()
                .flatMap(answer -> answer.windows().stream()).reduce(BigDecimal.ZERO, BigDecimal::add).doubleValue();
    }

    private WindowTotals totals(Metric metric, Duration over, Instant now) {
        WindowQuery query = until(metric, over, now, List.of());
        WindowQuery asOne = new WindowQuery(metric, query.from(), query.to(), over, List.of(), Map.of(), Map.of());
        return store.read(asOne, (start, totals) -> totals).stream().flatMap(answer -> answer.windows().stream())
                .findFirst().orElseGet(() -> new WindowTotals(metric.kind()));
    }

    /** Up to the end of the minute that is running, minute by minute. */
    private static WindowQuery until(Metric metric, Duration over, Instant now, List<String> by) {
        long minutes = Math.floorDiv(now.toEpochMilli(), MINUTE.toMillis()) + 1;
        Instant to = Instant.ofEpochMilli(minutes * MINUTE.toMillis());
        return new WindowQuery(metric, to.minus(over), to, MINUTE, by, Map.of(), Map.of());
    }

    private static @Nullable Double share(Map<String, BigDecimal> byStatus, String status) {
        double all = byStatus.values().stream().reduce(BigDecimal.ZERO, BigDecimal::add).doubleValue();
        return all == 0 ? null : 100 * byStatus.getOrDefault(status, BigDecimal.ZERO).doubleValue() / all;
    }

    private static @Nullable Double quantile(WindowTotals durations, double q) {
        return durations.observed() == 0 ? null : durations.quantile(q);
    }

    private static Map<String, @Nullable Object> json(Kpi kpi) {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("id", kpi.id());
        json.put("label", kpi.label());
        json.put("value", kpi.value());
        json.put("unit", kpi.unit());
        json.put("over", kpi.over());
        json.put("state", kpi.state().name().toLowerCase(Locale.ROOT));
        Goal goal = kpi.goal();
        if (goal != null) {
            boolean more = goal.better() == Better.MORE;
            json.put("target", (more ? ">" : "<") + number(goal.target()));
            json.put("alert", (more ? "<" : ">") + number(goal.alert()));
        }
        json.put("note", kpi.note());
        return json;
    }

    private static String number(double value) {
        return BigDecimal.valueOf(value).stripTrailingZeros().toPlainString();
    }

    private static @Nullable String text(@Nullable Instant time) {
        return time == null ? null : time.toString();
    }
}
