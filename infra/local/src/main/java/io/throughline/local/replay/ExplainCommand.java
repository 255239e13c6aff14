package io.throughline.local.replay;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.throughline.aggregate.Metric;
import io.throughline.aggregate.Outcome;
import io.throughline.replay.Capsule;
import io.throughline.replay.Contribution;
import io.throughline.replay.Coordinates;
import io.throughline.replay.Explanation;
import io.throughline.replay.MetricQuery;
import io.throughline.replay.Recount;
import io.throughline.replay.ReplayException;
import io.throughline.replay.SeriesSelector;
import io.throughline.replay.TimeRange;
import io.throughline.replay.TopicScan;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code replay explain}: the events behind an increase, or the series behind a record. */
@Command(name = "explain", mixinStandardHelpOptions = true, sortOptions = false, //
        description = {"Tells which events made a number: coordinates, trace ids and amounts as NDJSON, and the sum,",
                "which is the increase of the series; or which series a record touched."}, footer = {"", "Examples:",
                        "  ./throughline replay explain 'llm_requests_total{model=\"gpt-4o\",status=\"error\"}' --from -2h",
                        "  ./throughline replay explain 'llm_latency_seconds_bucket{model=\"gpt-4o\",le=\"0.5\"}' --from today",
                        "  ./throughline replay explain --record throughline.llm:3:1047", "",
                        "An event counts at its event time: the sum is what the series grew by once everything of the",
                        "period had come. late marks what came after its window was over, and is in the counter alone."})
final class ExplainCommand implements Callable<Integer> {

    private static final JsonMapper JSON = new JsonMapper();

    private final Desk desk;

    @Parameters(arity = "0..1", paramLabel = "SERIES", description = "as PromQL names it, matchers = and != only")
    private @Nullable String series;

    @Option(names = "--record", paramLabel = "TOPIC:PARTITION:OFFSET", description = "explains this record instead")
    private @Nullable String record;

    @Mixin
    private CapsuleOptions capsules = new CapsuleOptions();

    @Mixin
    private RangeOptions range = new RangeOptions();

    ExplainCommand() {
        this(Desk.system());
    }

    ExplainCommand(Desk desk) {
        this.desk = desk;
    }

    @Override
    public Integer call() {
        return desk.run("explain", () -> {
            String named = series;
            String where = record;
            if ((named == null) == (where == null)) {
                throw new IllegalArgumentException("name either a series, such as llm_requests_total{model=\"gpt-4o\"},"
                        + " or a record with --record");
            }
            Capsule capsule = capsules.capsule(desk);
            var counting = new Counting(desk, capsule);
            if (where != null) {
                Coordinates wanted = Coordinates.parse(where);
                record(counting, wanted, capsule == null ? timestamp(wanted) : Instant.EPOCH);
            } else if (named != null) {
                series(counting, SeriesSelector.parse(named));
            }
            return 0;
        });
    }

    private void series(Counting counting, SeriesSelector selector) {
        if (selector.metric().kind() == Metric.Kind.NEWEST || selector.metric().kind() == Metric.Kind.NEWEST_SUMMED
                || selector.metric().kind() == Metric.Kind.RECENT) {
            throw new IllegalArgumentException(
                    selector.metric().metricName() + " is no sum: every event sets it anew, and"
                            + " replay show --where finds the last one");
        }
        TimeRange asked = range.range(desk.clock());
        var count = new Recount(counting.config(), asked, true);
        var explanation = new Explanation(count,
                (touched, atNanos) -> selector.matches(touched) && asked.contains(atNanos));
        var sum = new Sum(selector);
        counting.explain(asked.from(), explanation, (outcome, told) -> told.forEach(sum::take));
        ObjectNode total = JSON.createObjectNode().put("sum", MetricQuery.text(sum.nanos)).put("events", sum.events);
        desk.terminal().out().println(total);
        desk.say(String.format(Locale.ROOT, "%s: %s from %,d events", series, MetricQuery.text(sum.nanos), sum.events)
                + (sum.late > 0 ? ", " + sum.late + " of them too late for their windows" : ""));
    }

    /** Prints what each event added, and adds it up. */
    private final class Sum {
        private final SeriesSelector selector;
        private BigDecimal nanos = BigDecimal.ZERO;
        private long events;
        private long late;

        Sum(SeriesSelector selector) {
            this.selector = selector;
        }

        void take(Contribution added) {
            long amount = selector.amount(added.nanos());
            if (amount != 0) {
                nanos = nanos.add(BigDecimal.valueOf(amount, 9));
                events++;
                late += added.late() ? 1 : 0;
                desk.terminal().out().println(line(added, amount));
            }
        }
    }

    private static ObjectNode line(Contribution added, long amount) {
        Coordinates where = added.record();
        ObjectNode line = JSON.createObjectNode().put("topic", where.topic()).put("partition", where.partition())
                .put("offset", where.offset()).put("trace_id", added.traceId())
                .put("event_time", Instant.EPOCH.plusNanos(added.atNanos()).toString());
        return change(line, added, amount);
    }

    private static ObjectNode change(ObjectNode line, Contribution added, long amount) {
        line.put("series", SeriesSelector.text(added.series()));
        if (!added.part().isEmpty()) {
            line.put("part", added.part());
        }
        line.put("amount", MetricQuery.text(BigDecimal.valueOf(amount, 9)));
        return added.late() ? line.put("late", true) : line;
    }

    private void record(Counting counting, Coordinates wanted, Instant at) throws IOException {
        if (!Recount.topics(counting.config()).contains(wanted.topic())) {
            throw new IllegalArgumentException(wanted.topic() + " is no topic of events; those are "
                    + String.join(", ", Recount.topics(counting.config())));
        }
        var count = new Recount(counting.config(), TimeRange.ALL, true);
        var explanation = new Explanation(count, (series, nanos) -> true);
        Outcome[] outcome = new Outcome[1];
        List<Contribution> added = new ArrayList<>();
        counting.explainRecord(at, wanted, explanation, (became, told) -> {
            outcome[0] = became;
            added.addAll(told);
        });
        ObjectNode answer = JSON.createObjectNode().put("record", wanted.toString())
                .put("outcome", outcome(outcome[0]));
        if (outcome[0] instanceof Outcome.DeadLetter letter) {
            answer.put("reason", letter.why().reason().wireName()).put("detail", letter.why().getMessage());
        }
        var touched = answer.putArray("series");
        added.forEach(each -> touched.add(change(JSON.createObjectNode(), each, each.nanos())));
        desk.terminal().out().println(JSON.writerWithDefaultPrettyPrinter().writeValueAsString(answer));
    }

    private Instant timestamp(Coordinates wanted) {
        List<ConsumerRecord<byte[], byte[]>> found = new ArrayList<>();
        try (var topics = TopicScan.openForSingleRecords(desk.settings().kafka())) {
            topics.fetch(List.of(wanted), found::add);
        }
        if (found.isEmpty()) {
            throw new ReplayException("there is no record " + wanted + " (any more)", null);
        }
        return Instant.ofEpochMilli(Math.max(0, found.getFirst().timestamp()));
    }

    private static String outcome(@Nullable Outcome outcome) {
        return switch (outcome) {
            case null -> "not reached";
            case Outcome.Plain plain -> plain.name().toLowerCase(Locale.ROOT);
            case Outcome.DeadLetter letter -> "dead_letter";
        };
    }
}
