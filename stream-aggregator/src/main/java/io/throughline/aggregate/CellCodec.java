package io.throughline.aggregate;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.kafka.common.utils.Utils;

/**
 * Cells as they stand in the changelog, in {@code throughline.series} and, as values, in {@code throughline.windows}.
 *
 * <p>Values are the bytes of {@link CellBytes}. A key is three JSON values with a tab between: the series as an array of metric and label values, the part, the
 * input partition; for example {@code ["llm_requests_total","gpt-4o","success"]<tab>""<tab>3}. Stateless.
 */
public final class CellCodec {

    private static final JsonMapper JSON = JsonMapper.builder()
            .defaultPropertyInclusion(JsonInclude.Value.ALL_NON_NULL).build();
    private static final byte SEPARATOR = '\t';

    /** A key as it was read: the cell, and the input partition it is the partial value of. */
    public record PartialKey(CellKey cell, int inputPartition) {}

    private CellCodec() {}

    /** The key of a cell's partial value from an input partition. */
    public static byte[] encodeKey(CellKey key, int inputPartition) {
        List<String> series = new ArrayList<>();
        series.add(key.series().metric().metricName());
        series.addAll(key.series().labelValues());
        return (json(series) + "\t" + json(key.part()) + "\t" + inputPartition).getBytes(StandardCharsets.UTF_8);
    }

    /**
     * Reads a key.
     *
     * @throws IllegalArgumentException when it is none, or names a metric that the catalogue lacks
     */
    public static PartialKey decodeKey(byte[] key) {
        String[] parts = new String(key, StandardCharsets.UTF_8).split("\t", -1);
        try {
            List<String> series = Arrays.asList(JSON.readValue(parts[0], String[].class));
            Metric metric = series.isEmpty() ? null : Metric.named(series.get(0));
            if (parts.length != 3 || metric == null) {
                throw new IllegalArgumentException("not the key of a known series: " + String.join(" ", parts));
            }
            var cell = new CellKey(new Series(metric, List.copyOf(series.subList(1, series.size()))),
                    JSON.readValue(parts[1], String.class));
            return new PartialKey(cell, Integer.parseInt(parts[2]));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("not the key of a series: " + String.join(" ", parts), e);
        }
    }

    /** The partition of {@code throughline.series} that all partial values of a series share. */
    public static int partitionOf(byte[] key, int partitions) {
        int end = 0;
        while (end < key.length && key[end] != SEPARATOR) {
            end++;
        }
        return Utils.toPositive(Utils.murmur2(Arrays.copyOf(key, end))) % partitions;
    }

    /** The value of a cell. */
    public static byte[] encode(Cell cell) {
        return CellBytes.encode(cell);
    }

    /**
     * Reads the value of a cell of such a metric; a histogram that was stored with other buckets takes the layout's.
     *
     * @throws RuntimeException when it is none that {@link #encode(Cell)} wrote
     */
    public static Cell decode(Metric metric, byte[] value, BucketLayout layout) {
        return JsonCells.isOne(value)
                ? JsonCells.decode(metric, value, layout)
                : CellBytes.decode(metric, value, layout);
    }

    private static String json(Object value) {
        return new String(bytes(value), StandardCharsets.UTF_8);
    }

    private static byte[] bytes(Object value) {
        try {
            return JSON.writeValueAsBytes(value);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
