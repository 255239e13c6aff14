package io.throughline.expose;

import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.net.httpserver.HttpExchange;
import io.throughline.aggregate.Metric;
import io.throughline.replay.Unit;
import io.throughline.replay.WindowDocument;
import io.throughline.serve.Health;
import io.throughline.serve.HttpEndpoint;
import io.throughline.serve.Problem;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** {@code GET /api/v1/windows}: event-time windows as JSON. Thread-safe. */
final class WindowsApi {

    private static final JsonMapper JSON = JsonMapper.builder().enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN)
            .build();
    private static final MathContext DIGITS = new MathContext(9, RoundingMode.HALF_EVEN);
    private static final MathContext QUANTILE_DIGITS = new MathContext(6, RoundingMode.HALF_EVEN);

    private final WindowStore store;
    private final Supplier<Health.Check> ready;
    private final Progress progress;
    private final Clock clock;

    WindowsApi(WindowStore store, Supplier<Health.Check> ready, Progress progress, Clock clock) {
        this.store = store;
        this.ready = ready;
        this.progress = progress;
        this.clock = clock;
    }

    /** Answers 200, 400 for a question that cannot be understood, or 503 while not everything has been read. */
    void handle(HttpExchange exchange) throws IOException, Problem {
        WindowQuery query = WindowParameters.read(exchange.getRequestURI().getRawQuery(), clock.instant());
        Health.Check check = ready.get();
        if (!check.healthy()) {
            exchange.getResponseHeaders().set("Retry-After", "1");
            throw new Problem(503, "the windows cannot be answered yet: " + check.detail());
        }
        HttpEndpoint.send(exchange, 200, "application/json", JSON.writeValueAsBytes(answer(query)));
    }

    Map<String, @Nullable Object> answer(WindowQuery query) {
        Metric metric = query.metric();
        Optional<Instant> finalUpTo = progress.finalUpTo();
        Map<String, @Nullable Object> json = WindowDocument.of(metric, query.from(), query.to(), query.step(),
                query.by(),
                query.filters());
        Instant keptFrom = store.keptFrom();
        boolean whole = !query.from().isBefore(keptFrom);
        json.put("complete", whole);
        json.put("kept_from", keptFrom.toString());
        json.put("missing", whole ? null : "windows that begin before " + keptFrom + " are no longer kept");
        json.put("complete_up_to", progress.completeUpTo().map(Instant::toString).orElse(null));
        json.put("final_up_to", finalUpTo.map(Instant::toString).orElse(null));
        json.put("series", store.read(query, (start, totals) -> window(query, start, totals, finalUpTo)));
        return json;
    }

    private static Map<String, @Nullable Object> window(WindowQuery query, Instant start, WindowTotals totals,
            Optional<Instant> finalUpTo) {
        Instant end = start.plus(query.step());
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("start", start.toString());
        json.put("end", end.toString());
        switch (query.metric().kind()) {
            case COUNTER, LEVEL -> {
                BigDecimal sum = plain(totals.sum());
                if (query.metric().kind() == Metric.Kind.COUNTER && Unit.of(query.metric()) == Unit.ONE) {
                    json.put("count", sum);
                }
                json.put("sum", sum);
                json.put("rate", rate(sum, query.step()));
            }
            case NEWEST -> json.put("last", totals.any() ? plain(BigDecimal.valueOf(totals.newestNanos(), 9)) : null);
            case NEWEST_SUMMED -> json.put("last", totals.any() ? plain(totals.lastOfParts()) : null);
            case RECENT -> json.put("count", totals.distinctUsers());
            case HISTOGRAM -> histogram(query, totals, json);
        }
        json.put("final", finalUpTo.isPresent() && !finalUpTo.get().isBefore(end));
        return json;
    }

    private static void histogram(WindowQuery query, WindowTotals totals, Map<String, @Nullable Object> json) {
        long count = totals.observed();
        json.put("count", count);
        json.put("sum", plain(totals.sum()));
        json.put("rate", rate(BigDecimal.valueOf(count), query.step()));
        json.put("mean", count == 0 ? null : plain(totals.sum().divide(BigDecimal.valueOf(count), DIGITS)));
        Map<String, @Nullable BigDecimal> quantiles = new LinkedHashMap<>();
        query.quantiles()
                .forEach((text, q) -> quantiles.put(text,
                        count == 0 ? null : round(totals.quantile(q), QUANTILE_DIGITS)));
        json.put("quantiles", quantiles);
    }

    private static BigDecimal rate(BigDecimal amount, Duration step) {
        return plain(amount.divide(BigDecimal.valueOf(step.toSeconds()), DIGITS));
    }

    private static BigDecimal round(double value, MathContext digits) {
        return plain(new BigDecimal(value, digits));
    }

    /** Without zeros at the end, and never as 1E+3. */
    private static BigDecimal plain(BigDecimal value) {
        BigDecimal stripped = value.stripTrailingZeros();
        return stripped.scale() < 0 ? stripped.setScale(0) : stripped;
    }
}
