package io.throughline.expose;

import io.throughline.aggregate.Distribution;
import io.throughline.aggregate.Exemplar;
import io.throughline.aggregate.Label;
import io.throughline.aggregate.Metric;
import io.throughline.aggregate.Nanos;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The lines of classic histograms, byte for byte as the Prometheus client library writes them, for a fraction of what it
 * takes: the library makes an object of each number and walks through characters one by one. Not thread-safe.
 */
final class HistogramText {

    private static final long NANOS_A_MILLI = 1_000_000;
    private static final byte[] EXEMPLAR = ascii(" # {trace_id=\"");
    private static final byte[] END_OF_LABELS = ascii("\"} ");

    private final OutputStream out;
    private final boolean openMetrics;
    private byte[] buffer = new byte[1 << 16];
    private int length;

    /**
     * One histogram.
     *
     * @param labelValues of the series
     * @param distribution which nobody changes any more
     */
    record Shown(List<String> labelValues, Distribution distribution) {}

    /**
     * Writes to {@code out}.
     *
     * @param openMetrics OpenMetrics, with exemplars, or Prometheus' older text
     */
    HistogramText(OutputStream out, boolean openMetrics) {
        this.out = out;
        this.openMetrics = openMetrics;
    }

    /** Whether this class can write such a metric: label names must be in their order. */
    static boolean canWrite(Metric metric) {
        List<String> names = metric.labels().stream().map(Label::name).toList();
        return metric.kind() == Metric.Kind.HISTOGRAM && names.equals(names.stream().sorted().toList());
    }

    /** Writes all series of a metric, which may come in any order. */
    void write(Metric metric, List<Shown> series) throws IOException {
        header(metric);
        String name = metric.metricName();
        byte[] bucket = ascii(name + "_bucket{");
        byte[] count = ascii(name + "_count");
        byte[] sum = ascii(name + "_sum");
        byte[][] bounds = bounds(series.getFirst().distribution());
        Shown[] sorted = series.toArray(Shown[]::new);
        Arrays.sort(sorted, HistogramText::compare);
        for (Shown each : sorted) {
            byte[] labels = labels(metric, each.labelValues());
            Distribution distribution = each.distribution();
            long[] counts = distribution.counts();
            long cumulative = 0;
            for (int i = 0; i < counts.length; i++) {
                cumulative += counts[i];
                room(bucket.length + labels.length + bounds[i].length + 24);
                put(bucket);
                put(labels);
                put(bounds[i], labels.length == 0 ? 1 : 0);
                put(cumulative);
                exemplar(distribution.exemplar(i));
                put((byte) '\n');
            }
            room(count.length + labels.length + 32);
            total(count, labels);
            put(cumulative);
            put((byte) '\n');
            byte[] total = ascii(Double.toString(distribution.sum().value().doubleValue()));
            room(sum.length + labels.length + total.length + 8);
            total(sum, labels);
            put(total);
            put((byte) '\n');
        }
        flush();
    }

    private void header(Metric metric) throws IOException {
        String help = "# HELP " + metric.metricName() + ' ' + metric.help() + '\n';
        String type = "# TYPE " + metric.metricName() + " histogram\n";
        byte[] both = (openMetrics ? type + help : help + type).getBytes(StandardCharsets.UTF_8);
        room(both.length);
        put(both);
    }

    private void total(byte[] name, byte[] labels) {
        put(name);
        if (labels.length > 0) {
            put((byte) '{');
            put(labels);
            put((byte) '}');
        }
        put((byte) ' ');
    }

    /** What follows the labels in the line of each bucket; the comma is left out where there are none. */
    private static byte[][] bounds(Distribution distribution) {
        return Arrays.stream(distribution.buckets().upperBounds())
                .mapToObj(bound -> ascii(",le=\"" + (Double.isInfinite(bound) ? "+Inf" : Double.toString(bound))
                        + "\"} "))
                .toArray(byte[][]::new);
    }

    private void exemplar(@Nullable Exemplar exemplar) throws IOException {
        if (!openMetrics || exemplar == null) {
            return;
        }
        byte[] traceId = escaped(exemplar.traceId());
        byte[] value = ascii(Double.toString(Nanos.toDouble(exemplar.valueNanos())));
        room(EXEMPLAR.length + traceId.length + value.length + 40);
        put(EXEMPLAR);
        put(traceId);
        put(END_OF_LABELS);
        put(value);
        put((byte) ' ');
        long millis = exemplar.atNanos() / NANOS_A_MILLI;
        put(millis / 1000);
        put((byte) '.');
        int rest = (int) (millis % 1000);
        put((byte) ('0' + rest / 100));
        put((byte) ('0' + rest / 10 % 10));
        put((byte) ('0' + rest % 10));
    }

    private static byte[] labels(Metric metric, List<String> values) {
        var text = new StringBuilder();
        for (int i = 0; i < values.size(); i++) {
            text.append(i == 0 ? "" : ",").append(metric.labels().get(i).name()).append("=\"");
            escape(values.get(i), text);
            text.append('"');
        }
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] escaped(String value) {
        var text = new StringBuilder(value.length());
        escape(value, text);
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static void escape(String value, StringBuilder into) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            switch (c) {
                case '\\' -> into.append("\\\\");
                case '"' -> into.append("\\\"");
                case '\n' -> into.append("\\n");
                default -> into.append(c);
            }
        }
    }

    private static int compare(Shown one, Shown other) {
        for (int i = 0; i < one.labelValues().size(); i++) {
            int order = one.labelValues().get(i).compareTo(other.labelValues().get(i));
            if (order != 0) {
                return order;
            }
        }
        return 0;
    }

    private void put(long number) {
        if (number < 10 && number >= 0) {
            put((byte) ('0' + number));
            return;
        }
        String digits = Long.toString(number);
        for (int i = 0; i < digits.length(); i++) {
            buffer[length++] = (byte) digits.charAt(i);
        }
    }

    private void put(byte[] bytes) {
        put(bytes, 0);
    }

    private void put(byte[] bytes, int from) {
        System.arraycopy(bytes, from, buffer, length, bytes.length - from);
        length += bytes.length - from;
    }

    private void put(byte one) {
        buffer[length++] = one;
    }

    private void room(int needed) throws IOException {
        if (length + needed > buffer.length) {
            flush();
            if (needed > buffer.length) {
                buffer = new byte[needed];
            }
        }
    }

    private void flush() throws IOException {
        out.write(buffer, 0, length);
        length = 0;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
