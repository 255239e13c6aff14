package io.throughline.aggregate;

import java.util.HashMap;
import java.util.Map;

/** Keys of one input partition as they travel. Those of series come again with every commit. Not thread-safe. */
final class WireKeys {

    private final int inputPartition;
    private final Map<Series, byte[]> ofSeries = new HashMap<>();

    WireKeys(int inputPartition) {
        this.inputPartition = inputPartition;
    }

    byte[] of(CellKey key) {
        return key.part().isEmpty()
                ? ofSeries.computeIfAbsent(key.series(), series -> CellCodec.encodeKey(key, inputPartition))
                : CellCodec.encodeKey(key, inputPartition);
    }
}
