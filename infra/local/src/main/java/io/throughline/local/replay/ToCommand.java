package io.throughline.local.replay;

import io.throughline.event.Topic;
import io.throughline.local.KafkaTopics;
import io.throughline.local.ShipperClient;
import io.throughline.publish.KafkaProducers;
import io.throughline.publish.Settings;
import io.throughline.replay.Capsule;
import io.throughline.replay.InputRecord;
import io.throughline.replay.ReplayException;
import io.throughline.replay.Selection;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code replay to}: a selection of records, published elsewhere. */
@Command(name = "to", mixinStandardHelpOptions = true, sortOptions = false, description = {
        "Publishes matching records to another topic, in the pace of their event time, stamped with replay_id.",
        "Aggregator and shipper leave such records out of production numbers and stores."}, footer = {"", "Examples:",
                "  ./throughline replay to --target-topic staging.llm --topic llm --from -2h --speed 10 --plan",
                "  ./throughline replay to --target-topic staging.llm --trace 4bf92f3577b34da6a3ce929d0e0e4736 --speed step",
                "  ./throughline replay to --target-topic throughline.llm --bootstrap staging:9092 --yes-really"
                        + " --from-capsule incident.capsule --speed max",
                "",
                "The target topic has to exist. --plan publishes nothing."})
final class ToCommand implements Callable<Integer> {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Desk desk;

    @Option(names = "--target-topic", required = true, paramLabel = "TOPIC", description = "where to, in full")
    private String target = "";

    @Option(names = "--bootstrap", paramLabel = "HOST:PORT", description = "brokers of the target (default: the same)")
    private @Nullable String bootstrap;

    @Option(names = "--speed", paramLabel = "SPEED", defaultValue = "1", description = "1 is the pace of event time, 10"
            + " ten times faster; max does not wait; step asks before each record (default: ${DEFAULT-VALUE})")
    private String speed = "1";

    @Option(names = "--plan", description = "prints counts, bytes and duration, and publishes nothing")
    private boolean plan;

    @Option(names = "--yes-really", description = "allows a production topic as target")
    private boolean yesReally;

    @Option(names = "--replay-id", paramLabel = "ID", description = "what the header replay_id says (default: a new one)")
    private @Nullable String replayId;

    @Mixin
    private SelectionOptions selecting = new SelectionOptions();

    @Mixin
    private CapsuleOptions capsules = new CapsuleOptions();

    @Mixin
    private StoreOptions storing = new StoreOptions();

    ToCommand() {
        this(Desk.system());
    }

    ToCommand(Desk desk) {
        this.desk = desk;
    }

    @Override
    public Integer call() {
        return desk.run("to", () -> {
            Selection selection = selecting.selection(desk.settings().topicPrefix(), desk.clock());
            Pace pace = Pace.of(speed, desk.terminal(), System::nanoTime);
            Capsule capsule = capsules.capsule(desk);
            refuseProduction();
            if (plan) {
                plan(selection, capsule, pace);
                return 0;
            }
            return publish(selection, capsule, pace);
        });
    }

    /** Its topics are named alike on every cluster, so another bootstrap address is no reason to be careless. */
    private void refuseProduction() {
        String prefix = desk.settings().topicPrefix();
        Optional<Topic> production = Arrays.stream(Topic.values()).filter(topic -> topic.name(prefix).equals(target))
                .findAny();
        boolean ownedByAggregator = production.map(topic -> topic == Topic.SERIES || topic == Topic.WINDOWS)
                .orElse(false);
        if (ownedByAggregator) {
            throw new IllegalArgumentException(target + " is written by the aggregator alone");
        }
        if (production.isPresent() && !yesReally) {
            throw new IllegalArgumentException(target + " is a production topic: name another --target-topic, or say"
                    + " --yes-really");
        }
    }

    private void find(Selection selection, @Nullable Capsule capsule, Predicate<InputRecord> taker)
            throws ShipperClient.Refused {
        new Finder(desk, selection, storing).findByTime(capsule, taker);
    }

