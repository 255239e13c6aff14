package io.throughline.bench;

/**
 * What is to be measured.
 *
 * @param events how many every variant reads
 * @param rounds how often each variant runs
 * @param seed of the events
 */
record Plan(long events, int rounds, long seed) {

    static final long FEWEST_EVENTS = 1_000;
    /** More would grow beyond what the topics keep. */
    static final long MOST_EVENTS = 10_000_000;
    static final int MOST_ROUNDS = 100;

    private static final double WARM_UP = 0.3;

    /** Refuses numbers out of range with {@link IllegalArgumentException}. */
    Plan {
        if (events < FEWEST_EVENTS || events > MOST_EVENTS) {
            throw new IllegalArgumentException(
                    "--events must be from " + FEWEST_EVENTS + " to " + MOST_EVENTS + ", got " + events);
        }
        if (rounds < 1 || rounds > MOST_ROUNDS) {
            throw new IllegalArgumentException("--rounds must be from 1 to " + MOST_ROUNDS + ", got " + rounds);
        }
    }

    /** Events before the measured part. */
    long warmUp() {
        return Math.round(events * WARM_UP);
    }

    String command() {
        return "./throughline bench aggregator --events " + events + " --rounds " + rounds;
    }
}
