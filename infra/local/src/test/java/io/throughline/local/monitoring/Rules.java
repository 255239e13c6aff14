package io.throughline.local.monitoring;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.throughline.local.Home;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The rules that Prometheus is given.
 *
 * @param alerts in the order of the file
 * @param recordings expressions by the name of what they record
 */
record Rules(List<Alert> alerts, Map<String, String> recordings) {

    private static final YAMLMapper YAML = new YAMLMapper();

    /** One alert; {@code waits} is its {@code for}, empty when it has none. */
    record Alert(String name, String expression, String waits, String severity, Map<String, String> annotations) {

        String annotation(String key) {
            return annotations.getOrDefault(key, "");
        }
    }

    static Rules of(Home home) {
        List<Alert> alerts = rules(home, "alert.rules.yml").map(Rules::alert).toList();
        Map<String, String> recordings = new LinkedHashMap<>();
        rules(home, "recording.rules.yml").forEach(rule -> recordings.put(rule.path("record").asText(),
                rule.path("expr").asText()));
        return new Rules(alerts, recordings);
    }

    private static Alert alert(JsonNode rule) {
        Map<String, String> annotations = new LinkedHashMap<>();
        rule.path("annotations").properties().forEach(entry -> annotations.put(entry.getKey(),
                entry.getValue().asText()));
        return new Alert(rule.path("alert").asText(), rule.path("expr").asText(), rule.path("for").asText(),
                rule.path("labels").path("severity").asText(), annotations);
    }

    private static Stream<JsonNode> rules(Home home, String file) {
        try {
            JsonNode tree = YAML.readTree(home.root().resolve("infra/prometheus").resolve(file).toFile());
            List<JsonNode> rules = new ArrayList<>();
            tree.path("groups").forEach(group -> group.path("rules").forEach(rules::add));
            return rules.stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
