package io.throughline.aggregate;

import java.util.Arrays;

/**
 * Counts of exponential buckets: bucket i holds the values above 2^((i-1)/2^schema) up to 2^(i/2^schema) units.
 *
 * <p>Dense between the lowest and the highest bucket met, which are at most 63 octaves apart. Not thread-safe.
 */
final class ExponentialCounts {

    /** The finest schema, in which indexes are computed: 64 buckets an octave, 1.09 % each. */
    static final int FINEST = 6;

    private static final int PER_OCTAVE = 1 << FINEST;
    private static final int FRACTION_BITS = 52;
    private static final long FRACTION = (1L << FRACTION_BITS) - 1;
    private static final int EXPONENT_BIAS = 1023;
    private static final int LOOK_UP_BITS = 8;
    private static final int SLACK = 8;
    /** No long of nano-units is beyond it. */
    private static final int MOST_INDEX = 64 * PER_OCTAVE;

    /** The fraction bits of 2^(k/64), ascending. */
    private static final long[] BOUNDS = new long[PER_OCTAVE];
    /** By the first bits of a fraction, how many bounds are below all fractions that begin so. */
    private static final int[] BELOW = new int[1 << LOOK_UP_BITS];

    static {
        for (int k = 0; k < PER_OCTAVE; k++) {
            // StrictMath, so that every machine counts alike.
            BOUNDS[k] = Double.doubleToRawLongBits(StrictMath.pow(2, (double) k / PER_OCTAVE)) & FRACTION;
        }
        for (int slice = 0; slice < BELOW.length; slice++) {
            long first = (long) slice << (FRACTION_BITS - LOOK_UP_BITS);
            BELOW[slice] = (int) Arrays.stream(BOUNDS).filter(bound -> bound < first).count();
        }
    }

    private final int schema;
    private int lowest;
    private long[] counts = {};

    ExponentialCounts(int schema) {
        if (schema < 0 || schema > FINEST) {
            throw new IllegalArgumentException("schema must be from 0 to " + FINEST + ", got " + schema);
        }
        this.schema = schema;
    }

    interface Visitor {
        void bucket(int index, long count);
    }

    int schema() {
        return schema;
    }

    /** Counts a value above 0 in nano-units. */
    void observe(long valueNanos) {
        add(coarser(finestIndex(valueNanos), FINEST - schema), 1);
    }

    void add(int index, long count) {
        if (index < lowest || index >= lowest + counts.length) {
            makeRoomFor(index);
        }
        counts[index - lowest] += count;
    }

    /** Adds counts of the same or a finer schema. */
    void merge(ExponentialCounts other) {
        if (other.schema < schema) {
            throw new IllegalArgumentException("buckets of schema " + other.schema + " cannot be split for " + schema);
        }
        other.forEach((index, count) -> add(coarser(index, other.schema - schema), count));
    }

    /** Visits the buckets that hold something, ascending. */
    void forEach(Visitor visitor) {
        for (int i = 0; i < counts.length; i++) {
            if (counts[i] != 0) {
                visitor.bucket(lowest + i, counts[i]);
            }
        }
    }

    /** How many buckets there is room for. */
    int used() {
        return counts.length;
    }

    void clear() {
        Arrays.fill(counts, 0);
    }

    /**
     * The bucket in the finest schema. The exponent of the double gives the octave, its fraction the place in it: a table
     * look-up and a comparison or two, where a logarithm takes ten times as long.
     */
    static int finestIndex(long valueNanos) {
        long bits = Double.doubleToRawLongBits((double) valueNanos / Nanos.ONE);
        long fraction = bits & FRACTION;
        int below = BELOW[(int) (fraction >>> (FRACTION_BITS - LOOK_UP_BITS))];
        while (below < PER_OCTAVE && BOUNDS[below] < fraction) {
            below++;
        }
        return ((int) (bits >>> FRACTION_BITS) - EXPONENT_BIAS) * PER_OCTAVE + below;
    }

    /** Upper bounds are inclusive, so an index is rounded up. */
    static int coarser(int index, int steps) {
        return (index + (1 << steps) - 1) >> steps;
    }

    private void makeRoomFor(int index) {
        if (Math.abs(index) > MOST_INDEX) {
            throw new IllegalArgumentException("no value falls into bucket " + index + " of schema " + schema);
        }
        if (counts.length == 0) {
            lowest = index;
            counts = new long[1];
            return;
        }
        int slack = Math.max(SLACK, counts.length / 2);
        int from = Math.min(lowest, index < lowest ? index - slack : lowest);
        int to = Math.max(lowest + counts.length, index >= lowest + counts.length ? index + 1 + slack : 0);
        var wider = new long[to - from];
        System.arraycopy(counts, 0, wider, lowest - from, counts.length);
        lowest = from;
        counts = wider;
    }
}
