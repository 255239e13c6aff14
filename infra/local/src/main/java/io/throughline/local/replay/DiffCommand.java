package io.throughline.local.replay;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.throughline.aggregate.BucketLayout;
import io.throughline.aggregate.CountingConfig;
import io.throughline.aggregate.Metric;
import io.throughline.aggregate.Prices;
import io.throughline.replay.Difference;
import io.throughline.replay.LabelRules;
import io.throughline.replay.MetricQuery;
import io.throughline.replay.Recount;
import io.throughline.replay.Windows;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code replay diff}: live against recomputed, or recomputed under other prices, buckets or labels. */
@Command(name = "diff", mixinStandardHelpOptions = true, sortOptions = false, description = {
        "Compares the windows that the aggregator answers with recomputed ones; with --prices, --buckets or --rules",
        "compares the recomputed period with the same period under those."}, footer = {"", "Examples:",
                "  ./throughline replay diff --from -2h", "  ./throughline replay diff --from yesterday --to today"
                        + " --prices new-prices.json",
                "  ./throughline replay diff --from -6h --rules rules.json", "",
                "A rules file: {\"rules\":[{\"metric\":\"http_requests_total\",\"drop\":\"service\"},",
                "  {\"label\":\"model\",\"map\":{\"gpt-4o-mini\":\"gpt-4o\"}},{\"label\":\"status_code\",\"rename\":\"code\"}]}",
                "Live is compared up to a minute ago, unless --to says otherwise.",
                "Prints one JSON object for each series that differs. Exit 0 when nothing differs, 1 otherwise."})
final class DiffCommand implements Callable<Integer> {

    private static final JsonMapper JSON = new JsonMapper();
    private static final Duration SETTLING = Duration.ofMinutes(1);

    private final Desk desk;

    @Mixin
    private MetricOptions asked = new MetricOptions();

    @Option(names = "--prices", paramLabel = "FILE", description = "a price table, as THROUGHLINE_PRICES takes it")
    private @Nullable Path prices;

    @Option(names = "--buckets", paramLabel = "FILE", description = "a bucket layout, as THROUGHLINE_BUCKETS takes it")
    private @Nullable Path buckets;

    @Option(names = "--rules", paramLabel = "FILE", description = "labels to drop, rename or map")
    private @Nullable Path rules;

    @Option(names = "--aggregator", paramLabel = "URL", description = "the live one (default:"
            + " http://localhost:8000, or the port THROUGHLINE_AGGREGATOR_PORT)")
    private @Nullable String aggregator;

    DiffCommand() {
        this(Desk.system());
    }

    DiffCommand(Desk desk) {
        this.desk = desk;
    }

    @Override
    public Integer call() {
        return desk.run("diff", () -> {
            MetricQuery query = asked.query(desk.clock(), null);
            List<Metric> metrics = asked.metrics();
            LabelRules labels = rules == null ? LabelRules.NONE : LabelRules.read(rules);
            boolean whatIf = prices != null || buckets != null || rules != null;
            if (whatIf && query.by() != null) {
                throw new IllegalArgumentException("--by adds up windows of the live comparison; with --prices,"
                        + " --buckets or --rules every series is told, and a rule drops labels");
            }
            return whatIf
                    ? whatIf(query, metrics, labels)
                    : live(asked.endsAsAsked() ? query : settled(query), metrics);
        });
    }

    /** Without the windows of this moment, in which live and recomputed do not hold the same events yet. */
    private MetricQuery settled(MetricQuery query) {
        Instant latest = desk.clock().instant().minus(SETTLING);
        Instant end = query.to();
        while (end.isAfter(latest) && end.minus(query.step()).isAfter(query.from())) {
            end = end.minus(query.step());
        }
        return new MetricQuery(query.from(), end, query.step(), query.by());
    }

    private int whatIf(MetricQuery query, List<Metric> metrics, LabelRules labels) {
        var counting = new Counting(desk, null);
        CountingConfig changed = counting.config();
        Path priceFile = prices;
        Path bucketFile = buckets;
        changed = priceFile == null ? changed : changed.withPrices(Prices.read(priceFile));
        changed = bucketFile == null ? changed : changed.withLayout(BucketLayout.read(bucketFile));
        var before = new Recount(counting.config(), query.range(), false);
        var after = new Recount(changed, query.range(), false);
        counting.run(query.from(), before, after);
        var difference = new Difference(before.windows(), LabelRules.NONE, after.windows(), labels, query, metrics);
        List<Difference.Change> changes = difference.changes();
        changes.forEach(change -> desk.terminal().out().println(line(change)));
        desk.say(String.format(Locale.ROOT, "%,d of %,d series change; time series on /metrics: %,d before, %,d after",
                changes.size(), difference.compared(), difference.seriesBefore(), difference.seriesAfter()));
        return changes.isEmpty() ? 0 : 1;
    }

    private static ObjectNode line(Difference.Change change) {
        ObjectNode line = JSON.createObjectNode().put("series", change.series());
        line.put("before", change.before() == null ? null : MetricQuery.text(change.before()));
        line.put("after", change.after() == null ? null : MetricQuery.text(change.after()));
        if (change.before() != null && change.after() != null) {
            line.put("change", MetricQuery.text(change.after().subtract(change.before())));
        }
        return change.note().isEmpty() ? line : line.put("note", change.note());
    }

    private int live(MetricQuery query, List<Metric> metrics) throws IOException {
        var counting = new Counting(desk, null);
        var client = new AggregatorClient(aggregator, desk.settings());
        client.requireAnswer();
        var count = new Recount(counting.config(), query.range(), false);
        counting.run(query.from(), count);
        Windows windows = count.windows();
        long compared = 0;
        long different = 0;
        long open = 0;
        for (Metric metric : metrics) {
            JsonNode answer = client.windows(metric, query);
            if (answer.path("complete").isBoolean() && !answer.path("complete").booleanValue()) {
                desk.say(metric.metricName() + ": " + answer.path("missing").asText());
            }
            var comparison = new LiveComparison(query.rows(windows, metric), answer, desk.terminal().out());
            comparison.run();
            compared += comparison.compared();
            different += comparison.different();
            open += comparison.open();
        }
        desk.say(String.format(Locale.ROOT, "compared %,d windows of series with %s: %,d differ", compared,
                client.address(), different)
                + (open > 0 ? "; " + open + " windows are not final, and may differ for what is still to come" : ""));
        return different == 0 ? 0 : 1;
    }
}
