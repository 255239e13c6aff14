package io.throughline.bench;

import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * All that one run has measured; its JSON is this record.
 *
 * @param benchmark which
 * @param date when it ended, RFC 3339
 * @param command what measures it again
 * @param machine what it was measured on
 * @param events events that every variant counted
 * @param warmUpEvents those of them before the measured part
 * @param rounds how often each variant ran
 * @param seed of the events
 * @param valueBytesPerEvent mean size of an event's JSON
 * @param counted what every variant counted, by name
 * @param variants in the order of {@link Contender}
 */
record Result(String benchmark, String date, String command, Machine machine, long events, long warmUpEvents,
        int rounds, long seed, double valueBytesPerEvent, Map<String, Long> counted, List<Row> variants) {

    /**
     * One variant.
     *
     * @param variant its name
     * @param what what it is
     * @param exact whether its numbers survive a crash
     * @param cpuMicrosPerEvent CPU time of the whole process
     * @param cpuToFetch CPU time as a multiple of the bare consumer's, in the same round
     * @param cpuToByHand CPU time as a multiple of the hand-written one's, in the same round
     * @param eventsPerSecond by the clock on the wall
     * @param allocatedBytesPerEvent by all threads
     * @param collections garbage collections
     * @param samples each round
     */
    record Row(String variant, String what, String exact, Spread cpuMicrosPerEvent, Spread cpuToFetch,
            Spread cpuToByHand, Spread eventsPerSecond, Spread allocatedBytesPerEvent, Spread collections,
            List<Reading> samples) {}

    /** Of the same number of samples for each contender, in the order of the rounds. */
    static Result of(Plan plan, Filling filling, Map<Contender, List<Sample>> samples, Machine machine, Instant date) {
        List<Row> rows = new ArrayList<>();
        new EnumMap<>(samples).forEach((contender, runs) -> rows.add(row(contender, runs, samples)));
        return new Result("aggregator", date.toString(), plan.command(), machine, plan.events(), plan.warmUp(),
                plan.rounds(), plan.seed(), (double) filling.valueBytes() / plan.events(), filling.truth(), rows);
    }

    private static Row row(Contender contender, List<Sample> runs, Map<Contender, List<Sample>> all) {
        return new Row(contender.label(), contender.what(), contender.exact(), spread(runs, Sample::cpuMicrosPerEvent),
                ratio(runs, samples(all, Contender.FETCH)), ratio(runs, samples(all, Contender.BY_HAND)),
                spread(runs, Sample::eventsPerSecond), spread(runs, Sample::allocatedBytesPerEvent),
                spread(runs, sample -> sample.measured().collections()),
                runs.stream().map(Sample::measured).toList());
    }

    private static List<Sample> samples(Map<Contender, List<Sample>> all, Contender contender) {
        return all.getOrDefault(contender, List.of());
    }

    private static Spread spread(List<Sample> runs, ToDoubleFunction<Sample> figure) {
        return Spread.of(runs.stream().mapToDouble(figure).toArray());
    }

    /** Taken within each round, so that a machine that is slower for a minute is slower for both. */
    private static Spread ratio(List<Sample> runs, List<Sample> baseline) {
        double[] ratios = new double[runs.size()];
        for (int round = 0; round < ratios.length; round++) {
            ratios[round] = runs.get(round).cpuMicrosPerEvent() / baseline.get(round).cpuMicrosPerEvent();
        }
        return Spread.of(ratios);
    }
}
