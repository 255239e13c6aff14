package io.throughline.aggregate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CellCodecTest {

    private static final BucketLayout LAYOUT = BucketLayout.bundled();

    private static final CellKey KEY = new CellKey(
            new Series(Metric.LLM_REQUESTS, List.of("a \"quoted\"\tname\n", "success")), "part\twith tab");

    @Test
    void key_roundTripsWithTabsAndQuotesInNames() {
        var read = CellCodec.decodeKey(CellCodec.encodeKey(KEY, 3));
        assertThat(read.cell()).isEqualTo(KEY);
        assertThat(read.inputPartition()).isEqualTo(3);
    }

    @Test
    void partialsOfOneSeries_shareAPartition() {
        var otherPart = new CellKey(KEY.series(), "another");
        for (int partitions : new int[]{1, 6, 50}) {
            assertThat(CellCodec.partitionOf(CellCodec.encodeKey(KEY, 0), partitions))
                    .isEqualTo(CellCodec.partitionOf(CellCodec.encodeKey(otherPart, 41), partitions))
                    .isBetween(0, partitions - 1);
        }
    }

    @Test
    void cells_roundTrip() {
        var distribution = new Distribution(LAYOUT.of(Metric.TOKENS_USED), 5);
        distribution.observe(Nanos.ofWhole(100), "trace_1", 17);
        distribution.observe(0, "trace_2", 18);
        var sum = new Sum(5);
        sum.add(-1);
        var newest = new Newest(5);
        newest.set(-7, 8);

        assertRoundTrips(Metric.TOKENS_USED, distribution);
        assertRoundTrips(Metric.ACTIVE_JOBS, sum);
        assertRoundTrips(Metric.CACHE_ENTRIES, newest);
    }

    @Test
    void histogramOfAnotherLayout_staysExactAtEveryBoundThatBothHave(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("buckets.json"), "{\"tokens_used\": [32, 128, 512]}");
        var distribution = new Distribution(LAYOUT.of(Metric.TOKENS_USED), 5);
        for (long tokens : new long[]{10, 20, 100, 128, 129, 500, 100_000, 10_000_000}) {
            distribution.observe(Nanos.ofWhole(tokens), "t" + tokens, tokens);
        }

        var read = (Distribution) CellCodec.decode(Metric.TOKENS_USED, CellCodec.encode(distribution),
                BucketLayout.read(file));
        assertThat(read.buckets().upperBounds()).containsExactly(32, 128, 512, Double.POSITIVE_INFINITY);
        assertThat(read.counts()[0] + read.counts()[1]).as("up to 128").isEqualTo(4);
        assertThat(read.counts()[2]).as("up to 512").isEqualTo(2);
        assertThat(read.count()).isEqualTo(8);
        assertThat(read.sum().value()).isEqualByComparingTo(distribution.sum().value());
    }

    @Test
    void layoutThatCannotBe_isRefusedByName(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("buckets.json"), "{\"tokens_used\": [32, 16]}");
        assertThatThrownBy(() -> BucketLayout.read(file)).hasMessageContaining("buckets.json")
                .hasMessageContaining("[32.0, 16.0]");
        Files.writeString(file, "{\"tokens\": [32]}");
        assertThatThrownBy(() -> BucketLayout.read(file)).hasMessageContaining("tokens is no histogram");
    }

    @Test
    void keyOfAnUnknownMetric_isRefusedByName() {
        assertThatThrownBy(() -> CellCodec.decodeKey("[\"gone_total\"]\t\"\"\t0".getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("gone_total");
    }

    @Test
    void keyWithoutAMetric_isRefused() {
        assertThatThrownBy(() -> CellCodec.decodeKey("[]\t\"\"\t0".getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("[]");
    }

    @Timeout(5)
    @ParameterizedTest
    @ValueSource(strings = {"1e99999", "1e999999999", "1e-999999999", "99999999999999999999", "\"5\"", "null", "[]"})
    void sumThatNoCellHas_isRefusedWithoutComputingIt(String sum) {
        byte[] value = ("{\"created\":5,\"sum\":" + sum + "}").getBytes(StandardCharsets.UTF_8);
        assertThatThrownBy(() -> CellCodec.decode(Metric.LLM_REQUESTS, value, LAYOUT))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("not the sum");
    }

    @Test
    void largestSums_roundTrip() {
        for (long units : new long[]{Long.MAX_VALUE, Long.MIN_VALUE, 1_000_000_000_000_000_000L}) {
            var sum = Sum.of(BigDecimal.valueOf(units), 5);
            assertRoundTrips(Metric.ACTIVE_JOBS, sum);
            sum.add(1);
            assertRoundTrips(Metric.ACTIVE_JOBS, sum);
        }
    }

    private static void assertRoundTrips(Metric metric, Cell cell) {
        byte[] written = CellCodec.encode(cell);
        assertThat(CellCodec.encode(CellCodec.decode(metric, written, LAYOUT))).isEqualTo(written);
        assertThat(CellCodec.decode(metric, written, LAYOUT).createdMillis()).isEqualTo(5);
    }
}
