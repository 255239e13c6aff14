package io.throughline.aggregate;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/** The buckets of every histogram. Immutable. */
public final class BucketLayout {

    private final Map<Metric, Buckets> buckets;

    private BucketLayout(Map<Metric, Buckets> buckets) {
        this.buckets = buckets;
    }

    /** The layout that comes with the project. */
    public static BucketLayout bundled() {
        try (InputStream in = Objects.requireNonNull(BucketLayout.class.getResourceAsStream("buckets.json"),
                "buckets.json")) {
            return new BucketLayout(parse(new String(in.readAllBytes(), StandardCharsets.UTF_8)));
        } catch (IOException e) {
            throw new UncheckedIOException("the bundled bucket layout cannot be read", e);
        }
    }

    /**
     * A layout from a file of the same form as the bundled one; what it leaves out is as bundled.
     *
     * @throws IllegalArgumentException that names the file and what is wrong
     */
    public static BucketLayout read(Path file) {
        var layout = new EnumMap<>(bundled().buckets);
        try {
            layout.putAll(parse(Files.readString(file)));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("the bucket layout " + file + " cannot be used: "
                    + e.getOriginalMessage().lines().findFirst().orElse(""), e);
        } catch (IOException e) {
            throw new IllegalArgumentException("the bucket layout " + file + " cannot be read: " + e, e);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("the bucket layout " + file + " cannot be used: " + e.getMessage(), e);
        }
        return new BucketLayout(layout);
    }

    /** The buckets of a histogram. */
    public Buckets of(Metric histogram) {
        return Objects.requireNonNull(buckets.get(histogram), histogram.metricName());
    }

    private static Map<Metric, Buckets> parse(String json) throws JsonProcessingException {
        Map<String, double[]> bounds = new JsonMapper().readValue(json, new TypeReference<>() {
        });
        var layout = new EnumMap<Metric, Buckets>(Metric.class);
        bounds.forEach((name, upperBounds) -> layout.put(histogram(name), Buckets.of(upperBounds)));
        return layout;
    }

    private static Metric histogram(String name) {
        Metric metric = Metric.named(name);
        if (metric == null || metric.kind() != Metric.Kind.HISTOGRAM) {
            throw new IllegalArgumentException(name + " is no histogram of ours");
        }
        return metric;
    }
}
