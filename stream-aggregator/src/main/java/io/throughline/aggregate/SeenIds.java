package io.throughline.aggregate;

/**
 * The newest of a sequence of 128-bit ids, found by their value: a ring of ids, and a hash table that says where in it
 * each stands.
 *
 * <p>The table has a byte of the hash for each place, and eight of them are compared at once, as in Abseil's tables. An id
 * that is new, as nearly all are, reads one such word, and the bytes of a hundred thousand ids stay in the cache. Some 40
 * bytes an id. Not thread-safe.
 */
final class SeenIds {

    private static final long EACH = 0x0101_0101_0101_0101L;
    private static final long HIGHEST_BITS = 0x8080_8080_8080_8080L;

    private static final int FEWEST = 64;
    private static final int GROUP = Long.BYTES;

    /** Two numbers an id, at its number modulo the size. */
    private long[] ring = new long[2 * FEWEST];
    private long oldest;
    private long next;

    /** Groups of eight places; a place is free at 0, else it has the highest bit and seven of the hash. */
    private byte[] tags = new byte[2 * FEWEST];
    /** By place, the lower half of the id's number. Ids that were dropped keep their place until all is rebuilt. */
    private int[] numbers = new int[2 * FEWEST];
    private int taken;

    /** Adds an id unless it is there; whether it was not. */
    boolean add(long high, long low) {
        if (taken >= tags.length - tags.length / 4) {
            rebuild();
        }
        long hash = hash(high, low);
        long tag = tag(hash);
        int group = group(hash);
        while (true) {
            long word = TextWords.word(tags, group);
            // A byte that differs may be marked above one that is the same; then the ring tells.
            long differing = word ^ (tag * EACH);
            for (long same = (differing - EACH) & ~differing & HIGHEST_BITS; same != 0; same &= same - 1) {
                if (isAt(numbers[group + first(same)], high, low)) {
                    return false;
                }
            }
            long free = ~word & HIGHEST_BITS;
            if (free != 0) {
                put(group + first(free), tag, next);
                append(high, low);
                return true;
            }
            group = (group + GROUP) & (tags.length - 1);
        }
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

    private boolean isAt(int lowerHalf, long high, long low) {
        long age = (next - lowerHalf) & 0xFFFF_FFFFL;
        int at = index(lowerHalf);
        return age <= next - oldest && ring[at] == high && ring[at + 1] == low;
    }

    /** Leaves out what was dropped, and grows when that is not enough. */
    private void rebuild() {
        int places = 2 * FEWEST;
        while (places < 2 * (next - oldest)) {
            places *= 2;
        }
        tags = new byte[places];
        numbers = new int[places];
        taken = 0;
        for (long number = oldest; number < next; number++) {
            long hash = hash(high(number), low(number));
            int group = group(hash);
            long free = ~TextWords.word(tags, group) & HIGHEST_BITS;
            while (free == 0) {
                group = (group + GROUP) & (places - 1);
                free = ~TextWords.word(tags, group) & HIGHEST_BITS;
            }
            put(group + first(free), tag(hash), number);
        }
    }

    private void put(int place, long tag, long number) {
        tags[place] = (byte) tag;
        numbers[place] = (int) number;
        taken++;
    }

    /** The place in its group of the first that is marked. */
    private static int first(long marked) {
        return Long.numberOfTrailingZeros(marked) / Byte.SIZE;
    }

    private int group(long hash) {
        return (int) hash & (tags.length - GROUP);
    }

    private static long tag(long hash) {
        return 0x80 | (hash >>> 57);
    }

    private static long hash(long high, long low) {
        long mixed = (high * 0x9E37_79B9_7F4A_7C15L) ^ low;
        mixed = (mixed ^ (mixed >>> 32)) * 0xFF51_AFD7_ED55_8CCDL;
        return mixed ^ (mixed >>> 29);
    }
}
