package io.throughline.bench;

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
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code bench logs}: the shipper's store beside jq over a file, SQLite and OpenSearch, with the same lines. */
@Command(name = "logs", description = {
        "Measures the shipper's store against jq over a file and SQLite with an index on",
        "trace_id and full text, and OpenSearch where one is named."})
final class LogsCommand implements Callable<Integer> {

    private static final List<String> HEAD = List.of("store", "lines/s", "lines/CPU s", "bytes/line", "× raw",
            "trace p50 ms", "trace p99 ms", "cold p99 ms", "text p50 ms", "heap MB");

    @Option(names = "--lines", paramLabel = "N", defaultValue = "1000000", description = "lines that each stores (default: ${DEFAULT-VALUE})")
    private int lines;

    @Option(names = "--lookups", paramLabel = "N", defaultValue = "1000", description = "traces that are looked up (default: ${DEFAULT-VALUE})")
    private int lookups;

    @Option(names = "--opensearch", paramLabel = "URL", description = "an OpenSearch to measure as well; it gets indexes bench-*")
    private @Nullable URI openSearch;

    private final Terminal terminal;

    LogsCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (lines < 1_000 || lookups < 10) {
            throw new IllegalArgumentException("--lines must be at least 1000 and --lookups at least 10, got " + lines
                    + " and " + lookups);
        }
        Path directory = Files.createTempDirectory("throughline-bench-logs");
        try {
            var sample = LogSample.write(directory, lines, lookups);
            List<List<String>> rows = new ArrayList<>();
            rows.add(HEAD);
            say("storing with throughline");
            rows.add(row(new StoreContender(directory.resolve("store"), null).measure(sample)));
            if (openSearch != null) {
                say("storing with OpenSearch");
                rows.add(row(new StoreContender(directory, new OpenSearchConfig(openSearch, "bench-"
                        + ProcessHandle.current().pid(), null, null)).measure(sample)));
            }
            for (CommandLineContender contender : List.of(CommandLineContender.sqlite(), CommandLineContender.jq())) {
                say("measuring " + contender.name());
                contender.measure(sample, directory).ifPresentOrElse(figures -> rows.add(row(figures)),
                        () -> say(contender.name() + " is not there"));
            }
            terminal.out().printf(Locale.ROOT, "%,d lines of %,d bytes, %,d lookups; %d cores, JDK %s%n%n", lines,
                    sample.rawBytes() / lines, lookups, Machine.here().cores(), Machine.here().jdk());
            Table.aligned(rows).forEach(terminal.out()::println);
            terminal.out().println();
            terminal.out()
                    .println("lines/CPU s: of the whole process, compiler and collector included. cold: the first "
                            + "lookups after the store was opened anew, files in the page cache.");
            terminal.out().flush();
            return 0;
        } finally {
            delete(directory);
        }
    }

    private void say(String what) {
        terminal.err().println(what);
    }

    private static List<String> row(LogFigures figures) {
        return List.of(figures.name(), number(figures.linesPerSecond(), "%,.0f"), number(figures.linesPerCpuSecond(),
                "%,.0f"), number(figures.bytesPerLine(), "%.0f"), number(figures.toRaw(), "%.2f"),
                number(figures
                        .traceMedianMillis(), "%.2f"),
                number(figures.traceTailMillis(), "%.2f"), number(figures
                        .coldTailMillis(), "%.2f"),
                number(figures.textMedianMillis(), "%.2f"), number(figures.heapMegabytes(),
                        "%.0f"));
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
