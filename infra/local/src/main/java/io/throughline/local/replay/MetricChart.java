package io.throughline.local.replay;

import io.throughline.replay.MetricQuery;
import io.throughline.replay.MetricQuery.Row;
import io.throughline.replay.MetricQuery.Window;
import io.throughline.replay.SeriesSelector;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Comparator;
import java.util.Date;
import java.util.List;
import java.util.TimeZone;
import javax.imageio.ImageIO;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Numbers as a picture: one line a series, by the end of its windows. */
final class MetricChart {

    private static final int MOST_LINES = 12;

    private MetricChart() {}

    /** Writes a PNG of the series with the largest totals; {@link IllegalArgumentException} when there is nothing. */
    static void write(List<Row> rows, MetricQuery query, OutputStream out) throws IOException {
        if (rows.isEmpty()) {
            throw new IllegalArgumentException("there is nothing to draw");
        }
        System.setProperty("java.awt.headless", "true");
        List<String> metrics = rows.stream().map(row -> row.metric().metricName()).distinct().toList();
        XYChart chart = new XYChartBuilder().width(1200).height(600)
                .title(String.join(", ", metrics.subList(0, Math.min(3, metrics.size())))
                        + (metrics.size() > 3 ? ", …" : ""))
                .xAxisTitle("UTC, windows of " + query.step().toMinutes() + " min").yAxisTitle("in each window")
                .build();
        boolean days = query.from().plusSeconds(86_400).isBefore(query.to());
        chart.getStyler().setTimezone(TimeZone.getTimeZone("UTC"));
        chart.getStyler().setDatePattern(days ? "MM-dd HH:mm" : "HH:mm");
        chart.getStyler().setLegendPosition(LegendPosition.OutsideS);
        rows.stream().sorted(Comparator.comparingDouble((Row row) -> row.whole().shown()).reversed())
                .limit(MOST_LINES).forEach(row -> line(chart, row));
        if (!ImageIO.write(BitmapEncoder.getBufferedImage(chart), "png", out)) {
            throw new IOException("this Java cannot write PNG files");
        }
    }

    private static void line(XYChart chart, Row row) {
        List<Date> ends = row.windows().stream().map(window -> Date.from(window.end())).toList();
        List<Double> values = row.windows().stream().map(Window::shown).toList();
        chart.addSeries(SeriesSelector.text(row.metric().metricName(), row.labels()), ends, values)
                .setMarker(SeriesMarkers.NONE);
    }
}
