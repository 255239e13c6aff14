package io.throughline.aggregate;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;

/** Reads cells and rows that were written as JSON, before {@link CellBytes} and {@link RowLog}. Stateless. */
final class JsonCells {

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();
    /** As many as a long can have. */
    private static final int MOST_WHOLE_DIGITS = 19;

    private JsonCells() {}

    static boolean isOne(byte[] value) {
        return value.length > 0 && value[0] == '{';
    }

    static Cell decode(Metric metric, byte[] value, BucketLayout layout) {
        JsonNode json = read(value);
        long created = json.path("created").longValue();
        return switch (metric.kind()) {
            case COUNTER, LEVEL -> readSum(json, created);
            case NEWEST, NEWEST_SUMMED -> {
                var newest = new Newest(created);
                newest.set(json.path("value").longValue(), json.path("at").longValue());
                yield newest;
            }
            // One cell stood for one user then. Who was seen lately is soon seen again.
            case RECENT -> new Users(created);
            case HISTOGRAM -> readDistribution(layout.of(metric), json, created);
        };
    }

    static Lifecycle decodeLifecycle(byte[] value) {
        JsonNode json = read(value);
        return new Lifecycle(json.path("type").asText(), json.path("createdNanos").asLong(Lifecycle.UNSEEN),
                json.path("startedNanos").asLong(Lifecycle.UNSEEN),
                json.path("completedNanos").asLong(Lifecycle.UNSEEN), json.path("durationOwed").booleanValue(),
                json.path("queueCounted").booleanValue(), json.path("touchedMillis").longValue());
    }

    private static Distribution readDistribution(Buckets layout, JsonNode json, long created) {
        var distribution = new Distribution(layout, created);
        json.path("buckets").properties().forEach(entry -> {
            double bound = Double.parseDouble(entry.getKey());
            distribution.restoreBucket(Double.isInfinite(bound) ? Long.MAX_VALUE : Nanos.of(bound),
                    entry.getValue().longValue());
        });
        json.path("exponential").properties().forEach(entry -> distribution.exponentialCounts()
                .add(Integer.parseInt(entry.getKey()), entry.getValue().longValue()));
        distribution.restore(json.path("zeros").longValue(), readSum(json, created));
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
}
