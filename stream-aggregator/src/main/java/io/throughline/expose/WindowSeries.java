package io.throughline.expose;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The windows of one series: for each minute the packed cells of all its input partitions in one byte array.
 *
 * <p>A minute costs 20 bytes plus its cells: for each partition about 6 bytes of a counter, and of a histogram 10 and 3
 * for each distinct value among its buckets. Not thread-safe.
 */
final class WindowSeries {

    private int[] minutes = new int[4];
    private byte[][] cells = new byte[4][];
    private int size;

    /** Takes one packed cell, which ends at {@code end}. */
    interface Reader {
        void take(long part, PackedBytes packed, int end);
    }

    /**
     * What tells cells of one minute apart: their part by its hash, their input partition and generation.
     */
    record Place(long part, int inputPartition, long generation) {}

    /** Puts a cell in place of what its minute had there; null takes it away. */
    void put(int minute, Place place, byte @Nullable [] packed) {
        int at = Arrays.binarySearch(minutes, 0, size, minute);
        if (at < 0 && packed == null) {
            return;
        }
        byte[] others = at < 0 ? new byte[0] : without(cells[at], place);
        byte[] all = packed == null ? others : with(others, place, packed);
        if (all.length == 0) {
            remove(at);
        } else if (at >= 0) {
            cells[at] = all;
        } else {
            insert(-at - 1, minute, all);
        }
    }

    /** Hands over every cell of the minutes from {@code from} until before {@code to}. */
    void read(int from, int to, Reader reader) {
        for (int i = indexOf(from); i < size && minutes[i] < to; i++) {
            var packed = PackedBytes.of(cells[i]);
            while (packed.hasMore()) {
                long part = place(packed).part();
                int length = (int) packed.unsigned();
                int end = packed.position() + length;
                reader.take(part, packed, end);
                packed.skip(end - packed.position());
            }
        }
    }

    /** Whether any minute from {@code from} until before {@code to} has a cell. */
    boolean hasAny(int from, int to) {
        int at = indexOf(from);
        return at < size && minutes[at] < to;
    }

    /** Forgets the minutes before {@code minute}; true when none is left. */
    boolean dropBefore(int minute) {
        int keptFrom = indexOf(minute);
        if (keptFrom > 0) {
            int capacity = Math.max(4, size - keptFrom + 8);
            minutes = Arrays.copyOf(Arrays.copyOfRange(minutes, keptFrom, size), capacity);
            cells = Arrays.copyOf(Arrays.copyOfRange(cells, keptFrom, size), capacity);
            size -= keptFrom;
        }
        return size == 0;
    }

    /** The oldest minute; the largest number when there is none. */
    int oldest() {
        return size == 0 ? Integer.MAX_VALUE : minutes[0];
    }

    /** How many minutes have a cell. */
    int size() {
        return size;
    }

    private int indexOf(int minute) {
        int at = Arrays.binarySearch(minutes, 0, size, minute);
        return at < 0 ? -at - 1 : at;
    }

    private void insert(int at, int minute, byte[] all) {
        if (size == minutes.length) {
            int capacity = size + Math.max(4, size / 4);
            minutes = Arrays.copyOf(minutes, capacity);
            cells = Arrays.copyOf(cells, capacity);
        }
        System.arraycopy(minutes, at, minutes, at + 1, size - at);
        System.arraycopy(cells, at, cells, at + 1, size - at);
        minutes[at] = minute;
        cells[at] = all;
        size++;
    }

    private void remove(int at) {
        System.arraycopy(minutes, at + 1, minutes, at, size - at - 1);
        System.arraycopy(cells, at + 1, cells, at, size - at - 1);
        size--;
    }

    private static byte[] with(byte[] others, Place place, byte[] packed) {
        var out = PackedBytes.forWriting();
        out.copy(others, 0, others.length);
        out.signed(place.part());
        out.unsigned(place.inputPartition());
        out.unsigned(place.generation());
        out.unsigned(packed.length);
        out.copy(packed, 0, packed.length);
        return out.written();
    }

    private static Place place(PackedBytes in) {
        return new Place(in.signed(), (int) in.unsigned(), in.unsigned());
    }

    private static byte[] without(byte[] all, Place place) {
        var in = PackedBytes.of(all);
        while (in.hasMore()) {
            int begin = in.position();
            Place held = place(in);
            in.skip((int) in.unsigned());
            if (held.equals(place)) {
                var out = PackedBytes.forWriting();
                out.copy(all, 0, begin);
                out.copy(all, in.position(), all.length);
                return out.written();
            }
        }
        return all;
    }
}
