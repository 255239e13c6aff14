package io.throughline.local.replay;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.throughline.replay.MetricQuery;
import io.throughline.replay.MetricQuery.Row;
import io.throughline.replay.MetricQuery.Window;
import io.throughline.replay.SeriesSelector;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Holds recomputed windows of one metric against those that {@code /api/v1/windows} answered, one by one. */
final class LiveComparison {

    private static final JsonMapper JSON = new JsonMapper();

    private final List<Row> rows;
    private final JsonNode answer;
    private final Instant keptFrom;
    private final PrintStream out;
    private long compared;
    private long different;
    private long open;

    LiveComparison(List<Row> rows, JsonNode answer, PrintStream out) {
        this.rows = rows;
        this.answer = answer;
        this.keptFrom = Instant.parse(answer.path("kept_from").asText(Instant.EPOCH.toString()));
        this.out = out;
    }

    /** Prints each window that differs. */
    void run() {
        Map<Map<String, String>, Map<String, JsonNode>> live = new HashMap<>();
        answer.path("series").forEach(series -> {
            Map<String, JsonNode> windows = new HashMap<>();
            series.path("windows").forEach(window -> windows.put(window.path("start").asText(), window));
            live.put(labels(series.path("labels")), windows);
        });
        Set<Map<String, String>> recomputed = new HashSet<>();
        for (Row row : rows) {
            recomputed.add(row.labels());
            Map<String, JsonNode> windows = live.getOrDefault(row.labels(), Map.of());
            for (Window window : row.windows()) {
                compare(row, window, windows.get(window.start().toString()));
            }
        }
        live.forEach((labels, windows) -> {
            if (!recomputed.contains(labels)) {
                windows.forEach((start, window) -> unexpected(labels, start, window));
            }
        });
    }

    long compared() {
        return compared;
    }

    long different() {
        return different;
    }

    long open() {
        return open;
    }

    private void compare(Row row, Window window, @Nullable JsonNode live) {
        if (live == null && !kept(window)) {
            return;
        }
        compared++;
        open += live != null && !live.path("final").asBoolean() ? 1 : 0;
        String theirs = live == null ? "nothing" : text(live);
        String ours = text(window);
        if (!ours.equals(theirs)) {
            different++;
            tell(SeriesSelector.text(row.metric().metricName(), row.labels()), window.start().toString(), theirs, ours,
                    live != null && live.path("final").asBoolean());
        }
    }

    /** A window that live keeps no more is no difference; one without a value is as good as none. */
    private boolean kept(Window window) {
        boolean empty = window.last() == null && (window.sum() == null || window.sum().signum() == 0)
                && (window.count() == null || window.count() == 0);
        return !empty && !window.start().isBefore(keptFrom);
    }

    private void unexpected(Map<String, String> labels, String start, JsonNode window) {
        compared++;
        boolean empty = window.path("sum").asDouble() == 0 && window.path("count").asLong() == 0
                && !window.hasNonNull("last");
        if (!empty) {
            different++;
            tell(SeriesSelector.text(answer.path("metric").asText(), labels), start, text(window), "nothing",
                    window.path("final").asBoolean());
        }
    }

    private void tell(String series, String start, String live, String recomputed, boolean isFinal) {
        ObjectNode line = JSON.createObjectNode().put("series", series).put("start", start).put("live", live)
                .put("recomputed", recomputed).put("final", isFinal);
        out.println(line);
    }

    private static Map<String, String> labels(JsonNode labels) {
        Map<String, String> read = new HashMap<>();
        labels.properties().forEach(label -> read.put(label.getKey(), label.getValue().asText()));
        return read;
    }

    private static String text(Window window) {
        return text(window.count() == null ? null : BigDecimal.valueOf(window.count()), window.sum(), window.last(),
                window.quantiles().isEmpty()
                        ? ""
                        : window.quantiles().values().stream()
                                .map(MetricQuery::text).toList().toString());
    }

    private static String text(JsonNode window) {
        boolean histogram = window.has("mean");
        StringBuilder quantiles = new StringBuilder();
        if (window.path("quantiles").isObject() && window.path("count").asLong() > 0) {
            List<String> values = new ArrayList<>();
            window.path("quantiles")
                    .forEach(value -> values.add(MetricQuery.text(value.decimalValue())));
            quantiles.append(values);
        }
        return text(histogram || !window.has("sum") ? number(window.path("count")) : null, number(window.path("sum")),
                number(window.path("last")), quantiles.toString());
    }

    private static @Nullable BigDecimal number(JsonNode node) {
        return node.isNumber() ? node.decimalValue() : null;
    }

    private static String text(@Nullable BigDecimal count, @Nullable BigDecimal sum, @Nullable BigDecimal last,
            String quantiles) {
        return ((count == null ? "" : "count " + MetricQuery.text(count) + ' ')
                + (sum == null ? "" : "sum " + MetricQuery.text(sum) + ' ')
                + (last == null ? "" : "last " + MetricQuery.text(last) + ' ') + quantiles).strip();
    }
}
