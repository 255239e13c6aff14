package io.throughline.replay;

import io.throughline.aggregate.CountingConfig;
import io.throughline.aggregate.Outcome;
import java.time.Instant;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads the event topics once and has them counted, by one set of rules or by several.
 *
 * @param topics to read with
 * @param stretches what is read
 * @param sinceBeginning whether that is everything the topics hold
 */
public record RecountRun(TopicScan topics, List<Stretch> stretches, boolean sinceBeginning) {

    /** Topics with fewer records than that are read from their beginning, whatever the range. */
    private static final long FEW_RECORDS = 5_000_000;

    /**
     * What became of the records that were read.
     *
     * @param scanned how many there were
     * @param deadLetters how many could not be used
     * @param plain how many of each other outcome
     */
    public record Outcomes(Scanned scanned, long deadLetters, Map<Outcome.Plain, Long> plain) {}

    /**
     * Plans what has to be read for windows from {@code from} on: all that the topics hold when they are small or {@code
     * from} is null, else from {@link Recount#warmUp} before it.
     */
    public static RecountRun plan(TopicScan topics, CountingConfig config, @Nullable Instant from) {
        List<Stretch> all = topics.stretches(Recount.topics(config), null);
        if (from == null || total(all) <= FEW_RECORDS) {
            return new RecountRun(topics, all, true);
        }
        List<Stretch> needed = topics.stretches(Recount.topics(config), from.minus(Recount.warmUp(config)));
        return new RecountRun(topics, needed, total(needed) == total(all));
    }

    /** How many offsets there are. */
    public long offsets() {
        return total(stretches);
    }

    /** Reads, and has each record counted by each of {@code counts}. */
    public Outcomes run(Collection<Recount> counts, LongConsumer progress) {
        Map<Outcome.Plain, Long> plain = new EnumMap<>(Outcome.Plain.class);
        long[] deadLetters = {0};
        Recount first = counts.iterator().next();
        List<Recount> others = counts.stream().skip(1).toList();
        Scanned scanned = topics.runMerged(stretches, input -> {
            tally(first.count(input), plain, deadLetters);
            boolean matters = first.mayMatter(input.partition());
            for (Recount other : others) {
                var unused = other.count(input);
                matters |= other.mayMatter(input.partition());
            }
            return matters;
        }, progress);
        return new Outcomes(scanned, deadLetters[0], plain);
    }

    private static void tally(Outcome outcome, Map<Outcome.Plain, Long> plain, long[] deadLetters) {
        switch (outcome) {
            case Outcome.Plain each -> plain.merge(each, 1L, Long::sum);
            case Outcome.DeadLetter letter -> deadLetters[0]++;
        }
    }

    private static long total(List<Stretch> stretches) {
        return stretches.stream().mapToLong(Stretch::length).sum();
    }
}
