package io.throughline.aggregate;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.apache.kafka.common.utils.ByteUtils;
import org.jspecify.annotations.Nullable;

/**
 * The rows of jobs and batches as a log of chunks: what changed since the last commit is one record, not one a row. A
 * later chunk wins over an earlier one.
 *
 * <p>It is kept short from its old end alone: what still counts there is written once more at the new end, then the chunk
 * goes. So a row that was dropped cannot come back from a chunk that is older than the note of it. The log holds at most
 * twice what counts and {@value #SLACK} entries. Not thread-safe.
 */
final class RowLog {

    private static final int SLACK = 1_000;
    private static final int MOST_BYTES = 256 * 1024;

    private static final int JOB = 1;
    private static final int DROPPED = 2;
    private static final int OWED = 4;
    private static final int QUEUE_COUNTED = 8;

    private final Deque<Chunk> chunks = new ArrayDeque<>();
    private final List<Row> changed = new ArrayList<>();
    private long nextSequence;
    private int entries;

    /** Some rows as they were at a commit. */
    static final class Chunk {
        private final long sequence;
        private final List<Row> rows = new ArrayList<>();

        private Chunk(long sequence) {
            this.sequence = sequence;
        }
    }

    /** Takes a chunk's sequence number, and its bytes; null when it went. */
    @FunctionalInterface
    interface Output {
        void chunk(long sequence, byte @Nullable [] bytes);
    }

    /** Takes a row that was read back; a null life cycle says that it was dropped. */
    @FunctionalInterface
    interface Restored {
        @Nullable
        Row row(boolean isJob, String id, @Nullable Lifecycle life);
    }

    void mark(Row row) {
        if (!row.changed) {
            row.changed = true;
            changed.add(row);
        }
    }

    /** Hands over what changed since the last call; {@code rows} is how many there are. */
    void drainChanged(int rows, Output output) {
        while (!chunks.isEmpty() && entries > 2 * rows + SLACK) {
            Chunk oldest = chunks.removeFirst();
            entries -= oldest.rows.size();
            for (Row row : oldest.rows) {
                if (row.chunk == oldest && !row.dropped) {
                    mark(row);
                }
            }
            output.chunk(oldest.sequence, null);
        }
        for (int from = 0; from < changed.size();) {
            from = write(from, output);
        }
        changed.clear();
    }

    /** Puts back a chunk; they come in the order of their sequence numbers. */
    void restore(long sequence, byte[] bytes, Restored restored) {
        var chunk = new Chunk(sequence);
        ByteBuffer in = ByteBuffer.wrap(bytes);
        while (in.hasRemaining()) {
            int flags = in.get();
            String id = readText(in);
            Lifecycle life = (flags & DROPPED) != 0 ? null : readLife(flags, in);
            Row row = restored.row((flags & JOB) != 0, id, life);
            if (row == null) {
                // A note that a row was dropped counts as an entry, too.
                row = new Row((flags & JOB) != 0, id, Lifecycle.unseen(""));
                row.dropped = true;
            }
            row.chunk = chunk;
            chunk.rows.add(row);
        }
        chunks.addLast(chunk);
        entries += chunk.rows.size();
        nextSequence = Math.max(nextSequence, sequence + 1);
    }

    private int write(int from, Output output) {
        var chunk = new Chunk(nextSequence++);
        ByteBuffer out = ByteBuffer.allocate(MOST_BYTES + 8 * 1024);
        int next = from;
        while (next < changed.size() && out.position() < MOST_BYTES) {
            Row row = changed.get(next++);
            row.changed = false;
            // One that came and went between two commits was never told of.
            if (row.dropped && row.chunk == null) {
                continue;
            }
            write(row, out);
            row.chunk = chunk;
            chunk.rows.add(row);
        }
        if (!chunk.rows.isEmpty()) {
            byte[] bytes = new byte[out.position()];
            out.flip().get(bytes);
            chunks.addLast(chunk);
            entries += chunk.rows.size();
            output.chunk(chunk.sequence, bytes);
        }
        return next;
    }

    private static void write(Row row, ByteBuffer out) {
        Lifecycle life = row.life;
        out.put((byte) ((row.isJob ? JOB : 0) | (row.dropped ? DROPPED : 0) | (life.durationOwed() ? OWED : 0)
                | (life.queueCounted() ? QUEUE_COUNTED : 0)));
        writeText(row.id, out);
        if (!row.dropped) {
            writeText(life.type(), out);
            ByteUtils.writeVarlong(life.createdNanos(), out);
            ByteUtils.writeVarlong(life.startedNanos(), out);
            ByteUtils.writeVarlong(life.completedNanos(), out);
            ByteUtils.writeVarlong(life.touchedMillis(), out);
        }
    }

    private static Lifecycle readLife(int flags, ByteBuffer in) {
        return new Lifecycle(readText(in), ByteUtils.readVarlong(in), ByteUtils.readVarlong(in),
                ByteUtils.readVarlong(in), (flags & OWED) != 0, (flags & QUEUE_COUNTED) != 0,
                ByteUtils.readVarlong(in));
    }

    private static void writeText(String text, ByteBuffer out) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        ByteUtils.writeVarlong(bytes.length, out);
        out.put(bytes);
    }

    private static String readText(ByteBuffer in) {
        byte[] bytes = new byte[Math.toIntExact(ByteUtils.readVarlong(in))];
        in.get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
