package io.throughline.aggregate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class CellCodecTest {

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
        var distribution = new Distribution(Buckets.TOKENS, 5);
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
    void lifecycle_roundTripsWithWhatIsMissing() {
        var row = Lifecycle.unseen("video").completed(12, false, 34);
        assertThat(CellCodec.decodeLifecycle(CellCodec.encode(row))).isEqualTo(row);
    }

    @Test
    void keyOfAnUnknownMetric_isRefusedByName() {
        assertThatThrownBy(() -> CellCodec.decodeKey("[\"gone_total\"]\t\"\"\t0".getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("gone_total");
    }

    private static void assertRoundTrips(Metric metric, Cell cell) {
        byte[] written = CellCodec.encode(cell);
        assertThat(CellCodec.encode(CellCodec.decode(metric, written))).isEqualTo(written);
        assertThat(CellCodec.decode(metric, written).createdMillis()).isEqualTo(5);
    }
}
