package io.throughline.local.replay;

import io.throughline.aggregate.Metric;
import io.throughline.local.Terminal;
import io.throughline.replay.Capsule;
import io.throughline.replay.MetricQuery;
import io.throughline.replay.OpenMetrics;
import io.throughline.replay.Recount;
import io.throughline.replay.TimeRange;
import io.throughline.replay.Windows;
import java.io.BufferedOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code replay metrics}: the numbers of a period, recomputed from the topics. */
@Command(name = "metrics", mixinStandardHelpOptions = true, sortOptions = false, //
        description = "Recomputes the numbers of a period from the topics, by the rules of the live ones.", footer = {
                "", "Examples:", "  ./throughline replay metrics --from -2h --metric llm_requests_total --by model",
                "  ./throughline replay metrics --from yesterday --to today --step 1h --format csv",
                "  ./throughline replay metrics --from -6h --metric llm_latency_seconds --format png -o latency.png",
                "  ./throughline replay metrics --from -3h --to -1h --format openmetrics --label job=aggregator \\",
                "    --label instance=aggregator -o backfill.om && \\",
                "    promtool tsdb create-blocks-from openmetrics backfill.om data/prometheus", "",
                "Reads far enough back for deduplication and life cycles (twice THROUGHLINE_JOB_LIMIT before --from, or",
                "everything when the topics hold few records); openmetrics reads everything."})
final class MetricsCommand implements Callable<Integer> {

    private final Desk desk;

    @Mixin
    private MetricOptions asked = new MetricOptions();

    @Mixin
    private CapsuleOptions capsules = new CapsuleOptions();

    @Option(names = "--format", paramLabel = "FORMAT", defaultValue = "table", //
            description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE})")
    private Format format = Format.table;

    @Option(names = {"-o", "--output"}, paramLabel = "FILE", description = "instead of stdout; png needs one")
    private @Nullable Path output;

    @Option(names = "--label", paramLabel = "NAME=VALUE", description = "openmetrics: a label for every series, such as"
            + " those that the scrape configuration sets (job=aggregator)")
    private Map<String, String> labels = new LinkedHashMap<>();

    MetricsCommand() {
        this(Desk.system());
    }

    MetricsCommand(Desk desk) {
        this.desk = desk;
    }

    @Override
    public Integer call() {
        return desk.run("metrics", () -> {
            Capsule capsule = capsules.capsule(desk);
            MetricQuery query = asked.query(desk.clock(), capsule);
            List<Metric> metrics = asked.metrics();
            if (format == Format.png && output == null) {
                throw new IllegalArgumentException("--format png needs --output FILE");
            }
            if (output != null) {
                Desk.requireFolder("--output ", output);
            }
            var counting = new Counting(desk, capsule);
            if (format == Format.openmetrics) {
                openMetrics(counting, query, metrics);
            } else {
                var count = new Recount(counting.config(), query.range(), false);
                Instant asOf = desk.clock().instant();
                counting.run(query.from(), count);
                write(count, asOf, query, metrics);
            }
            return 0;
        });
    }

    private void write(Recount count, Instant asOf, MetricQuery query, List<Metric> metrics) throws IOException {
        Windows windows = count.windows();
        List<MetricQuery.Row> rows = metrics.stream().flatMap(metric -> query.rows(windows, metric).stream()).toList();
        if (rows.isEmpty()) {
            desk.say("nothing counted from " + query.from() + " to " + query.to());
        }
        try (PrintStream out = out()) {
            switch (format) {
                case table -> MetricTable.print(rows, query, columns(), out);
                case json -> MetricText.json(metrics, rows, query, asOf, count.finalUpTo(asOf), out);
                case csv -> MetricText.csv(rows, out);
                case png -> MetricChart.write(rows, query, out);
                case openmetrics -> throw new IllegalStateException("has its own way");
            }
        }
    }

    /** Cumulative values go on from what was counted before, so everything is counted. */
    private void openMetrics(Counting counting, MetricQuery query, List<Metric> metrics) throws IOException {
        var count = new Recount(counting.config(), new TimeRange(query.from(), null), true);
        counting.run(null, count);
        try (PrintStream out = out()) {
            OpenMetrics.write(count.windows(), count.cumulative(), query, metrics, labels, out);
        }
    }

    /** None where a program or a file takes the rows. */
    private int columns() {
        return output == null && Terminal.resultsAreWatched() ? desk.terminal().width() : 0;
    }

    private PrintStream out() throws IOException {
        Path file = output;
        OutputStream stream = file == null ? new Unclosed(desk.terminal().out()) : Files.newOutputStream(file);
        return new PrintStream(new BufferedOutputStream(stream, 64 * 1024), false, StandardCharsets.UTF_8);
    }

    /** Stdout stays open. */
    private static final class Unclosed extends FilterOutputStream {
        Unclosed(OutputStream out) {
            super(out);
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            out.write(bytes, from, length);
        }

        @Override
        public void close() throws IOException {
            flush();
        }
    }
}
