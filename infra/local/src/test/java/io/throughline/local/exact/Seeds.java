package io.throughline.local.exact;

/** Where chance begins: by the clock, so that each build tries something else, or where a failed build says it began. */
final class Seeds {

    private Seeds() {}

    /** The system property {@code throughline.exact.seed}, else a new one. */
    static long next() {
        return Long.getLong("throughline.exact.seed", System.nanoTime() & 0xffffff);
    }
}
