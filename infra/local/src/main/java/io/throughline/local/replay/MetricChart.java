package io.throughline.local.replay;

import io.throughline.aggregate.Metric;
import io.throughline.replay.MetricQuery;
import io.throughline.replay.MetricQuery.Row;
import io.throughline.replay.MetricQuery.Window;
import io.throughline.replay.Unit;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TimeZone;
import java.util.function.ToDoubleFunction;
import javax.imageio.ImageIO;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Numbers as a picture: a panel a metric, a line a series, by the end of its windows. */
final class MetricChart {

    private static final int MOST_LINES = 12;
    private static final int WIDTH = 1200;
    private static final int HEIGHT = 600;
    private static final int PANEL_HEIGHT = 420;
    private static final double USUAL_QUANTILE = 0.95;

    private MetricChart() {}

    /** Writes a PNG; of each metric the series with the largest totals. */
    static void write(List<Row> rows, MetricQuery query, OutputStream out) throws IOException {
        System.setProperty("java.awt.headless", "true");
        Map<Metric, List<Row>> byMetric = new LinkedHashMap<>();
        rows.forEach(row -> byMetric.computeIfAbsent(row.metric(), metric -> new ArrayList<>()).add(row));
        if (byMetric.size() > 1) {
            byMetric.keySet().removeIf(metric -> metric.kind() == Metric.Kind.NEWEST); // times, which only grow
        }
        if (byMetric.isEmpty()) {
            throw new IllegalArgumentException("there is nothing to draw");
        }
        List<BufferedImage> panels = new ArrayList<>();
        boolean alone = byMetric.size() == 1;
        byMetric.forEach((metric, its) -> panels.add(BitmapEncoder.getBufferedImage(panel(metric, its, query,
                alone ? WIDTH : WIDTH / 2, alone ? HEIGHT : PANEL_HEIGHT))));
        if (!ImageIO.write(alone ? panels.getFirst() : together(panels), "png", out)) {
            throw new IOException("this Java cannot write PNG files");
        }
    }

    private static BufferedImage together(List<BufferedImage> panels) {
        var all = new BufferedImage(WIDTH, PANEL_HEIGHT * Math.ceilDiv(panels.size(), 2), BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = all.createGraphics();
        graphics.setColor(Color.WHITE);
        graphics.fillRect(0, 0, all.getWidth(), all.getHeight());
        for (int i = 0; i < panels.size(); i++) {
            graphics.drawImage(panels.get(i), i % 2 * (WIDTH / 2), i / 2 * PANEL_HEIGHT, null);
        }
        graphics.dispose();
        return all;
    }

    private static XYChart panel(Metric metric, List<Row> rows, MetricQuery query, int width, int height) {
        boolean histogram = metric.kind() == Metric.Kind.HISTOGRAM;
        boolean alone = rows.size() == 1;
        XYChart chart = new XYChartBuilder().width(width).height(height).title(metric.metricName())
                .xAxisTitle("UTC, windows of " + query.step().toMinutes() + " min")
                .yAxisTitle(histogram ? (alone ? "" : "p95, ") + Unit.of(metric).text() : "in each window").build();
        XYStyler styler = chart.getStyler();
        styler.setTimezone(TimeZone.getTimeZone("UTC"));
        styler.setDatePattern(query.from().plusSeconds(86_400).isBefore(query.to()) ? "MM-dd HH:mm" : "HH:mm");
        styler.setLegendPosition(LegendPosition.OutsideS);
        styler.setChartBackgroundColor(Color.WHITE);
        styler.setLegendBorderColor(Color.WHITE);
        styler.setLegendVisible(histogram || !alone);
        switch (metric.kind()) {
            case COUNTER, HISTOGRAM, RECENT -> styler.setYAxisMin(0.0);
            case LEVEL, NEWEST, NEWEST_SUMMED -> {
                // may go below, or stand far above
            }
        }
        rows.stream().sorted(Comparator.comparingDouble((Row row) -> row.whole().shown()).reversed()).limit(MOST_LINES)
                .forEach(row -> {
                    if (!histogram) {
                        line(chart, row, name(row), Window::shown);
                    } else if (!alone) {
                        line(chart, row, name(row), window -> quantile(window, USUAL_QUANTILE));
                    } else {
                        MetricQuery.QUANTILES.forEach(q -> line(chart, row, "p" + Math.round(q * 100),
                                window -> quantile(window, q)));
                    }
                });
        return chart;
    }

    private static String name(Row row) {
        return row.labels().isEmpty() ? "all" : String.join(", ", row.labels().values());
    }

    private static double quantile(Window window, double q) {
        BigDecimal value = window.quantiles().get(q);
        return value == null ? Double.NaN : value.doubleValue();
    }

    private static void line(XYChart chart, Row row, String name, ToDoubleFunction<Window> value) {
        List<Date> ends = row.windows().stream().map(window -> Date.from(window.end())).toList();
        List<Double> values = row.windows().stream().map(window -> value.applyAsDouble(window)).toList();
        chart.addSeries(name, ends, values).setMarker(SeriesMarkers.NONE);
    }
}
