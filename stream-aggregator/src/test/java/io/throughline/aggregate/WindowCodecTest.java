package io.throughline.aggregate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class WindowCodecTest {

    private static final CellKey CELL = new CellKey(
            new Series(Metric.LLM_REQUESTS, List.of("a \"quoted\"\tname\n", "success")), "part\twith tab");

    @Test
    void key_roundTripsWithTabsAndQuotesInNames() {
        var key = new WindowKey(CELL, 3, 17, 1_769_601_600_000L);
        assertThat(WindowCodec.decodeKey(WindowCodec.encodeKey(key))).isEqualTo(key);
    }

    @Test
    void windows_shareThePartitionOfTheirSeries() {
        byte[] window = WindowCodec.encodeKey(new WindowKey(CELL, 3, 17, 0));
        byte[] cell = CellCodec.encodeKey(new CellKey(CELL.series(), ""), 0);
        for (int partitions : new int[]{1, 6, 50}) {
            assertThat(CellCodec.partitionOf(window, partitions)).isEqualTo(CellCodec.partitionOf(cell, partitions));
        }
    }

    @Test
    void keyOfACell_isRefused() {
        assertThatThrownBy(() -> WindowCodec.decodeKey(CellCodec.encodeKey(CELL, 3)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> WindowCodec.decodeKey("nothing".getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("nothing");
        assertThatThrownBy(() -> new WindowKey(CELL, 0, 1, 61_000)).hasMessageContaining("61000");
    }
}
