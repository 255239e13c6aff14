package io.throughline.local.replay;

import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.throughline.aggregate.Metric;
import io.throughline.replay.MetricQuery;
import io.throughline.replay.MetricQuery.Row;
import io.throughline.replay.MetricQuery.Window;
import io.throughline.replay.SeriesSelector;
import java.io.IOException;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Numbers for programs: JSON in the shape of {@code /api/v1/windows}, and CSV. */
final class MetricText {

    private static final JsonMapper JSON = JsonMapper.builder().enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN)
            .build();

    private MetricText() {}

    static void json(List<Metric> metrics, List<Row> rows, MetricQuery query, PrintStream out) throws IOException {
        for (Metric metric : metrics) {
            List<Row> ofMetric = rows.stream().filter(row -> row.metric() == metric).toList();
            if (!ofMetric.isEmpty()) {
                Map<String, Object> document = new LinkedHashMap<>();
                document.put("metric", metric.metricName());
                document.put("from", query.from().toString());
                document.put("to", query.to().toString());
                document.put("step_seconds", query.step().toSeconds());
                document.put("series", ofMetric.stream().map(MetricText::series).toList());
                out.write(JSON.writeValueAsBytes(document));
                out.write('\n');
            }
        }
    }

    private static Map<String, Object> series(Row row) {
        Map<String, Object> series = new LinkedHashMap<>();
        series.put("labels", row.labels());
        series.put("windows", row.windows().stream().map(MetricText::window).toList());
        return series;
    }

    private static Map<String, Object> window(Window window) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("start", window.start().toString());
        json.put("end", window.end().toString());
        put(json, "count", window.count());
        put(json, "sum", window.sum());
        put(json, "rate", window.rate());
        put(json, "mean", window.mean());
        if (!window.quantiles().isEmpty()) {
            Map<String, BigDecimal> quantiles = new LinkedHashMap<>();
            window.quantiles().forEach((q, value) -> quantiles.put(q.toString(), value));
            json.put("quantiles", quantiles);
        }
        put(json, "last", window.last());
        return json;
    }

    private static void put(Map<String, Object> json, String name, @Nullable Object value) {
        if (value != null) {
            json.put(name, value);
        }
    }

    static void csv(List<Row> rows, PrintStream out) {
        out.print("metric,labels,start,end,count,sum,rate,mean,p50,p95,p99,last\r\n");
        for (Row row : rows) {
            String labels = quoted(SeriesSelector.text("", row.labels()));
            for (Window window : row.windows()) {
                List<@Nullable Object> fields = new ArrayList<>(List.of(row.metric().metricName(), labels,
                        window.start(), window.end()));
                fields.add(window.count());
                fields.add(window.sum());
                fields.add(window.rate());
                fields.add(window.mean());
                MetricQuery.QUANTILES.forEach(q -> fields.add(window.quantiles().get(q)));
                fields.add(window.last());
                out.print(String.join(",", fields.stream().map(MetricText::text).toList()) + "\r\n");
            }
        }
    }

    private static String text(@Nullable Object field) {
        return field instanceof BigDecimal number ? number.toPlainString() : Objects.toString(field, "");
    }

    /** By RFC 4180. */
    private static String quoted(String text) {
        return text.isEmpty() ? "" : '"' + text.replace("\"", "\"\"") + '"';
    }
}
