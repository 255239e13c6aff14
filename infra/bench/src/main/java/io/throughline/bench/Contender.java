package io.throughline.bench;

/** The variants that are compared, each of which is a baseline for those after it. */
enum Contender {
    /** {@link Fetch}. */
    FETCH("fetch", "consumer that polls and counts", "-"),
    /** {@link ByHand}. */
    BY_HAND("by-hand", "consumer + Jackson databind + Prometheus client", "no: at least once"),
    /** {@link Throughline}. */
    THROUGHLINE("throughline", "the aggregator, everything switched on", "yes: exactly once");

    private final String label;
    private final String what;
    private final String exact;

    Contender(String label, String what, String exact) {
        this.label = label;
        this.what = what;
        this.exact = exact;
    }

    String label() {
        return label;
    }

    String what() {
        return what;
    }

    /** Whether its numbers survive a crash. */
    String exact() {
        return exact;
    }

    Variant variant() {
        return switch (this) {
            case FETCH -> new Fetch();
            case BY_HAND -> new ByHand();
            case THROUGHLINE -> new Throughline();
        };
    }
}
