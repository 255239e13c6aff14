package io.throughline.local.replay;

import io.throughline.event.Topic;
import io.throughline.publish.DeadLetters;
import io.throughline.publish.KafkaProducers;
import io.throughline.replay.InputRecord;
import io.throughline.replay.Redrive;
import io.throughline.replay.ReplayException;
import io.throughline.replay.Selection;
import io.throughline.replay.Stretch;
import io.throughline.replay.TimeRange;
import io.throughline.replay.TopicScan;
import io.throughline.trace.TraceHeaders;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code replay redrive}: dead letters back to their topic. */
@Command(name = "redrive", mixinStandardHelpOptions = true, sortOptions = false, description = {
        "Sends dead letters back to the topic they came from, after what was wrong has been mended.",
        "Each is sent once, however often the command runs and wherever it is stopped."}, footer = {"", "Examples:",
                "  ./throughline replay redrive --plan",
                "  ./throughline replay redrive --reason unknown_event_type --from yesterday", "",
                "Key, value and timestamp stay as they are. What still cannot be used becomes a new dead letter.",
                "The topic 'redriven' remembers what was sent."})
final class RedriveCommand implements Callable<Integer> {

    private final Desk desk;

    @Option(names = "--reason", paramLabel = "REASON", split = ",", description = "of these reasons (default: all)")
    private List<String> reasons = List.of();

    @Option(names = "--from-topic", paramLabel = "TOPIC", description = "that came from this topic: llm or"
            + " throughline.llm")
    private @Nullable String source;

    @Mixin
    private RangeOptions range = new RangeOptions();

    @Option(names = "--plan", description = "prints how many there are of each topic and reason, and sends nothing")
    private boolean plan;

    RedriveCommand() {
        this(Desk.system());
    }

    RedriveCommand(Desk desk) {
        this.desk = desk;
    }

    @Override
    public Integer call() {
        return desk.run("redrive", () -> {
            Set<String> wanted = Set.copyOf(reasons.stream().map(Redrive::reason).toList());
            TimeRange period = range.range(desk.clock());
            String prefix = desk.settings().topicPrefix();
            String letters = Topic.DEAD_LETTERS.name(prefix);
            var selection = new Selection(Set.of(letters), period, Map.of(), Optional.empty());
            try (var topics = TopicScan.open(desk.settings().kafka());
                    var producer = KafkaProducers.create(desk.settings(), "throughline-redrive",
                            Redrive.producerProperties(prefix))) {
                var redrive = new Redrive(producer, prefix, desk.clock());
                if (!plan) {
                    redrive.begin();
                }
                List<Stretch> marks = topics.stretches(List.of(Topic.REDRIVEN.name(prefix)), null);
                var unused = topics.run(marks, mark -> {
                    redrive.mark(mark);
                    return true;
                }, done -> {});
                Counts due = new Counts();
                var scanned = desk.scan(topics, TopicScan::run, "redrive",
                        topics.stretches(List.of(letters), null), letter -> {
                            if (isMeant(letter, wanted) && selection.matches(new InputRecord(letter))
                                    && redrive.isDue(letter)) {
                                due.add(letter);
                                if (!plan) {
                                    redrive.send(letter);
                                }
                            }
                            return true;
                        });
                Redrive.Outcome outcome = plan ? redrive.outcome() : redrive.end();
                desk.say("scanned " + scanned.inWords());
                tell(due, outcome);
                return 0;
            } catch (KafkaException e) {
                throw new ReplayException("no transaction with the brokers at " + desk.settings().bootstrapServers()
                        + ": " + e.getMessage(), e);
            }
        });
    }

    private boolean isMeant(ConsumerRecord<byte[], byte[]> letter, Set<String> wanted) {
        String from = TraceHeaders.text(letter.headers(), DeadLetters.TOPIC);
        boolean rightTopic = source == null || source.equals(from)
                || (desk.settings().topicPrefix() + source).equals(from);
        return rightTopic
                && (wanted.isEmpty() || wanted.contains(TraceHeaders.text(letter.headers(), DeadLetters.REASON)));
    }

    private void tell(Counts due, Redrive.Outcome outcome) {
        var out = desk.terminal().out();
        due.byTopicAndReason.forEach((what, count) -> out.printf(Locale.ROOT, "%-60s %,10d%n", what, count));
        if (plan) {
            out.printf(Locale.ROOT, "would send %,d dead letters", due.total());
        } else {
            out.printf(Locale.ROOT, "sent %,d dead letters back", outcome.total());
        }
        out.printf(Locale.ROOT, "; %,d were sent before%n", outcome.already());
        if (outcome.homeless() > 0) {
            desk.say(String.format(Locale.ROOT, "%,d do not say which topic of the pipeline they came from, and stay",
                    outcome.homeless()));
        }
    }

    private static final class Counts {
        private final Map<String, Long> byTopicAndReason = new TreeMap<>();

        void add(ConsumerRecord<byte[], byte[]> letter) {
            byTopicAndReason.merge(TraceHeaders.text(letter.headers(), DeadLetters.TOPIC) + "  "
                    + TraceHeaders.text(letter.headers(), DeadLetters.REASON), 1L, Long::sum);
        }

        long total() {
            return byTopicAndReason.values().stream().mapToLong(Long::longValue).sum();
        }
    }
}