    private void plan(Selection selection, @Nullable Capsule capsule, Pace pace) throws ShipperClient.Refused {
        var planned = new Plan();
        find(selection, capsule, planned);
        planned.print(pace);
        String missing = capsule == null ? whyNoTarget(there()) : null;
        if (missing != null) {
            desk.terminal().err().println(missing);
        }
    }

    private int publish(Selection selection, @Nullable Capsule capsule, Pace pace) throws ShipperClient.Refused {
        Settings there = there();
        String missing = whyNoTarget(there);
        if (missing != null) {
            throw new IllegalArgumentException(missing);
        }
        String id = replayId == null ? "replay-" + UUID.randomUUID() : replayId;
        try (var producer = KafkaProducers.create(there, "throughline-replay-to", Map.of("delivery.timeout.ms",
                (int) PATIENCE.toMillis(), "request.timeout.ms", 10_000, "max.block.ms", PATIENCE.toMillis()))) {
            var republishing = new Republishing(producer, target, id);
            find(selection, capsule, input -> due(pace, input) && republishing.send(input));
            republishing.end();
            desk.terminal().out().printf(Locale.ROOT, "published %,d of %,d records to %s, replay_id %s%n",
                    republishing.acknowledged(), republishing.sent(), target, id);
            Exception failure = republishing.failure();
            if (failure != null) {
                throw new ReplayException(target + " did not take every record: " + failure.getMessage(), failure);
            }
            return 0;
        } catch (KafkaException e) {
            throw new ReplayException("cannot publish to " + there.bootstrapServers() + ": " + e.getMessage(), e);
        }
    }

    private Settings there() {
        return bootstrap == null
                ? desk.settings()
                : desk.settings().with("THROUGHLINE_BOOTSTRAP_SERVERS", bootstrap);
    }

    /** What to say where the target is not there; null where it is. */
    private @Nullable String whyNoTarget(Settings there) {
        try {
            return KafkaTopics.names(there).contains(target)
                    ? null
                    : "there is no topic " + target + " at " + there.bootstrapServers()
                            + ": create it first, with as many partitions as you want";
        } catch (KafkaException e) {
            throw new ReplayException("no Kafka broker answers at " + there.bootstrapServers() + " ("
                    + e.getMessage() + ")", e);
        }
    }

    private static boolean due(Pace pace, InputRecord input) {
        try {
            return pace.await(input);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What would be published. */
    private final class Plan implements Predicate<InputRecord> {
        private final Map<String, Long> records = new TreeMap<>();
        private long bytes;
        private long first = Long.MAX_VALUE;
        private long last = Long.MIN_VALUE;

        @Override
        public boolean test(InputRecord input) {
            records.merge(input.kafka().topic(), 1L, Long::sum);
            byte[] key = input.kafka().key();
            byte[] value = input.kafka().value();
            bytes += (key == null ? 0 : key.length) + (value == null ? 0 : value.length);
            long at = input.eventTimeNanos();
            first = Math.min(first, at);
            last = Math.max(last, at);
            return true;
        }

        void print(Pace pace) {
            var out = desk.terminal().out();
            long total = records.values().stream().mapToLong(Long::longValue).sum();
            records.forEach((topic, count) -> out.printf(Locale.ROOT, "%-40s %,12d records%n", topic, count));
            out.printf(Locale.ROOT, "%-40s %,12d records, %,d bytes of keys and values%n", "to " + target, total,
                    bytes);
            if (total > 0) {
                Duration span = Duration.ofNanos(last - first);
                out.printf(Locale.ROOT, "event time %s to %s, at --speed %s: %s%n", Instant.EPOCH.plusNanos(first),
                        Instant.EPOCH.plusNanos(last), speed, inWords(pace, span));
            }
        }

        private String inWords(Pace pace, Duration span) {
            return switch (pace) {
                case Pace.AtOnce atOnce -> "as fast as the brokers take it";
                case Pace.Step step -> "when you say so";
                case Pace.Factor factor -> {
                    Duration needed = factor.duration(span);
                    yield String.format(Locale.ROOT, "%d:%02d:%02d", needed.toHours(), needed.toMinutesPart(),
                            needed.toSecondsPart());
                }
            };
        }
    }
}
