package io.throughline.local.replay;

import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.throughline.aggregate.Metric;
import io.throughline.replay.MetricQuery;
import io.throughline.replay.MetricQuery.Row;
import io.throughline.replay.MetricQuery.Window;
import io.throughline.replay.SeriesSelector;
import io.throughline.replay.Unit;
import io.throughline.replay.WindowDocument;
import java.io.IOException;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.time.Instant;
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

    /**
     * One document a metric, each a line, as {@code /api/v1/windows} answers it.
     *
     * @param asOf everything that was stored then has been counted
     * @param finalUpTo windows that end up to then do not change any more
     */
    static void json(List<Metric> metrics, List<Row> rows, MetricQuery query, Instant asOf, Instant finalUpTo,
            PrintStream out) throws IOException {
        for (Metric metric : metrics) {
            List<Row> ofMetric = rows.stream().filter(row -> row.metric() == metric).toList();
            if (!ofMetric.isEmpty()) {
                Map<String, @Nullable Object> document = WindowDocument.of(metric, query.from(), query.to(),
                        query.step(), query.by(), Map.of());
                document.put("complete", true);
                document.put("kept_from", null);
                document.put("missing", null);
                document.put("complete_up_to", asOf.toString());
                document.put("final_up_to", finalUpTo.toString());
                document.put("series", ofMetric.stream().map(row -> series(row, finalUpTo)).toList());
                out.write(JSON.writeValueAsBytes(document));
                out.write('\n');
            }
        }
    }

    private static Map<String, Object> series(Row row, Instant finalUpTo) {
        Map<String, Object> series = new LinkedHashMap<>();
        series.put("labels", row.labels());
        series.put("windows", row.windows().stream().map(each -> window(row.metric(), each, finalUpTo)).toList());
        return series;
    }

    private static Map<String, @Nullable Object> window(Metric metric, Window window, Instant finalUpTo) {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("start", window.start().toString());
        json.put("end", window.end().toString());
        switch (metric.kind()) {
            case COUNTER, LEVEL -> {
                if (metric.kind() == Metric.Kind.COUNTER && Unit.of(metric) == Unit.ONE) {
                    json.put("count", window.sum());
                }
                json.put("sum", window.sum());
                json.put("rate", window.rate());
            }
            case NEWEST, NEWEST_SUMMED -> json.put("last", window.last());
            case RECENT -> json.put("count", window.count());
            case HISTOGRAM -> {
                json.put("count", window.count());
                json.put("sum", window.sum());
                json.put("rate", window.rate());
                json.put("mean", window.mean());
                Map<String, @Nullable BigDecimal> quantiles = new LinkedHashMap<>();
                MetricQuery.QUANTILES.forEach(q -> quantiles.put(q.toString(), window.quantiles().get(q)));
                json.put("quantiles", quantiles);
            }
        }
        json.put("final", !finalUpTo.isBefore(window.end()));
        return json;
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
