package io.throughline.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.throughline.event.EventType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the page PUBLISHING.md shows is run, not believed. */
class PublishingPageTest {

    private static List<String> blocks(String language) throws IOException {
        var fence = Pattern.compile("```" + language + "\n(.*?)```", Pattern.DOTALL);
        return fence.matcher(Files.readString(Path.of("PUBLISHING.md"))).results().map(block -> block.group(1))
                .toList();
    }

    @Test
    void pythonExample_printsRecordsThatPassTheSchemas(@TempDir Path folder) throws Exception {
        boolean there = Arrays.stream(System.getenv("PATH").split(":"))
                .anyMatch(path -> Files.isExecutable(Path.of(path, "python3")));
        Assumptions.assumeTrue(there, "python3 is not installed");
        Path example = Files.writeString(folder.resolve("example.py"), blocks("python").getFirst());
        var python = new ProcessBuilder("python3", example.toString()).redirectErrorStream(true).start();
        String printed = new String(python.getInputStream().readAllBytes(), UTF_8);
        assertThat(python.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(python.exitValue()).as(printed).isZero();

        List<JsonNode> records = printed.lines().map(Schemas::json).toList();
        assertThat(records).hasSize(4);
        for (JsonNode line : records) {
            String type = line.path("value").path("event_type").asText("log");
            assertThat(Schemas.errors(type, line.path("value"))).as(type).isEmpty();
            assertThat(Schemas.errors("headers", line.path("headers"))).isEmpty();
            assertThat(line.path("topic").textValue()).isEqualTo("throughline." + EventType.of(type)
                    .map(known -> known.topic().name("")).orElse("logs"));
        }
        String trace = records.getFirst().path("headers").path("trace_id").textValue();
        assertThat(trace).matches("[0-9a-f]{32}");
        assertThat(records.subList(0, 3))
                .allMatch(line -> line.path("headers").path("trace_id").textValue().equals(trace));
        assertThat(records.get(2).path("headers").path("job_id").textValue()).isEqualTo("job_999");
        assertThat(records.get(3).path("headers").has("user_id")).as("after the scope").isFalse();
        assertThat(records.get(3).path("value").path("stack_trace").textValue()).contains("ValueError: no such model");
    }

    @Test
    void kcatLines_sendValuesThatPassTheSchemas() throws IOException {
        List<String> lines = blocks("sh");
        assertThat(lines).hasSize(2);
        for (String line : lines) {
            JsonNode value = Schemas.json(line.substring(line.indexOf("{\""), line.lastIndexOf('}') + 1));
            assertThat(Schemas.errors(value.path("event_type").asText("log"), value)).as(line).isEmpty();
            assertThat(line).contains("-H trace_id=");
        }
    }
}
