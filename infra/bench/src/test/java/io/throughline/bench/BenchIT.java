package io.throughline.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.throughline.local.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BenchIT {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @TempDir
    private Path directory;

    @Test
    void aggregator_comparesVariantsThatCountedTheSame() throws IOException {
        Path file = directory.resolve("result.json");
        int exit = bench("aggregator", "--events", "60000", "--rounds", "1", "--json", file.toString(), "--keep",
                directory.resolve("data").toString());
        assertThat(exit).as(err.toString(StandardCharsets.UTF_8)).isZero();
        JsonNode result = Json.MAPPER.readTree(Files.readString(file));
        assertThat(result.at("/benchmark").asText()).isEqualTo("aggregator");
        assertThat(result.at("/events").asLong()).isEqualTo(60_000);
        assertThat(result.at("/counted/events").asLong()).isEqualTo(60_000);
        assertThat(result.at("/warm_up_events").asLong()).isEqualTo(24_000);
        assertThat(result.at("/machine/cores").asInt()).isPositive();
        assertThat(result.at("/command").asText())
                .isEqualTo("./throughline bench aggregator --events 60000 --rounds 1");
        assertThat(result.at("/variants").findValuesAsText("variant")).containsExactly("fetch", "by-hand",
                "streams-dsl", "flink", "throughline", "throughline-2", "throughline-audit");
        result.at("/variants").forEach(BenchIT::assertComplete);
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("Every variant counted the same 60,000 events");
    }

    @Test
    void producer_comparesVariantsAndMeetsFaults() throws IOException {
        Path file = directory.resolve("result.json");
        int exit = bench("producer", "--records", "1000", "--rounds", "1", "--json", file.toString());
        assertThat(exit).as(err.toString(StandardCharsets.UTF_8)).isZero();
        JsonNode result = Json.MAPPER.readTree(Files.readString(file));
        assertThat(result.at("/variants").findValuesAsText("variant")).containsExactly("build", "emit", "log", "direct",
                "opentelemetry", "logback");
        result.at("/variants").forEach(row -> {
            assertThat(row.at("/cpu_nanos/median").asDouble()).isPositive();
            assertThat(row.at("/samples/0/lost").asLong()).isZero();
        });
        assertThat(result.at("/variants/1/per_second/median").asDouble()).isPositive();
        assertThat(result.at("/faults").fieldNames()).toIterable().containsExactly("none", "stopped", "paused", "slow",
                "refused");
        result.at("/faults").forEach(fault -> {
            JsonNode sums = fault.at("/accounting");
            long gone = sums.at("/acknowledged").asLong() + sums.at("/queued").asLong() + sums.at("/spilled").asLong();
            // A thousand events and a thousand lines, before the fault and while it lasted.
            assertThat(sums.at("/accepted").asLong()).isEqualTo(4_000).isEqualTo(gone);
        });
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("opentelemetry", "refused");
    }

    private static void assertComplete(JsonNode row) {
        for (String figure : new String[]{"cpu_micros_per_event", "cpu_to_fetch", "cpu_to_by_hand",
                "events_per_second", "allocated_bytes_per_event"}) {
            for (String each : new String[]{"median", "min", "max"}) {
                assertThat(row.at("/" + figure + "/" + each).asDouble()).as(figure).isPositive();
            }
        }
        assertThat(row.at("/collections/median").isNumber()).isTrue();
        assertThat(row.at("/samples")).hasSize(1);
        // The probe looks from time to time, so the measured part begins a little after the warm-up.
        assertThat(row.at("/samples/0/events").asLong()).isBetween(1L, 42_000L);
    }

    private int bench(String... args) {
        return Main.commandLine(new Terminal(InputStream.nullInputStream(), new PrintStream(out, true,
                StandardCharsets.UTF_8), new PrintStream(err, true, StandardCharsets.UTF_8), false, 120, false))
                .execute(args);
    }
}
