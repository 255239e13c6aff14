package io.throughline.aggregate;

/** A set of numbers that are evenly spread, such as hashes: open addressing, no objects. Not thread-safe. */
final class LongSet {

    private final long[] places;
    private boolean zero;
    private int size;

    /** Takes up to {@code most} numbers. */
    LongSet(int most) {
        places = new long[Integer.highestOneBit(Math.max(2, Math.min(most, 1 << 28))) * 4];
    }

    void add(long number) {
        if (number == 0) {
            size += zero ? 0 : 1;
            zero = true;
            return;
        }
        int place = (int) number & (places.length - 1);
        while (places[place] != 0) {
            if (places[place] == number) {
                return;
            }
            place = (place + 1) & (places.length - 1);
        }
        places[place] = number;
        size++;
    }

    int size() {
        return size;
    }
}
