package io.throughline.aggregate;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.BiConsumer;
import org.apache.kafka.common.utils.Bytes;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a {@link PartitionCounter} has to remember, as keys and values of a store: saved with every commit, and put back
 * when counting goes on after it. Stateless.
 */
final class CounterState {

    private static final Logger LOG = LoggerFactory.getLogger(CounterState.class);

    private static final byte[] NOTHING = {};

    private CounterState() {}

    /** Receives what others are to read, with keys and values as they travel. */
    interface Output {
        void series(byte[] key, byte @Nullable [] value);

        void window(byte[] key, byte[] value);
    }

    /**
     * Hands over what changed since the last call.
     *
     * @param keys of the input partition
     * @param store takes a key and its new value; null removes it
     */
    static void save(PartitionCounter counter, WireKeys keys, BiConsumer<Bytes, byte @Nullable []> store,
            Output output) {
        counter.drain(new CellSink() {
            @Override
            public void cell(CellKey key, @Nullable Cell cumulative) {
                byte[] wireKey = keys.of(key);
                byte[] value = cumulative == null ? null : CellCodec.encode(cumulative);
                store.accept(StoreKey.CELL.key(wireKey), value);
                output.series(wireKey, value);
            }

            @Override
            public void window(CellKey key, long generation, long startMillis, Cell value) {
                output.window(WindowCodec.encodeKey(keys.of(key), generation, startMillis), CellCodec.encode(value));
            }
        });
        counter.drainFolded(series -> store.accept(StoreKey.FOLDED.key(keys.of(new CellKey(series, ""))), NOTHING));
        counter.drainRows((sequence, rows) -> store.accept(
                StoreKey.ROWS.key(ByteBuffer.allocate(Long.BYTES).putLong(sequence).array()), rows),
                earlierKey -> store.accept(StoreKey.ROW.key(earlierKey), null));
        counter.drainSeen((chunk, ids) -> store.accept(StoreKey.SEEN.key(chunk), ids));
        counter.drainPositions((topic, position) -> store.accept(StoreKey.POSITION.key(topic), position.encoded()));
    }

    /**
     * Puts back one entry that {@link #save} handed over; entries come in the order of their keys, and
     * {@link PartitionCounter#restored} ends it.
     */
    static void restore(PartitionCounter counter, Bytes storeKey, byte[] value, BucketLayout layout) {
        byte[] key = Arrays.copyOfRange(storeKey.get(), 1, storeKey.get().length);
        switch (StoreKey.of(storeKey)) {
            case CELL -> restoreCell(counter, key, value, layout);
            case FOLDED -> restoreFolded(counter, key);
            case ROWS -> counter.restoreRows(ByteBuffer.wrap(key).getLong(), value);
            case ROW -> counter.restoreEarlierRow(text(key), JsonCells.decodeLifecycle(value));
            case SEEN -> counter.restoreSeen(text(key), value);
            case POSITION -> counter.restorePosition(text(key), Position.decode(value));
        }
    }

    /** A metric that this release does not have keeps its cells, for one that has it. */
    private static void restoreCell(PartitionCounter counter, byte[] key, byte[] value, BucketLayout layout) {
        CellKey cell;
        try {
            cell = CellCodec.decodeKey(key).cell();
        } catch (IllegalArgumentException e) {
            LOG.warn("the state holds a cell that is not shown: {}", e.getMessage());
            return;
        }
        counter.restoreCell(cell, CellCodec.decode(cell.series().metric(), value, layout));
    }

    private static void restoreFolded(PartitionCounter counter, byte[] key) {
        try {
            counter.restoreFolded(CellCodec.decodeKey(key).cell().series());
        } catch (IllegalArgumentException e) {
            LOG.warn("the state holds a series that is not shown: {}", e.getMessage());
        }
    }

    private static String text(byte[] utf8) {
        return new String(utf8, StandardCharsets.UTF_8);
    }
}
