package io.throughline.local.replay;

import io.throughline.local.Printable;
import io.throughline.replay.MetricQuery;
import io.throughline.replay.MetricQuery.Row;
import io.throughline.replay.MetricQuery.Window;
import io.throughline.replay.SeriesSelector;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Numbers for people: one line a series, with a sparkline of its windows. */
final class MetricTable {

    private static final String BARS = "▁▂▃▄▅▆▇█";
    private static final int LONGEST_NAME = 60;
    private static final int WIDTH_OF_A_FILE = 60;

    private MetricTable() {}

    /** {@code width} is in columns; 0 leaves every name whole, as programs need them. */
    static void print(List<Row> rows, MetricQuery query, int width, PrintStream out) {
        out.println("from " + query.from() + " to " + query.to() + ", " + query.windows() + " windows of "
                + query.step().toMinutes() + " min");
        int name = rows.stream().mapToInt(row -> Printable.columns(name(row))).max().orElse(0);
        int columns = width > 0 ? Math.min(name, LONGEST_NAME) : name;
        for (Row row : rows) {
            String numbers = numbers(row);
            int left = Math.max(8, (width > 0 ? width - columns : WIDTH_OF_A_FILE) - 3);
            out.println(
                    Printable.pad(name(row), columns) + "  " + sparkline(row.windows(), Math.min(60, left / 2)) + "  "
                            + numbers);
        }
    }

    private static String name(Row row) {
        return Printable.text(SeriesSelector.text(row.metric().metricName(), row.labels()));
    }

    private static String numbers(Row row) {
        Window whole = row.whole();
        List<String> said = new ArrayList<>();
        say(said, "sum", whole.sum());
        if (whole.count() != null) {
            said.add("count " + whole.count());
        }
        say(said, "rate/s", whole.rate());
        say(said, "mean", whole.mean());
        for (Map.Entry<Double, BigDecimal> quantile : whole.quantiles().entrySet()) {
            say(said, "p" + Math.round(quantile.getKey() * 100), quantile.getValue());
        }
        say(said, "last", whole.last());
        return String.join("  ", said);
    }

    private static void say(List<String> said, String what, @Nullable BigDecimal value) {
        if (value != null) {
            said.add(what + ' ' + (value.scale() > 4 ? String.format(Locale.ROOT, "%.4g", value) : value));
        }
    }

    /** From the lowest bar for the least to the highest for the most; neighbours share a column where it is narrow. */
    static String sparkline(List<Window> windows, int width) {
        int perColumn = Math.max(1, Math.ceilDiv(windows.size(), width));
        List<Double> columns = new ArrayList<>();
        for (int i = 0; i < windows.size(); i += perColumn) {
            columns.add(windows.subList(i, Math.min(windows.size(), i + perColumn)).stream().mapToDouble(Window::shown)
                    .filter(value -> !Double.isNaN(value)).average().orElse(Double.NaN));
        }
        double most = columns.stream().filter(value -> !value.isNaN()).mapToDouble(value -> value).max().orElse(0);
        double least = Math.min(0,
                columns.stream().filter(value -> !value.isNaN()).mapToDouble(value -> value).min().orElse(0));
        var line = new StringBuilder();
        for (double value : columns) {
            line.append(Double.isNaN(value)
                    ? ' '
                    : BARS.charAt(most > least ? (int) Math.round((value - least) / (most - least) * 7) : 0));
        }
        return line.toString();
    }
}
