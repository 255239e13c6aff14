package io.throughline.replay;

import io.throughline.aggregate.Distribution;
import io.throughline.aggregate.Label;
import io.throughline.aggregate.Metric;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a JSON document of windows says of itself, whether live or recomputed. Stateless. */
public final class WindowDocument {

    private static final MathContext DIGITS = new MathContext(6, RoundingMode.HALF_EVEN);

    private WindowDocument() {}

    /**
     * The document's beginning, to which {@code series} is put.
     *
     * @param by null for all labels
     * @param filters by the name of the label
     */
    public static Map<String, @Nullable Object> of(Metric metric, Instant from, Instant to, Duration step,
            @Nullable List<String> by, Map<String, List<String>> filters) {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("metric", metric.metricName());
        json.put("kind", switch (metric.kind()) {
            case COUNTER -> "counter";
            case LEVEL, NEWEST, NEWEST_SUMMED, RECENT -> "gauge";
            case HISTOGRAM -> "histogram";
        });
        json.put("unit", Unit.of(metric).text());
        json.put("from", from.toString());
        json.put("to", to.toString());
        json.put("step", step.toMinutes() % 60 == 0 ? step.toHours() + "h" : step.toMinutes() + "m");
        json.put("step_seconds", step.toSeconds());
        json.put("by", by == null ? metric.labels().stream().map(Label::name).toList() : by);
        json.put("filters", filters);
        if (metric.kind() == Metric.Kind.HISTOGRAM) {
            double growth = Math.pow(2, Math.pow(2, -Distribution.WINDOW_SCHEMA));
            json.put("quantile_error",
                    Map.of("relative", new BigDecimal((growth - 1) / (growth + 1), DIGITS).stripTrailingZeros()));
        }
        return json;
    }
}
