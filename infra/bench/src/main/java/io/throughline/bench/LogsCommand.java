package io.throughline.bench;

import io.throughline.local.Home;
import io.throughline.local.Terminal;
import io.throughline.logs.OpenSearchConfig;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code bench logs}: the shipper's store beside jq over a file, SQLite and OpenSearch, with the same lines. */
@Command(name = "logs", mixinStandardHelpOptions = true, description = {
        "Measures the shipper's store against jq over a file, SQLite with an index on trace_id and full text, and",
        "OpenSearch; then how long it takes from published to searchable, over Kafka and HTTP."})
final class LogsCommand implements Callable<Integer> {

    /** What a shipper has to do with. */
    private static final List<String> SHIPPER = List.of("-Xmx512m", "-XX:+UseSerialGC");
    private static final List<String> HEAD = List.of("store", "lines/s", "lines/CPU s", "settled", "bytes/line",
            "× raw",
            "trace p50 ms", "trace p99 ms", "cold p50 ms", "cold p99 ms", "text p50 ms", "heap MB");

    @Option(names = "--lines", paramLabel = "N", defaultValue = "1000000", description = "lines that each stores, 1,000 to 100,000,000 (default: ${DEFAULT-VALUE})")
    private int lines;

    @Option(names = "--lookups", paramLabel = "N", defaultValue = "1000", description = "traces that are looked up, at least 10 (default: ${DEFAULT-VALUE})")
    private int lookups;

    @Option(names = "--stores", paramLabel = "NAME", split = ",", defaultValue = "throughline,opensearch,sqlite,jq,lag", description = "who takes part: ${DEFAULT-VALUE}")
    private List<String> stores = List.of();

    @Option(names = "--opensearch", paramLabel = "URL", description = "an OpenSearch that runs, instead of one that is started from .tools; it gets indexes bench-*")
    private @Nullable URI openSearch;

    @Option(names = "--dir", paramLabel = "DIR", description = "where the data lies meanwhile (default: a temporary directory)")
    private @Nullable Path parent;

    @Spec
    private @Nullable CommandSpec spec;

    private final Terminal terminal;

    LogsCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        check();
        Path directory = parent == null
                ? Files.createTempDirectory("throughline-bench-logs")
                : Files.createTempDirectory(Files.createDirectories(parent).toAbsolutePath(), "logs");
        try {
            var sample = LogSample.write(directory, lines, lookups, stores.contains("sqlite"), stores.contains("jq"));
            List<List<String>> rows = new ArrayList<>();
            rows.add(HEAD);
            measure(sample, directory, rows);
            terminal.out().printf(Locale.ROOT, "%,d lines of %,d bytes, %,d lookups; %d cores, JDK %s, %s%n%n", lines,
                    sample.rawBytes() / lines, lookups, Machine.here().cores(), Machine.here().jdk(), String.join(" ",
                            SHIPPER));
            Table.aligned(rows).forEach(terminal.out()::println);
            terminal.out().printf("%n%s%n%s%n",
                    "lines/CPU s: of the whole process, compiler and collector included; settled: of the second half.",
                    "cold: the first 100 lookups of a new process, after its files were dropped from the page cache.");
            terminal.out().flush();
            if (stores.contains("lag")) {
                say("from published to searchable");
                terminal.out().println(new LogLag().measure(Home.find()));
            }
            terminal.out().flush();
            return 0;
        } finally {
            delete(directory);
        }
    }

    private void check() {
        List<String> known = List.of("throughline", "opensearch", "sqlite", "jq", "lag");
        if (lines < 1_000 || lines > 100_000_000 || lookups < 10 || !known.containsAll(stores)) {
            throw new ParameterException(Objects.requireNonNull(spec).commandLine(),
                    "--lines must be from 1000 to 100000000, --lookups at least 10 and --stores of " + known + ", got "
                            + lines + ", " + lookups + " and " + stores);
        }
    }

    private void measure(LogSample sample, Path directory, List<List<String>> rows)
            throws IOException, InterruptedException {
        if (stores.contains("throughline")) {
            say("storing with throughline");
            rows.add(row(ours(sample, directory)));
        }
        if (stores.contains("opensearch")) {
            openSearch(sample, directory, rows);
        }
        for (CommandLineContender contender : List.of(CommandLineContender.sqlite(), CommandLineContender.jq())) {
            if (stores.contains(contender.name())) {
                say("measuring " + contender.name());
                contender.measure(sample, directory).ifPresentOrElse(figures -> rows.add(row(figures)),
                        () -> say(contender.name() + " is not there"));
            }
        }
    }

    private static LogFigures ours(LogSample sample, Path directory) throws IOException, InterruptedException {
        Path store = directory.resolve("store");
        Path traces = Files.write(directory.resolve("traces"), sample.traces());
        LogStoring stored = ChildProcess.run("storing", SHIPPER, LogChild.class, List.of("store", store.toString(),
                Integer.toString(sample.lines())), directory.resolve("log"), LogStoring.class);
        PageCache.drop(store);
        LogFinding found = ChildProcess.run("finding", SHIPPER, LogChild.class, List.of("find", store.toString(), traces
                .toString()), directory.resolve("log"), LogFinding.class);
        return LogFigures.of("throughline", sample, stored, found);
    }

    private void openSearch(LogSample sample, Path directory, List<List<String>> rows)
            throws IOException, InterruptedException {
        Path tools = Home.find().root().resolve(".tools");
        if (openSearch != null) {
            say("storing with OpenSearch at " + openSearch);
            rows.add(row(openSearch(sample, directory, openSearch, null)));
        } else if (OpenSearchNode.isThere(tools)) {
            say("starting OpenSearch and storing with it");
            try (var node = OpenSearchNode.start(tools, directory.resolve("opensearch"))) {
                rows.add(row(openSearch(sample, directory, node.url(), node)));
            }
        } else {
            say("OpenSearch is not in .tools/opensearch (./throughline test fetches it)");
        }
    }

    private static LogFigures openSearch(LogSample sample, Path directory, URI url, @Nullable OpenSearchNode node)
            throws IOException {
        var contender = new StoreContender(directory, new OpenSearchConfig(url, "bench-" + ProcessHandle.current()
                .pid(), null, null));
        double busy = node == null ? Double.NaN : node.cpuSeconds();
        LogStoring stored = contender.store(sample.lines());
        double spent = node == null ? Double.NaN : node.cpuSeconds() - busy;
        LogFinding found = contender.find(sample.traces());
        // Only the node's own time: what the shipper spends beside it is not in it.
        return LogFigures.of("opensearch", sample, new LogStoring(stored.linesPerSecond(), sample.lines() / spent,
                Double.NaN, stored.bytes(), Double.NaN), found);
    }

    private void say(String what) {
        terminal.err().println(what);
    }

    private static List<String> row(LogFigures figures) {
        return List.of(figures.name(), number(figures.linesPerSecond(), "%,.0f"), number(figures.linesPerCpuSecond(),
                "%,.0f"), number(figures.settledLinesPerCpuSecond(), "%,.0f"), number(figures.bytesPerLine(), "%.0f"),
                number(figures.toRaw(), "%.2f"), number(figures.traceMedianMillis(), "%.2f"),
                number(figures.traceTailMillis(), "%.2f"), number(figures.coldMedianMillis(), "%.2f"),
                number(figures.coldTailMillis(), "%.2f"),
                number(figures.textMedianMillis(), "%.2f"), number(figures.heapMegabytes(), "%.0f"));
    }

    private static String number(double value, String format) {
        return Double.isNaN(value) ? "-" : String.format(Locale.ROOT, format, value);
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
