package io.throughline.bench;

import io.throughline.aggregate.CountingConfig;
import io.throughline.local.Home;
import io.throughline.local.Terminal;
import io.throughline.publish.Settings;
import io.throughline.replay.Coordinates;
import io.throughline.replay.InputRecord;
import io.throughline.replay.Recount;
import io.throughline.replay.Stretch;
import io.throughline.replay.TimeRange;
import io.throughline.replay.TopicScan;
import io.throughline.trace.TraceHeaders;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code bench replay}: recounting against the bare fetch of the same records, and one trace against kcat and grep. */
@Command(name = "replay", description = {
        "Measures a recount of all events against the bare fetch of the same records, both",
        "in one thread, and fetching one trace by its coordinates against kcat piped into grep."})
final class ReplayCommand implements Callable<Integer> {

    private static final long SEED = 42;

    @Option(names = "--events", paramLabel = "N", defaultValue = "500000", description = "events in the topics (default: ${DEFAULT-VALUE})")
    private long events;

    @Option(names = "--rounds", paramLabel = "R", defaultValue = "3", description = "how often each is measured, in turn (default: ${DEFAULT-VALUE})")
    private int rounds;

    @Spec
    private @Nullable CommandSpec spec;

    private final Terminal terminal;

    ReplayCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    private interface Reader {
        void read(TopicScan topics, List<Stretch> stretches);
    }

    private record Measured(double perSecond, double perCpuSecond) {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (events < 1_000 || events > 10_000_000 || rounds < 1 || rounds > 100) {
            throw new ParameterException(Objects.requireNonNull(spec).commandLine(),
                    "--events must be from 1000 to 10000000 and --rounds from 1 to 100, got "
                            + events + " and " + rounds);
        }
        try (var playground = Playground.open(Home.find(), null)) {
            Filling.publish(new Events(SEED, Instant.parse("2026-01-28T12:00:00Z")), events,
                    playground.bootstrapServers(), done -> {});
            Map<String, Object> kafka = Map.of("bootstrap.servers", playground.bootstrapServers());
            CountingConfig config = CountingConfig.from(Settings.of(Map.of()));
            Reader fetch = (topics, stretches) -> topics.run(stretches, input -> true, done -> {});
            Reader recount = (topics, stretches) -> {
                var count = new Recount(config, TimeRange.ALL, true);
                topics.runMerged(stretches, input -> {
                    var unused = count.count(input);
                    return true;
                }, done -> {});
            };
            List<Measured> fetched = new ArrayList<>();
            List<Measured> recounted = new ArrayList<>();
            measure(kafka, fetch);
            measure(kafka, recount);
            for (int round = 0; round < rounds; round++) {
                fetched.add(measure(kafka, fetch));
                recounted.add(measure(kafka, recount));
            }
            tell("fetch", fetched, fetched);
            tell("recount", recounted, fetched);
            trace(kafka, playground.bootstrapServers());
        }
        return 0;
    }

    private Measured measure(Map<String, Object> kafka, Reader reader) {
        try (var topics = TopicScan.open(kafka)) {
            List<Stretch> stretches = topics.stretches(EventTopics.NAMES, null);
            var threads = ManagementFactory.getThreadMXBean();
            long cpu = threads.getCurrentThreadCpuTime();
            long start = System.nanoTime();
            reader.read(topics, stretches);
            double seconds = (System.nanoTime() - start) / 1e9;
            return new Measured(events / seconds, events / ((threads.getCurrentThreadCpuTime() - cpu) / 1e9));
        }
    }

    private void tell(String name, List<Measured> measured, List<Measured> floor) {
        Measured one = median(measured);
        Measured base = median(floor);
        terminal.out().println(String.format(Locale.ROOT,
                "%-8s %,12.0f events/s (%.2f of fetch) %,12.0f events per CPU second of its thread (%.2f of fetch)",
                name,
                one.perSecond(), one.perSecond() / base.perSecond(), one.perCpuSecond(),
                one.perCpuSecond() / base.perCpuSecond()));
        terminal.out().flush();
    }

    private static Measured median(List<Measured> measured) {
        return measured.stream().sorted(Comparator.comparingDouble(Measured::perSecond)).toList()
                .get(measured.size() / 2);
    }

    /** One trace: by coordinates, and as one would without them. */
    private void trace(Map<String, Object> kafka, String brokers) throws IOException, InterruptedException {
        List<InputRecord> some = new ArrayList<>();
        try (var topics = TopicScan.open(kafka)) {
            topics.run(topics.stretches(List.of("throughline.llm"), null), input -> {
                some.add(new InputRecord(input));
                return some.size() < 1_000;
            }, done -> {});
        }
        InputRecord wanted = some.getLast();
        String trace = Objects.requireNonNull(wanted.field(TraceHeaders.TRACE_ID));
        long start = System.nanoTime();
        try (var topics = TopicScan.openForSingleRecords(kafka)) {
            topics.fetch(List.of(Coordinates.of(wanted.kafka())), input -> {});
        }
        double byCoordinates = (System.nanoTime() - start) / 1e6;
        start = System.nanoTime();
        Process grep = new ProcessBuilder("sh", "-c", "kcat -C -e -q -b " + brokers
                + " -t throughline.llm -f '%h %s\\n' | grep -c " + trace)
                .redirectErrorStream(true).start();
        String found = new String(grep.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        grep.waitFor();
        double byGrep = (System.nanoTime() - start) / 1e6;
        if (!found.matches("[1-9]\\d*")) {
            terminal.out().println(String.format(Locale.ROOT,
                    "one trace: by coordinates %.0f ms (client started and closed); nothing to compare with, kcat | grep"
                            + " says: %s",
                    byCoordinates, found));
            return;
        }
        terminal.out().println(String.format(Locale.ROOT,
                "one trace: by coordinates %.0f ms (client started and closed), kcat | grep %.0f ms (found %s), ratio %.3f",
                byCoordinates, byGrep, found, byCoordinates / byGrep));
        terminal.out().flush();
    }
}
