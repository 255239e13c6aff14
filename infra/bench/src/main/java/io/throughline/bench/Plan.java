package io.throughline.bench;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What is to be measured.
 *
 * @param events how many every variant reads
 * @param rounds how often each variant runs
 * @param seed of the events
 * @param contenders who takes part; the baselines of the ratios always do
 */
record Plan(long events, int rounds, long seed, Set<Contender> contenders) {

    static final long FEWEST_EVENTS = 1_000;
    /** More would grow beyond what the topics keep. */
    static final long MOST_EVENTS = 10_000_000;

    private static final double WARM_UP = 0.4;

    /** Adds the baselines. */
    Plan {
        Set<Contender> all = EnumSet.of(Contender.FETCH, Contender.BY_HAND);
        all.addAll(contenders);
        contenders = Collections.unmodifiableSet(all);
    }

    /** Events before the measured part. */
    long warmUp() {
        return Math.round(events * WARM_UP);
    }

    String command() {
        String all = "./throughline bench aggregator --events " + events + " --rounds " + rounds;
        return contenders.size() == Contender.values().length
                ? all
                : all + " --variants " + contenders.stream().map(Contender::label).collect(Collectors.joining(","));
    }
}
