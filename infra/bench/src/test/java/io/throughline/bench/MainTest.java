package io.throughline.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.throughline.local.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MainTest {

    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @TempDir
    private Path directory;

    @Test
    void noBenchmark_isAUsageErrorThatListsThem() {
        assertThat(bench()).isEqualTo(2);
        assertThat(said()).startsWith("throughline: no benchmark given").contains("aggregator");
    }

    @Test
    void unknownBenchmark_isAUsageErrorThatNamesIt() {
        assertThat(bench("producers")).isEqualTo(2);
        assertThat(said()).startsWith("throughline: unknown benchmark producers");
    }

    @ParameterizedTest
    @ValueSource(strings = {"aggregator", "logs", "scrape", "producer", "replay"})
    void help_isShown(String benchmark) {
        assertThat(bench(benchmark, "--help")).isEqualTo(0);
        assertThat(said()).isEmpty();
    }

    @Test
    void tooFewEvents_areAUsageError() {
        assertThat(bench("aggregator", "--events", "10")).isEqualTo(2);
        assertThat(said()).startsWith("throughline: --events must be from 1000 to 10000000, got 10");
    }

    @Test
    void tooFewRecords_areAUsageError() {
        assertThat(bench("producer", "--records", "10")).isEqualTo(2);
        assertThat(said()).startsWith("throughline: --records must be from 1000 to 1000000, got 10");
    }

    @Test
    void numbersOutOfRange_areUsageErrorsOfReplayAndScrapeToo() {
        assertThat(bench("replay", "--events", "10")).isEqualTo(2);
        assertThat(bench("scrape", "--input-partitions", "0")).isEqualTo(2);
        assertThat(said()).contains("throughline: --events must be from 1000 to 10000000",
                "throughline: --series must be at least 1, --input-partitions from 1 to 12");
    }

    @Test
    void fileThatCannotBeWritten_isToldBeforeMeasuring() {
        assertThat(bench("aggregator", "--json", directory.resolve("missing/result.json").toString())).isEqualTo(1);
        assertThat(said()).startsWith("throughline: --json ").contains("cannot be written");
    }

    private int bench(String... args) {
        var nowhere = new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8);
        return Main.commandLine(new Terminal(InputStream.nullInputStream(), nowhere, new PrintStream(err, true,
                StandardCharsets.UTF_8), false, 120, false)).execute(args);
    }

    private String said() {
        return err.toString(StandardCharsets.UTF_8);
    }
}
