package io.throughline.aggregate;

/**
 * In which of the newest 32 spans and windows each user was met, by the hash of the user: a table with open addressing,
 * one row of three neighbouring numbers a user, because most users are met when their row has left the cache. It only
 * saves telling a pair again: of what is older or beyond an int it says that it is new. Not thread-safe.
 */
final class UserTable {

    /** A user's hash, and for spans and for windows the newest number met, above a bit for each of the 32 up to it. */
    private static final int ROW = 3;
    private static final int HASH = 0;
    private static final int SPANS = 1;
    private static final int WINDOWS = 2;
    private static final int FEWEST = 64;
    private static final int BITS = Integer.SIZE;
    private static final long ALL_BITS = 0xFFFF_FFFFL;
    private static final long NEVER = (long) Integer.MIN_VALUE << BITS;

    private long[] table = new long[ROW * FEWEST];
    private int size;

    /** Where the user's row is; made when there is none. */
    int row(long hash) {
        // 0 is a free row: whose hash that is shares one.
        long key = hash == 0 ? 1 : hash;
        int row = find(table, key);
        if (table[row + HASH] == 0) {
            if (4 * (size + 1) > 3 * (table.length / ROW)) {
                keep(2 * table.length / ROW, Long.MIN_VALUE);
                row = find(table, key);
            }
            size++;
            table[row + HASH] = key;
            table[row + SPANS] = NEVER;
            table[row + WINDOWS] = NEVER;
        }
        return row;
    }

    /** False when the user is known to have been met in that span before. */
    boolean meetInSpan(int row, long span) {
        return meet(row + SPANS, span);
    }

    /** False when the user is known to have been met in that window before. */
    boolean meetInWindow(int row, long window) {
        return meet(row + WINDOWS, window);
    }

    /** Forgets who was not met since a span, and everybody when there are more than {@code most}. */
    void dropBefore(long span, int most) {
        if (size > most) {
            keep(FEWEST, Long.MAX_VALUE);
        } else {
            keep(table.length / ROW, span);
        }
    }

    private boolean meet(int at, long number) {
        long ahead = number - newest(table[at]);
        if (ahead > 0 && number <= Integer.MAX_VALUE) {
            long earlier = ahead < BITS ? (table[at] << ahead) & ALL_BITS : 0;
            table[at] = (number << BITS) | earlier | 1;
            return true;
        }
        if (ahead > 0 || ahead <= -BITS) {
            return true;
        }
        long bit = 1L << -ahead;
        boolean isNew = (table[at] & bit) == 0;
        table[at] |= bit;
        return isNew;
    }

    private static long newest(long met) {
        return met >> BITS;
    }

    private void keep(int rows, long fromSpan) {
        long[] before = table;
        table = new long[ROW * rows];
        size = 0;
        for (int from = 0; from < before.length; from += ROW) {
            if (before[from + HASH] != 0 && newest(before[from + SPANS]) >= fromSpan) {
                System.arraycopy(before, from, table, find(table, before[from + HASH]), ROW);
                size++;
            }
        }
    }

    /** The row of that key, or the free one where it belongs. */
    private static int find(long[] table, long key) {
        int rows = table.length / ROW;
        int place = (int) key & (rows - 1);
        while (table[ROW * place + HASH] != 0 && table[ROW * place + HASH] != key) {
            place = (place + 1) & (rows - 1);
        }
        return ROW * place;
    }
}
