package io.throughline.aggregate;

/**
 * The newest of a sequence of 128-bit ids, found by their value: a ring of ids, and a hash table that says where in it
 * each stands. 40 bytes an id, and an id that is new touches the table alone. Not thread-safe.
 */
final class SeenIds {

    private static final int FEWEST = 64;
    private static final long NUMBER = 0xFFFF_FFFFL;

    /** Two numbers an id, at its number modulo the size. */
    private long[] ring = new long[2 * FEWEST];
    private long oldest;
    private long next;

    /**
     * Open addressing, at most half full: the upper half of a place is of the id's hash and never 0, the lower half is of
     * its number. A place whose id was dropped can be taken again.
     */
    private long[] table = new long[4 * FEWEST];
    private int taken;

    /** Adds an id unless it is there; whether it was not. */
    boolean add(long high, long low) {
        if (2 * taken >= table.length) {
            rebuild();
        }
        long hash = hash(high, low);
        int place = (int) hash & (table.length - 1);
        int free = -1;
        for (long held = table[place]; held != 0; held = table[place]) {
            if (isDropped(held)) {
                free = free < 0 ? place : free;
            } else if (((held ^ hash) | NUMBER) == NUMBER && isAt(held, high, low)) {
                return false;
            }
            place = (place + 1) & (table.length - 1);
        }
        if (free < 0) {
            free = place;
            taken++;
        }
        table[free] = (hash & ~NUMBER) | (next & NUMBER);
        append(high, low);
        return true;
    }

    /** The number of the oldest id that is there. */
    long oldest() {
        return oldest;
    }

    /** The number that the next new id gets. */
    long next() {
        return next;
    }

    long high(long number) {
        return ring[index(number)];
    }

    long low(long number) {
        return ring[index(number) + 1];
    }

    /** Forgets the ids with numbers below that. */
    void dropBefore(long number) {
        oldest = number;
    }

    private void append(long high, long low) {
        if (next - oldest == ring.length / 2) {
            var larger = new long[2 * ring.length];
            for (long number = oldest; number < next; number++) {
                int to = 2 * (int) (number & (ring.length - 1));
                larger[to] = high(number);
                larger[to + 1] = low(number);
            }
            ring = larger;
        }
        int at = index(next);
        ring[at] = high;
        ring[at + 1] = low;
        next++;
    }

    private int index(long number) {
        return 2 * (int) (number & (ring.length / 2 - 1));
    }

    private boolean isDropped(long held) {
        return ((next - held) & NUMBER) > next - oldest;
    }

    private boolean isAt(long held, long high, long low) {
        int at = index(held);
        return ring[at] == high && ring[at + 1] == low;
    }

    /** Leaves out what was dropped, and grows when that is not enough. */
    private void rebuild() {
        int places = 4 * FEWEST;
        while (places < 4 * (next - oldest)) {
            places *= 2;
        }
        table = new long[places];
        taken = (int) (next - oldest);
        for (long number = oldest; number < next; number++) {
            long hash = hash(high(number), low(number));
            int place = (int) hash & (places - 1);
            while (table[place] != 0) {
                place = (place + 1) & (places - 1);
            }
            table[place] = (hash & ~NUMBER) | (number & NUMBER);
        }
    }

    /** The lower half chooses the place, the upper half is kept beside it. */
    private static long hash(long high, long low) {
        long mixed = (high * 0x9E37_79B9_7F4A_7C15L) ^ low;
        mixed = (mixed ^ (mixed >>> 32)) * 0xFF51_AFD7_ED55_8CCDL;
        return (mixed ^ (mixed >>> 29)) | (1L << 32);
    }
}
