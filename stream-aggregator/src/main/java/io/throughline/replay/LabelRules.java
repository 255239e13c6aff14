package io.throughline.replay;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.throughline.aggregate.Metric;
import io.throughline.aggregate.Series;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is to become of labels, as a file says it: {@code {"rules":[…]}}, in order, where a rule has
 * <ul>
 * <li>{@code drop}: a label whose series are added up,
 * <li>{@code label} and {@code rename}: a label and its new name,
 * <li>{@code label} and {@code map}: a label and the new values of old ones; {@code "*"} stands for all others,
 * </ul>
 * and may have {@code metric}: the one metric that it is for. Immutable.
 */
public final class LabelRules {

    /** Leaves labels as they are. */
    public static final LabelRules NONE = new LabelRules(List.of());

    private static final JsonMapper JSON = new JsonMapper();
    private static final String OTHERS = "*";

    private final List<Rule> rules;

    private record File(List<Rule> rules) {
        @JsonCreator
        File(@JsonProperty(value = "rules", required = true) List<Rule> rules) {
            this.rules = List.copyOf(rules);
        }
    }

    private record Rule(@Nullable String metric, String label, @Nullable String renamed,
            @Nullable Map<String, String> map) {

        @JsonCreator
        static Rule of(@JsonProperty("metric") @Nullable String metric, @JsonProperty("drop") @Nullable String drop,
                @JsonProperty("label") @Nullable String label, @JsonProperty("rename") @Nullable String rename,
                @JsonProperty("map") @Nullable Map<String, String> map) {
            if (drop != null && label == null && rename == null && map == null) {
                return new Rule(metric, drop, null, null);
            }
            if (drop == null && label != null && (rename == null) != (map == null)) {
                return new Rule(metric, label, rename, map);
            }
            throw new IllegalArgumentException("a rule has either drop, or label and one of rename and map");
        }

        void apply(Series series, Map<String, String> labels) {
            boolean meant = (metric == null || metric.equals(series.metric().metricName()));
            String value = labels.get(label);
            if (!meant || value == null) {
                return;
            }
            if (map != null) {
                labels.put(label, map.getOrDefault(value, map.getOrDefault(OTHERS, value)));
            } else {
                labels.remove(label);
                if (renamed != null) {
                    labels.put(renamed, value);
                }
            }
        }
    }

    private LabelRules(List<Rule> rules) {
        this.rules = rules;
    }

    /** Reads a file; {@link IllegalArgumentException} names it and what is wrong. */
    public static LabelRules read(Path file) {
        try {
            List<Rule> rules = JSON.readValue(Files.readAllBytes(file), File.class).rules();
            rules.forEach(rule -> {
                if (rule.metric() != null && Metric.named(rule.metric()) == null) {
                    throw new IllegalArgumentException(
                            "the rules " + file + " name the metric " + rule.metric()
                                    + ", which is not in the catalogue");
                }
            });
            return new LabelRules(rules);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("the rules " + file + " cannot be used: "
                    + e.getOriginalMessage().lines().findFirst().orElse(""), e);
        } catch (IOException e) {
            throw new IllegalArgumentException("the rules " + file + " cannot be read: " + e, e);
        }
    }

    /** The labels of a series by their names, after the rules. */
    public Map<String, String> labels(Series series) {
        Map<String, String> labels = new LinkedHashMap<>();
        for (int i = 0; i < series.labelValues().size(); i++) {
            labels.put(series.metric().labels().get(i).name(), series.labelValues().get(i));
        }
        rules.forEach(rule -> rule.apply(series, labels));
        return labels;
    }
}
