package io.throughline.bench;

import io.throughline.aggregate.BucketLayout;
import io.throughline.aggregate.CellCodec;
import io.throughline.aggregate.CellKey;
import io.throughline.aggregate.Distribution;
import io.throughline.aggregate.Metric;
import io.throughline.aggregate.Nanos;
import io.throughline.aggregate.Series;
import io.throughline.event.Topic;
import io.throughline.local.Home;
import io.throughline.local.Terminal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code bench scrape}: what many series cost an aggregator that shows them. */
@Command(name = "scrape", mixinStandardHelpOptions = true, description = {
        "Starts an aggregator on many committed histograms, in a heap of its own, and",
        "measures its start, its scrapes and its heap; then how long it takes until a",
        "published event is shown."})
final class ScrapeCommand implements Callable<Integer> {

    private static final String PREFIX = Topic.DEFAULT_PREFIX;
    private static final double OBSERVATIONS = 12;
    private static final long NOW_NANOS = 1_769_601_600_000_000_000L;

    @Option(names = "--series", paramLabel = "N", defaultValue = "100000", description = "histogram series (default: ${DEFAULT-VALUE})")
    private int series;

    @Option(names = "--input-partitions", paramLabel = "N", defaultValue = "6", description = "partial values of each series (default: ${DEFAULT-VALUE})")
    private int inputPartitions;

    @Option(names = "--heap", paramLabel = "MIB", defaultValue = "512", description = "heap of the aggregator, which it must do with (default: ${DEFAULT-VALUE})")
    private int heap;

    @Spec
    private @Nullable CommandSpec spec;

    private final Terminal terminal;

    ScrapeCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (series < 1 || inputPartitions < 1 || inputPartitions > OBSERVATIONS || heap < 64) {
            throw new ParameterException(Objects.requireNonNull(spec).commandLine(),
                    "--series must be at least 1, --input-partitions from 1 to "
                            + (int) OBSERVATIONS + " and --heap at least 64, got " + series + ", " + inputPartitions
                            + " and "
                            + heap);
        }
        Home home = Home.find();
        try (Playground playground = Playground.open(home, null)) {
            terminal.err().printf("committing %,d series of %d partial values%n", series, inputPartitions);
            fill(playground.bootstrapServers());
            ScrapeSample sample = measure(playground);
            Machine machine = Machine.here();
            terminal.out().printf(Locale.ROOT, """
                    %,d histogram series of %d partial values, heap of %d MiB; %d cores, JDK %s

                    from the start of the JVM to the first whole page  %.1f s
                    page (OpenMetrics)                                 %,d MB, %.1f MB with gzip
                    first scrape                                       %.2f s
                    scrape, median                                     %.2f s
                    scrape with gzip, median                           %.2f s
                    heap in use                                        %d MiB
                    """, series, inputPartitions, heap, machine.cores(), machine.jdk(), sample.startSeconds(),
                    sample.pageBytes() / 1_000_000, sample.zippedBytes() / 1e6, sample.firstSeconds(),
                    sample.plainSeconds(), sample.zippedSeconds(), sample.heapMebibytes());
        }
        terminal.err().println("publishing events, and scraping until they are shown");
        terminal.out().println(new ScrapeLag().measure(home));
        terminal.out().flush();
        return 0;
    }

    private void fill(String bootstrapServers) {
        var random = new SplittableRandom(42);
        var buckets = BucketLayout.bundled().of(Metric.LLM_LATENCY_SECONDS);
        String topic = Topic.SERIES.name(PREFIX);
        try (var producer = new KafkaProducer<>(Map.<String, Object>of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                bootstrapServers, ProducerConfig.LINGER_MS_CONFIG, 50, ProducerConfig.BATCH_SIZE_CONFIG, 1 << 17),
                new ByteArraySerializer(), new ByteArraySerializer())) {
            int partitions = producer.partitionsFor(topic).size();
            for (int i = 0; i < series; i++) {
                var key = new CellKey(new Series(Metric.LLM_LATENCY_SECONDS, List.of("model-" + i)), "");
                for (int input = 0; input < inputPartitions; input++) {
                    var cell = new Distribution(buckets, NOW_NANOS / 1_000_000);
                    for (int k = 0; k < OBSERVATIONS / inputPartitions; k++) {
                        cell.observe((long) (Nanos.ONE * 30 * Math.pow(random.nextDouble(), 3)),
                                "%032x".formatted(random.nextLong() & Long.MAX_VALUE), NOW_NANOS + i);
                    }
                    byte[] wireKey = CellCodec.encodeKey(key, input);
                    var unused = producer.send(new ProducerRecord<>(topic, CellCodec.partitionOf(wireKey, partitions),
                            wireKey, CellCodec.encode(cell)));
                }
            }
            producer.flush();
        }
    }

    private ScrapeSample measure(Playground playground) throws IOException, InterruptedException {
        Path directory = Files.createDirectories(playground.directory().resolve("scrape"));
        Path log = directory.resolve("stderr.log");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx" + heap + "m",
                "-XX:+UseG1GC", "-XX:+ExitOnOutOfMemoryError", "--enable-native-access=ALL-UNNAMED", "-cp",
                System.getProperty("java.class.path"), ScrapeChild.class.getName(), playground.bootstrapServers(),
                directory.resolve("state").toString()));
        Process process = new ProcessBuilder(command).redirectError(log.toFile()).start();
        try {
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() == 0) {
                return Json.MAPPER.readValue(lastLine(said), ScrapeSample.class);
            }
            throw new IllegalStateException("the aggregator ended with exit code " + process.exitValue() + ": "
                    + lastLine(Files.readString(log)));
        } finally {
            process.destroyForcibly();
        }
    }

    private static String lastLine(String text) {
        return text.lines().filter(line -> !line.isBlank()).reduce("it said nothing", (before, line) -> line);
    }
}
