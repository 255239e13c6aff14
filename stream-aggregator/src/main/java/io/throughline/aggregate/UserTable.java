package io.throughline.aggregate;

/**
 * In which of the newest 64 spans and windows each user was met, by the hash of the user: a table with open addressing,
 * one row of neighbouring numbers a user. Not thread-safe.
 */
final class UserTable {

    /** A user's hash, and for spans and for windows the newest number met and a bit for each of the 64 up to it. */
    private static final int ROW = 5;
    private static final int HASH = 0;
    private static final int SPANS = 1;
    private static final int WINDOWS = 3;
    private static final int FEWEST = 64;
    private static final int BITS = Long.SIZE;
    private static final long NEVER = Long.MIN_VALUE / 2;

    private long[] table = new long[ROW * FEWEST];
    private int size;

    /** Where the user's row is; made when there is none. */
    int row(long hash) {
        // 0 is a free row: whose hash that is shares one.
        long key = hash == 0 ? 1 : hash;
        int row = find(table, key);
        if (table[row + HASH] == 0) {
            if (2 * (size + 1) > table.length / ROW) {
                keep(2 * table.length / ROW, NEVER);
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
        long ahead = number - table[at];
        if (ahead > 0) {
            table[at + 1] = ahead < BITS ? (table[at + 1] << ahead) | 1 : 1;
            table[at] = number;
            return true;
        }
        long bit = ahead > -BITS ? 1L << -ahead : 0;
        boolean isNew = (table[at + 1] & bit) == 0;
        table[at + 1] |= bit;
        return isNew;
    }

    private void keep(int rows, long fromSpan) {
        long[] before = table;
        table = new long[ROW * rows];
        size = 0;
        for (int from = 0; from < before.length; from += ROW) {
            if (before[from + HASH] != 0 && before[from + SPANS] >= fromSpan) {
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
