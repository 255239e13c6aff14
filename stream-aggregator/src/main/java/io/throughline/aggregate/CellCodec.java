package io.throughline.aggregate;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.utils.Utils;

/**
 * Cells as they stand in the changelog and in {@code throughline.series}: JSON, so that any Kafka tool can read them.
 *
 * <p>A key is three JSON values with a tab between: the series as an array of metric and label values, the part, the
 * input partition; for example {@code ["llm_requests_total","gpt-4o","success"]<tab>""<tab>3}. Stateless.
 */
public final class CellCodec {

    private static final JsonMapper JSON = JsonMapper.builder()
            .defaultPropertyInclusion(JsonInclude.Value.ALL_NON_NULL)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();
    private static final byte SEPARATOR = '\t';
    /** As many as a long can have. */
    private static final int MOST_WHOLE_DIGITS = 19;

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
        ObjectNode json = JSON.createObjectNode().put("created", cell.createdMillis());
        switch (cell) {
            case Sum sum -> json.put("sum", sum.value());
            case Newest newest -> json.put("value", newest.valueNanos()).put("at", newest.atNanos());
            case Distribution distribution -> write(distribution, json);
        }
        return json(json).getBytes(StandardCharsets.UTF_8);
    }

    /**
     * Reads the value of a cell of such a metric; a histogram that was stored with other buckets takes the layout's.
     *
     * @throws RuntimeException when it is none that {@link #encode(Cell)} wrote
     */
    public static Cell decode(Metric metric, byte[] value, BucketLayout layout) {
        JsonNode json = read(value);
        long created = json.path("created").longValue();
        return switch (metric.kind()) {
            case COUNTER, LEVEL -> readSum(json, created);
            case NEWEST, NEWEST_SUMMED, RECENT -> {
                var newest = new Newest(created);
                newest.set(json.path("value").longValue(), json.path("at").longValue());
                yield newest;
            }
            case HISTOGRAM -> readDistribution(layout.of(metric), json, created);
        };
    }

    static byte[] encode(Lifecycle row) {
        return bytes(row);
    }

    static Lifecycle decodeLifecycle(byte[] value) {
        try {
            return JSON.readValue(value, Lifecycle.class);
        } catch (IOException e) {
            throw new UncheckedIOException("a stored life cycle cannot be read", e);
        }
    }

    private static void write(Distribution distribution, ObjectNode json) {
        json.put("sum", distribution.sum().value()).put("zeros", distribution.zeros());
        ObjectNode buckets = json.putObject("buckets");
        ArrayNode exemplars = JSON.createArrayNode();
        double[] upperBounds = distribution.buckets().upperBounds();
        long[] counts = distribution.counts();
        for (int i = 0; i < counts.length; i++) {
            if (counts[i] > 0) {
                buckets.put(Double.toString(upperBounds[i]), counts[i]);
            }
            Exemplar exemplar = distribution.exemplar(i);
            if (exemplar != null) {
                exemplars.addArray().add(exemplar.traceId()).add(exemplar.valueNanos()).add(exemplar.atNanos());
            }
        }
        ObjectNode exponential = json.putObject("exponential");
        new TreeMap<>(distribution.exponential()).forEach((index, count) -> exponential.put(index.toString(), count));
        json.set("exemplars", exemplars);
    }

    private static Distribution readDistribution(Buckets layout, JsonNode json, long created) {
        var distribution = new Distribution(layout, created);
        json.path("buckets").properties().forEach(entry -> distribution
                .restoreBucket(Double.parseDouble(entry.getKey()), entry.getValue().longValue()));
        Map<Integer, Long> exponential = new TreeMap<>();
        json.path("exponential").properties()
                .forEach(entry -> exponential.put(Integer.valueOf(entry.getKey()), entry.getValue().longValue()));
        distribution.restore(exponential, json.path("zeros").longValue(),
                readSum(json, created));
        json.path("exemplars").forEach(it -> distribution.restoreExemplar(
                new Exemplar(it.get(0).textValue(), it.get(1).longValue(), it.get(2).longValue())));
        return distribution;
    }

    /** Looks at the digits before anything is computed: 1e999999999 would take gigabytes to write out. */
    private static Sum readSum(JsonNode json, long created) {
        JsonNode sum = json.path("sum");
        BigDecimal value = sum.decimalValue();
        if (!sum.isNumber() || value.scale() > 9 || (long) value.precision() - value.scale() > MOST_WHOLE_DIGITS) {
            throw new IllegalArgumentException("not the sum of a cell: " + sum);
        }
        return Sum.of(value, created);
    }

    private static JsonNode read(byte[] value) {
        try {
            return JSON.readTree(value);
        } catch (IOException e) {
            throw new UncheckedIOException("a stored cell cannot be read", e);
        }
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
