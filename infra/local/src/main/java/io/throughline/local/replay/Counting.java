package io.throughline.local.replay;

import io.throughline.aggregate.CountingConfig;
import io.throughline.aggregate.Outcome;
import io.throughline.local.Progress;
import io.throughline.replay.Capsule;
import io.throughline.replay.Contribution;
import io.throughline.replay.Coordinates;
import io.throughline.replay.Explanation;
import io.throughline.replay.Recount;
import io.throughline.replay.RecountRun;
import io.throughline.replay.Stretch;
import io.throughline.replay.TopicScan;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/** Counts the topics anew, with a bar, and says on stderr what was read and what became of it. */
final class Counting {

    private final Desk desk;
    private final @Nullable Capsule capsule;
    private final CountingConfig config;

    /** Counts the capsule instead, where there is one. */
    Counting(Desk desk, @Nullable Capsule capsule) {
        this.desk = desk;
        this.capsule = capsule;
        this.config = CountingConfig.from(desk.settings());
    }

    /** The rules of this environment, which have to be those of the aggregator. */
    CountingConfig config() {
        return config;
    }

    /** Has everything counted that matters for windows from {@code from} on, or all when that is null. */
    void run(@Nullable Instant from, Recount... counts) {
        if (capsule != null) {
            inCapsule(capsule, input -> {
                for (Recount count : counts) {
                    var unused = count.count(input);
                }
                return true;
            });
            return;
        }
        try (var topics = TopicScan.open(desk.settings().kafka())) {
            RecountRun run = RecountRun.plan(topics, config, from);
            try (Progress bar = Progress.ofRecords(desk.terminal(), "recount", run.offsets())) {
                tell(run, run.run(List.of(counts), done -> bar.at(done, done)));
            }
        }
    }

    /** Has everything explained that matters from {@code from} on; {@code told} gets what each record added, if anything. */
    void explain(@Nullable Instant from, Explanation explanation, BiConsumer<Outcome, List<Contribution>> told) {
        explain(from, all -> true, explanation, (input, outcome, added) -> {
            if (!added.isEmpty()) {
                told.accept(outcome, added);
            }
            return true;
        });
    }

    /** Has the input partition of a record counted up to that record, and tells what that one added. */
    void explainRecord(Instant at, Coordinates wanted, Explanation explanation,
            BiConsumer<Outcome, List<Contribution>> told) {
        explain(at, each -> each.partition().partition() == wanted.partition(), explanation,
                (input, outcome, added) -> {
                    boolean found = Coordinates.of(input).equals(wanted);
                    if (found) {
                        told.accept(outcome, added);
                    }
                    return !found;
                });
    }

    private interface Listener {
        boolean took(ConsumerRecord<byte[], byte[]> input, Outcome outcome, List<Contribution> added);
    }

    /** A capsule is read whole; of the topics, the stretches that are wanted. */
    private void explain(@Nullable Instant from, Predicate<Stretch> wanted, Explanation explanation,
            Listener listener) {
        List<Contribution> added = new ArrayList<>();
        Predicate<ConsumerRecord<byte[], byte[]>> each = input -> {
            added.clear();
            Outcome outcome = explanation.take(input, added::add);
            return listener.took(input, outcome, added);
        };
        if (capsule != null) {
            inCapsule(capsule, each);
            return;
        }
        try (var topics = TopicScan.open(desk.settings().kafka())) {
            List<Stretch> stretches = RecountRun.plan(topics, config, from).stretches().stream().filter(wanted)
                    .toList();
            long offsets = stretches.stream().mapToLong(Stretch::length).sum();
            try (Progress bar = Progress.ofRecords(desk.terminal(), "explain", offsets)) {
                var scanned = topics.runMerged(stretches, each, done -> bar.at(done, done));
                desk.say("read " + scanned.inWords());
            }
        }
    }

    /** Counted from nothing: deduplication and life cycles know only what is in the capsule. */
    private void inCapsule(Capsule from, Predicate<ConsumerRecord<byte[], byte[]>> taker) {
        Set<String> events = Set.copyOf(Recount.topics(config));
        from.inCountingOrder(input -> !events.contains(input.topic()) || taker.test(input));
        desk.say(String.format(Locale.ROOT, "counted the %,d records of the capsule, as if nothing had been before",
                from.records().size()));
    }

    private void tell(RecountRun run, RecountRun.Outcomes outcomes) {
        var told = new StringBuilder("read ").append(outcomes.scanned().inWords());
        outcomes.plain().forEach((outcome, count) -> told
                .append(String.format(Locale.ROOT, ", %,d %s", count, outcome.name().toLowerCase(Locale.ROOT))));
        if (outcomes.deadLetters() > 0) {
            told.append(String.format(Locale.ROOT, ", %,d dead letters", outcomes.deadLetters()));
        }
        if (!run.sinceBeginning()) {
            told.append("; not from the beginning, but from ").append(Recount.warmUp(config).toHours())
                    .append(" h before --from");
        }
        desk.say(told.toString());
    }
}
