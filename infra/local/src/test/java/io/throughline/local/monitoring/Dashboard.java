package io.throughline.local.monitoring;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.throughline.local.Home;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * A dashboard as its file has it.
 *
 * @param name of the file, without {@code .json}
 * @param text of the file
 * @param json the same, parsed
 */
record Dashboard(String name, String text, JsonNode json) {

    private static final JsonMapper JSON = new JsonMapper();

    /** A panel. */
    record Panel(JsonNode json) {

        int id() {
            return json.path("id").asInt();
        }

        String title() {
            return json.path("title").asText();
        }

        String type() {
            return json.path("type").asText();
        }

        String unit() {
            return json.path("fieldConfig").path("defaults").path("unit").asText();
        }

        List<Target> targets() {
            return json.path("targets").valueStream().map(Target::new).toList();
        }

        /** The values at which the colour changes, without the first, which has none. */
        List<Double> thresholds() {
            return json.path("fieldConfig").path("defaults").path("thresholds").path("steps").valueStream()
                    .filter(step -> step.path("value").isNumber()).map(step -> step.path("value").asDouble()).toList();
        }

        @Override
        public String toString() {
            return title();
        }
    }

    /** A query of a panel. */
    record Target(JsonNode json) {

        String expression() {
            return json.path("expr").asText();
        }

        String legend() {
            return json.path("legendFormat").asText();
        }
    }

    static List<Dashboard> all(Home home) {
        return Stream.of("main", "services", "cost", "pipeline")
                .map(name -> read(name, home.root().resolve("dashboards/" + name + ".json"))).toList();
    }

    static Dashboard named(Home home, String name) {
        return all(home).stream().filter(dashboard -> dashboard.name().equals(name)).findFirst().orElseThrow();
    }

    String uid() {
        return json.path("uid").asText();
    }

    List<Panel> panels() {
        return json.path("panels").valueStream().map(Panel::new).toList();
    }

    Panel panel(String title) {
        return panels().stream().filter(panel -> panel.title().equals(title)).findFirst()
                .orElseThrow(() -> new AssertionError(name + " has no panel \"" + title + '"'));
    }

    List<JsonNode> variables() {
        return json.path("templating").path("list").valueStream().toList();
    }

    @Override
    public String toString() {
        return name;
    }

    private static Dashboard read(String name, Path file) {
        try {
            String text = Files.readString(file);
            return new Dashboard(name, text, JSON.readTree(text));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
