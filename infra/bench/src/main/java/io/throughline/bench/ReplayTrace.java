package io.throughline.bench;

import io.throughline.local.Home;
import io.throughline.local.Terminal;
import io.throughline.local.replay.ReplayCommand;
import io.throughline.logs.Shipper;
import io.throughline.logs.ShipperConfig;
import io.throughline.publish.Settings;
import io.throughline.replay.Coordinates;
import io.throughline.replay.InputRecord;
import io.throughline.replay.TopicScan;
import io.throughline.trace.TraceHeaders;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * {@code replay show --trace} with the store of a real log shipper that has all the records, in a process that runs and
 * in one of its own, against kcat piped into grep over the topic that the trace is in.
 */
record ReplayTrace(Playground playground, long records, Terminal terminal) {

    private static final int TRACES = 21;
    private static final int COMMANDS = 5;
    private static final String TOPIC = "throughline.llm";

    void measure() throws IOException, InterruptedException {
        Settings settings = Settings.of(Map.of("THROUGHLINE_BOOTSTRAP_SERVERS", playground.bootstrapServers()));
        terminal.err().println("a log shipper indexes " + records + " records");
        try (var shipper = Shipper.start(ShipperConfig.from(settings.with("THROUGHLINE_SHIPPER_PORT", "0")
                .with("THROUGHLINE_STORE_DIR", playground.directory().resolve("store").toString())), why -> {})) {
            String url = "http://localhost:" + shipper.port();
            awaitStored(url);
            List<String> traces = traces();
            double[] running = new double[TRACES];
            for (int i = 0; i < TRACES; i++) {
                running[i] = running(settings, url, traces.get(i));
            }
            double first = running[0];
            Arrays.sort(running);
            double command = command(url, traces.getLast());
            terminal.out().println("\n| one trace of " + String.format(Locale.ROOT, "%,d records", records)
                    + " | ms |\n|---|---|");
            tell("show, in a process that runs: first", first);
            tell("median of " + TRACES, running[TRACES / 2]);
            tell("slowest", running[TRACES - 1]);
            tell("./throughline replay show: median of " + COMMANDS, command);
            grep(traces.getLast(), running[TRACES / 2]);
            terminal.out().flush();
        }
    }

    private void tell(String what, double millis) {
        terminal.out().println(String.format(Locale.ROOT, "| %s | %,.0f |", what, millis));
    }

    private void awaitStored(String url) throws IOException, InterruptedException {
        for (long stored = 0; stored < records;) {
            TimeUnit.MILLISECONDS.sleep(200);
            try (InputStream in = URI.create(url + "/metrics").toURL().openStream()) {
                stored = new String(in.readAllBytes(), StandardCharsets.UTF_8).lines()
                        .filter(line -> line.startsWith("throughline_shipper_store_documents"))
                        .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1))).sum();
            }
        }
    }

    /** Traces from all over the topic. */
    private List<String> traces() {
        List<String> traces = new ArrayList<>();
        try (var topics = TopicScan.open(Map.of("bootstrap.servers", playground.bootstrapServers()))) {
            var stretches = topics.stretches(List.of(TOPIC), null);
            for (int i = 0; i < TRACES; i++) {
                var stretch = stretches.get(i % stretches.size());
                long offset = stretch.begin() + stretch.length() * i / TRACES;
                topics.fetch(List.of(new Coordinates(TOPIC, stretch.partition().partition(),
                        offset)),
                        found -> traces.add(Objects.requireNonNull(new InputRecord(found).field(
                                TraceHeaders.TRACE_ID))));
            }
        }
        return traces;
    }

    private double running(Settings settings, String url, String trace) {
        var out = new ByteArrayOutputStream();
        var err = new ByteArrayOutputStream();
        var quiet = new Terminal(new ByteArrayInputStream(new byte[0]), new PrintStream(out, false,
                StandardCharsets.UTF_8), new PrintStream(err, true, StandardCharsets.UTF_8), false, 120, false);
        long start = System.nanoTime();
        int exit = ReplayCommand.commands(quiet, settings, Clock.systemUTC()).execute("show", "--trace", trace, "--url",
                url);
        double millis = (System.nanoTime() - start) / 1e6;
        String said = err.toString(StandardCharsets.UTF_8);
        if (exit != 0 || !out.toString(StandardCharsets.UTF_8).contains(trace) || !said.startsWith("the store knew")) {
            throw new IllegalStateException("show did not find " + trace + " by the store: " + said);
        }
        return millis;
    }

    /** As a user types it, launcher included; before it once more, which leaves the JVM's archive of classes. */
    private double command(String url, String trace) throws IOException, InterruptedException {
        var builder = new ProcessBuilder(Home.find().root().resolve("throughline").toString(), "replay", "show",
                "--trace",
                trace, "--url", url);
        builder.environment().put("THROUGHLINE_BOOTSTRAP_SERVERS", playground.bootstrapServers());
        double[] commands = new double[COMMANDS];
        timed(builder, trace);
        for (int i = 0; i < COMMANDS; i++) {
            commands[i] = timed(builder, trace);
        }
        Arrays.sort(commands);
        return commands[COMMANDS / 2];
    }

    private void grep(String trace, double ours) throws IOException, InterruptedException {
        var builder = new ProcessBuilder("sh", "-c",
                "kcat -C -e -q -b " + playground.bootstrapServers() + " -t " + TOPIC
                        + " -f '%h %s\\n' | grep " + trace);
        try {
            double millis = timed(builder, trace);
            tell("kcat piped into grep", millis);
            terminal.out().println(String.format(Locale.ROOT, "%nshow takes %.4f of kcat and grep", ours / millis));
        } catch (IllegalStateException e) {
            terminal.out().println("\nnothing to compare with: " + e.getMessage());
        }
    }

    private static double timed(ProcessBuilder builder, String trace) throws IOException, InterruptedException {
        long start = System.nanoTime();
        Process process = builder.redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        double millis = (System.nanoTime() - start) / 1e6;
        if (!said.contains(trace)) {
            throw new IllegalStateException(builder.command().getFirst() + " found nothing: " + said.strip());
        }
        return millis;
    }
}
