package io.throughline.aggregate;

import io.throughline.aggregate.CellCodec.PartialKey;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Keys of {@code throughline.windows}: those of {@code throughline.series}, then generation and start with a tab before
 * each; for example {@code ["llm_requests_total","gpt-4o","success"]<tab>""<tab>3<tab>17<tab>1769601600000}. Partitions
 * are {@link CellCodec#partitionOf} and values {@link CellCodec#encode(Cell)}; histograms have the finer exponential
 * buckets of {@link Distribution#WINDOW_SCHEMA}, and no exemplars. Stateless.
 */
public final class WindowCodec {

    private WindowCodec() {}

    /** The key of a window's partial value. */
    public static byte[] encodeKey(WindowKey key) {
        return encodeKey(CellCodec.encodeKey(key.cell(), key.inputPartition()), key.generation(), key.startMillis());
    }

    static byte[] encodeKey(byte[] partialKey, long generation, long startMillis) {
        byte[] rest = ("\t" + generation + "\t" + startMillis).getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocate(partialKey.length + rest.length).put(partialKey).put(rest).array();
    }

    /**
     * Reads a key.
     *
     * @throws IllegalArgumentException when it is none, or names a metric that the catalogue lacks
     */
    public static WindowKey decodeKey(byte[] key) {
        int start = tabBefore(key, key.length);
        int generation = tabBefore(key, start);
        PartialKey partial = CellCodec.decodeKey(Arrays.copyOf(key, generation));
        return new WindowKey(partial.cell(), partial.inputPartition(), number(key, generation + 1, start),
                number(key, start + 1, key.length));
    }

    private static int tabBefore(byte[] key, int end) {
        for (int i = end - 1; i > 0; i--) {
            if (key[i] == '\t') {
                return i;
            }
        }
        throw new IllegalArgumentException("not the key of a window: " + new String(key, StandardCharsets.UTF_8));
    }

    private static long number(byte[] key, int start, int end) {
        return Long.parseLong(new String(key, start, end - start, StandardCharsets.US_ASCII));
    }
}
