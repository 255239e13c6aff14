package io.throughline.local.replay;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.throughline.aggregate.Cell;
import io.throughline.aggregate.CellCodec;
import io.throughline.aggregate.CombineConfig;
import io.throughline.aggregate.CountingConfig;
import io.throughline.aggregate.Metric;
import io.throughline.aggregate.Sum;
import io.throughline.aggregate.WindowCodec;
import io.throughline.aggregate.WindowKey;
import io.throughline.event.Topic;
import io.throughline.expose.Aggregator;
import io.throughline.expose.AggregatorConfig;
import io.throughline.local.FreshTopics;
import io.throughline.local.KafkaBroker;
import io.throughline.local.Program;
import io.throughline.local.demo.DemoRecords;
import io.throughline.publish.KafkaProducers;
import io.throughline.publish.Settings;
import io.throughline.publish.WireRecords;
import io.throughline.replay.Audit;
import io.throughline.replay.Explanation;
import io.throughline.replay.LabelRules;
import io.throughline.replay.Recount;
import io.throughline.replay.SeriesSelector;
import io.throughline.replay.TimeRange;
import io.throughline.replay.TopicScan;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import javax.imageio.ImageIO;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Replays beside a running aggregator, on a real broker, over a quarter of an hour of demo traffic. */
@TestMethodOrder(OrderAnnotation.class)
class ReplayIT {

    @RegisterExtension
    private static final KafkaBroker BROKER = new KafkaBroker();

    private static final String FROM = "2026-01-28T15:30:00Z";
    private static final String TO = "2026-01-28T15:45:00Z";
    private static final int RECORDS = 20_000;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final JsonMapper JSON = new JsonMapper();

    private static Map<String, String> environment = Map.of();
    private static String prefix = "";
    private static Aggregator aggregator;
    private static String trace = "";

    @BeforeAll
    static void countTheDemo(@TempDir Path state) throws Exception {
        prefix = BROKER.newTopicPrefix();
        environment = Map.of("THROUGHLINE_BOOTSTRAP_SERVERS", BROKER.bootstrapServers(), "THROUGHLINE_TOPIC_PREFIX",
                prefix, "THROUGHLINE_STATE_DIR", state.toString(), "THROUGHLINE_AGGREGATOR_PORT", "0",
                "THROUGHLINE_INSTANCE", "replay-it", "THROUGHLINE_BORN_AT_ZERO", "0s");
        FreshTopics.create(BROKER.bootstrapServers(), prefix);
        long events = publish();
        aggregator = Aggregator.start(AggregatorConfig.from(settings()), why -> {});
        await().atMost(PATIENCE).ignoreExceptions().untilAsserted(() -> assertThat(page().entrySet().stream()
                .filter(sample -> sample.getKey().startsWith("throughline_consumed_total"))
                .mapToDouble(Map.Entry::getValue).sum()).isEqualTo((double) events));
    }

    private static long publish() {
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>(
                DemoRecords.of(new WireRecords(prefix, Clock.systemUTC()), 7, RECORDS));
        records.removeIf(each -> each.topic().equals(prefix + "logs"));
        records.addAll(records.subList(100, 160)); // sent again
        records.add(new ProducerRecord<>(prefix + "llm", null, records.getLast().timestamp(), null, new byte[]{'{'}));
        trace = new String(records.getFirst().headers().lastHeader("trace_id").value(), UTF_8);
        try (var producer = KafkaProducers.create(settings(), "test", Map.of())) {
            List<Future<RecordMetadata>> sent = records.stream().map(producer::send).toList();
            producer.flush();
            assertThat(sent).allMatch(Future::isDone);
        }
        return records.size();
    }

    @AfterAll
    static void stop() {
        if (aggregator != null) {
            aggregator.close();
        }
    }

    @Test
    @Order(1)
    void liveAndRecomputedWindows_areTheSame() throws Exception {
        Assumptions.assumeTrue(answersWindows(), "this aggregator has no /api/v1/windows");
        await().atMost(PATIENCE).untilAsserted(() -> {
            Replay diff = replay("diff", "--from", FROM, "--to", TO, "--step", "1m", "--aggregator", address());
            assertThat(diff.exit()).as(diff.out() + diff.err()).isZero();
            assertThat(diff.err()).containsPattern("compared [\\d,]{4,} windows of series .*: 0 differ");
        });
        Replay coarse = replay("diff", "--from", FROM, "--to", TO, "--step", "5m", "--by", "model", "--aggregator",
                address());
        assertThat(coarse.exit()).as(coarse.out() + coarse.err()).isZero();
    }

    @Test
    @Order(1)
    void recomputedDocuments_areThoseOfTheLiveOnes() throws Exception {
        for (String metric : List.of("llm_latency_seconds", "llm_requests_total", "llm_cost_usd_total", "active_jobs",
                "cache_entries", "active_users")) {
            JsonNode recomputed = replay("metrics", "--from", FROM, "--to", TO, "--step", "5m", "--metric", metric,
                    "--format", "json").lines().getFirst();
            JsonNode live = JSON.readTree(HttpClient.newHttpClient().send(HttpRequest.newBuilder(URI.create(address()
                    + "/api/v1/windows?metric=" + metric + "&from=" + FROM + "&to=" + TO + "&step=5m"
                    + (metric.equals("llm_latency_seconds") ? "&quantiles=0.5,0.95,0.99" : ""))).build(),
                    BodyHandlers.ofString()).body());
            List<String> names = new ArrayList<>();
            live.fieldNames().forEachRemaining(names::add);
            assertThat(recomputed.fieldNames()).toIterable().containsExactlyElementsOf(names);
            List<String> moving = List.of("kept_from", "complete_up_to", "final_up_to");
            assertThat(settled(recomputed, moving)).isEqualTo(settled(live, moving));
        }
    }

    /** Without what depends on the moment of the question; series in any order. */
    private static Map<String, Object> settled(JsonNode document, List<String> moving) {
        Map<String, Object> settled = new TreeMap<>();
        document.properties().stream().filter(each -> !moving.contains(each.getKey()))
                .forEach(each -> settled.put(each.getKey(), each.getValue().toString()));
        List<String> series = new ArrayList<>();
        document.path("series").forEach(each -> series.add(each.toString().replaceAll(",\"final\":[a-z]+", "")));
        settled.put("series", series.stream().sorted().toList());
        return settled;
    }

    @Test
    @Order(2)
    void replayAtFullSpeed_besideLiveTraffic_movesNoOffsetAndNoNumber() throws Exception {
        Set<String> groups = groups();
        Map<String, Double> before = numbers();
        double lag;
        long published;
        try (var traffic = Traffic.start()) {
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(liveErrors()).isGreaterThan(100));
            lag = 0;
            for (int i = 0; i < 2; i++) {
                assertThat(replay("metrics", "--from", FROM, "--to", TO, "--format", "json").exit()).isZero();
                lag = Math.max(lag, sum("throughline_lag_records"));
                assertThat(replay("show", "--no-store", "--where", "status=failed").exit()).isZero();
                lag = Math.max(lag, sum("throughline_lag_records"));
            }
            published = traffic.end();
        }
        assertThat(lag).as("records behind while replays read everything").isLessThan(Traffic.A_SECOND * 10.0);
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(liveErrors()).isEqualTo((double) published));
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(committedOffsets()).as("offsets are the ends of the topics")
                        .isNotEmpty()
                        .allSatisfy((partition, offset) -> assertThat(offset).isEqualTo(ends().get(partition))));
        assertThat(groups()).as("groups").isEqualTo(groups);
        assertThat(numbers()).isEqualTo(before);
    }

    @Test
    @Order(3)
    void explainedAmounts_sumUpToEveryCounterOnThePage() throws Exception {
        CountingConfig config = CountingConfig.from(settings());
        var explanation = new Explanation(new Recount(config, TimeRange.ALL, true), (series, at) -> true);
        Map<String, BigDecimal> sums = new HashMap<>();
        try (var topics = TopicScan.open(settings().kafka())) {
            topics.runMerged(topics.stretches(Recount.topics(config), null), input -> {
                explanation.take(input, added -> {
                    // As the page has it: labels by name.
                    String name = SeriesSelector.text(added.series().metric().metricName(),
                            new TreeMap<>(LabelRules.NONE.labels(added.series())));
                    sums.merge(name, BigDecimal.valueOf(added.nanos(), 9), BigDecimal::add);
                    if (added.series().metric().kind() == Metric.Kind.HISTOGRAM) {
                        String metric = added.series().metric().metricName();
                        sums.merge(name.replace(metric, metric + "_count"), BigDecimal.ONE, BigDecimal::add);
                    }
                });
                return true;
            }, done -> {});
        }
        Map<String, Double> counters = new TreeMap<>(page());
        counters.keySet().removeIf(name -> !name.contains("_total") && !name.contains("_count"));
        counters.keySet().removeIf(name -> Metric.named(name.replaceAll("(_count)?(\\{.*)?$", "")) == null);
        assertThat(counters).hasSizeGreaterThan(60);
        counters.forEach((name, value) -> assertThat(sums.getOrDefault(name, BigDecimal.ZERO).doubleValue()).as(name)
                .isEqualTo(value));
    }

    @Test
    @Order(3)
    void explainCommand_printsTheEventsAndTheirSum() throws Exception {
        Map.Entry<String, Double> counter = page().entrySet().stream()
                .filter(each -> each.getKey().startsWith("llm_requests_total") && each.getValue() > 2
                        && !each.getKey().contains("success"))
                .findFirst().orElseThrow();
        Replay explained = replay("explain", counter.getKey(), "--from", FROM, "--to", TO);
        assertThat(explained.exit()).as(explained.err()).isZero();
        List<JsonNode> lines = explained.lines();
        assertThat(lines.getLast().path("sum").asDouble()).isEqualTo(counter.getValue());
        assertThat(lines).hasSize(counter.getValue().intValue() + 1);
        JsonNode first = lines.getFirst();
        String where = first.path("topic").asText() + ':' + first.path("partition").asText() + ':'
                + first.path("offset").asText();
        JsonNode record = JSON.readTree(replay("explain", "--record", where).out());
        assertThat(record.path("outcome").asText()).isEqualTo("counted");
        assertThat(record.path("series").findValuesAsText("series")).contains(counter.getKey());
        assertThat(replay("show", "--no-store", "--trace", first.path("trace_id").asText()).lines())
                .anyMatch(line -> line.path("offset").equals(first.path("offset")));
    }

    @Test
    @Order(3)
    void explainedDeadLetter_tellsItsReason() throws Exception {
        JsonNode broken = replay("show", "--no-store", "--topic", "llm", "--where", "not event_type!=x").lines()
                .stream()
                .filter(line -> line.has("value_base64")).findFirst().orElseThrow();
        JsonNode record = JSON.readTree(replay("explain", "--record", broken.path("topic").asText() + ':'
                + broken.path("partition").asText() + ':' + broken.path("offset").asText()).out());
        assertThat(record.path("outcome").asText()).isEqualTo("dead_letter");
        assertThat(record.path("reason").asText()).isEqualTo("not_json");
    }

    @Test
    @Order(3)
    void selection_findsWhatAPipeThroughJqWouldFind() throws Exception {
        List<JsonNode> all = replay("show", "--no-store", "--topic", "jobs,llm").lines();
        List<JsonNode> found = replay("show", "--no-store", "--topic", "jobs,llm", "--where",
                "(status=failed or latency_seconds > 4.5) and not user_id='user_0001'").lines();
        assertThat(found).isNotEmpty().hasSize((int) all.stream().filter(line -> {
            JsonNode value = line.path("value");
            boolean wanted = value.path("status").asText().equals("failed")
                    || value.path("latency_seconds").asDouble() > 4.5;
            return wanted && !line.path("headers").path("user_id").asText().equals("user_0001");
        }).count());
        assertThat(replay("show", "--no-store", "--trace", trace).lines()).isNotEmpty()
                .allMatch(line -> line.path("headers").path("trace_id").asText().equals(trace));
        assertThat(replay("show", "--no-store", "--trace", trace, "--limit", "1").lines()).hasSize(1);
        Replay none = replay("show", "--no-store", "--trace", "nobody");
        assertThat(none.exit()).isZero();
        assertThat(none.err()).contains("scanned", "nothing found");
    }

    @Test
    @Order(3)
    void newPrices_changeTheCostAndNothingElse(@TempDir Path scratch) throws Exception {
        Path prices = Files.writeString(scratch.resolve("prices.json"), """
                [{"model":"gpt-4o","valid_from":"2020-01-01T00:00:00Z","prompt":1,"cached":1,"completion":1}]
                """);
        Replay diff = replay("diff", "--from", FROM, "--to", TO, "--prices", prices.toString());
        assertThat(diff.exit()).as(diff.err()).isEqualTo(1);
        assertThat(diff.lines()).isNotEmpty().allMatch(line -> line.path("series").asText()
                .matches("(llm_cost_usd_total|llm_unpriced_requests_total).*"));
        assertThat(replay("diff", "--from", FROM, "--to", TO, "--prices", "nowhere.json").exit()).isEqualTo(2);
    }

    @Test
    @Order(3)
    void newBuckets_changeTheirHistogramAlone_andSayWhatItHoldsThen(@TempDir Path scratch) throws Exception {
        Path buckets = Files.writeString(scratch.resolve("buckets.json"), "{\"llm_latency_seconds\":[1,2]}");
        Replay diff = replay("diff", "--from", FROM, "--to", TO, "--buckets", buckets.toString());
        assertThat(diff.exit()).as(diff.err()).isEqualTo(1);
        assertThat(diff.lines()).isNotEmpty().allSatisfy(line -> {
            assertThat(line.path("series").asText()).startsWith("llm_latency_seconds{");
            assertThat(line.path("change").asText()).isEqualTo("0");
            assertThat(line.path("note").asText()).matches("22 buckets become 3: \\[\\d+, \\d+, \\d+]");
        });
        Files.writeString(buckets, "{\"llm_latency_seconds\":");
        for (String unusable : List.of(buckets.toString(), "nowhere.json")) {
            Replay refused = replay("diff", "--from", FROM, "--to", TO, "--buckets", unusable);
            assertThat(refused.exit()).as(refused.err()).isEqualTo(2);
            assertThat(refused.err()).contains("the bucket layout " + unusable);
        }
    }

    @Test
    @Order(3)
    void labelRule_foldsSeries_andTotalsStay(@TempDir Path scratch) throws Exception {
        Path rules = Files.writeString(scratch.resolve("rules.json"),
                "{\"rules\":[{\"metric\":\"llm_requests_total\",\"drop\":\"model\"}]}");
        Replay diff = replay("diff", "--from", FROM, "--to", TO, "--rules", rules.toString());
        double before = diff.lines().stream().mapToDouble(line -> line.path("before").asDouble()).sum();
        double after = diff.lines().stream().mapToDouble(line -> line.path("after").asDouble()).sum();
        assertThat(after).isEqualTo(before).isPositive();
        assertThat(diff.err()).containsPattern("time series on /metrics: [\\d,]+ before, [\\d,]+ after");
        assertThat(diff.lines()).anyMatch(line -> line.path("series").asText()
                .equals("llm_requests_total{status=\"success\"}"));
        assertThat(replay("diff", "--from", FROM, "--to", TO, "--by", "model", "--rules", rules.toString()).exit())
                .isEqualTo(2);
    }

    @Test
    @Order(3)
    void png_isAPicture(@TempDir Path scratch) throws IOException {
        Path file = scratch.resolve("latency.png");
        Replay drawn = replay("metrics", "--from", FROM, "--to", TO, "--metric", "llm_latency_seconds", "--format",
                "png",
                "-o", file.toString());
        assertThat(drawn.exit()).as(drawn.err()).isZero();
        var image = ImageIO.read(file.toFile());
        assertThat(image.getWidth()).isGreaterThan(600);
        assertThat(replay("metrics", "--format", "png").exit()).as("no file named").isEqualTo(2);
    }

    @Test
    @Order(3)
    void openMetrics_becomesBlocks_andASecondRunDoublesNothing(@TempDir Path scratch) throws Exception {
        String promtool = Program.require("promtool").toString();
        Path text = scratch.resolve("backfill.om");
        Replay written = replay("metrics", "--from", FROM, "--to", TO, "--step", "1m", "--format", "openmetrics", "-o",
                text.toString());
        assertThat(written.exit()).as(written.err()).isZero();
        Path blocks = scratch.resolve("tsdb");
        Files.createDirectories(blocks.resolve("wal")); // promtool dumps no database without one
        for (int i = 0; i < 2; i++) {
            Program.run(new byte[0], List.of(promtool, "tsdb", "create-blocks-from", "openmetrics", text.toString(),
                    blocks.toString()));
        }
        String dump = Program.run(new byte[0],
                List.of(promtool, "tsdb", "dump", "--match={__name__=~\"cache_hits_total|llm_latency_seconds_count\"}",
                        blocks.toString()));
        List<String> hits = dump.lines().filter(line -> line.contains("\"cache_hits_total\"")).toList();
        assertThat(hits).as(dump).hasSize(15);
        assertThat(Double.parseDouble(hits.getLast().split(" ", -1)[1])).isEqualTo(page().get("cache_hits_total"));
    }

    @Test
    @Order(4)
    void wrongIncrement_isFoundByTheAuditWithinAWindow() throws IOException {
        await().atMost(PATIENCE).untilAsserted(() -> {
            assertThat(page().get("throughline_audited_windows_total")).isGreaterThan(30);
            assertThat(page().get("throughline_audited_up_to_seconds"))
                    .isGreaterThan(Instant.parse(FROM).getEpochSecond() + 300.0);
        });
        assertThat(page().get("throughline_audit_mismatches_total")).isZero();

        plantOneMoreCall();

        long planted = System.nanoTime();
        await().atMost(PATIENCE).untilAsserted(
                () -> assertThat(page().get("throughline_audit_mismatches_total")).isEqualTo(1));
        System.out.printf("audit: the planted increment was found after %.1f s%n", (System.nanoTime() - planted) / 1e9);
        if (answersWindows()) {
            Replay diff = replay("diff", "--from", FROM, "--to", TO, "--step", "1m", "--metric", "llm_requests_total",
                    "--aggregator", address());
            assertThat(diff.lines()).as("diff sees it too: " + diff.err()).hasSize(1);
        }
    }

    @Test
    @Order(5)
    void audit_beginsAnew_whenATopicGetsPartitions() throws Exception {
        aggregator.close();
        var ahead = new AtomicReference<>(Duration.ZERO);
        InstantSource clock = () -> Instant.now().plus(ahead.get());
        try (var audit = Audit.start(CombineConfig.from(settings()), clock.withZone(ZoneOffset.UTC));
                Admin admin = Admin.create(settings().kafka())) {
            await().atMost(PATIENCE).during(Duration.ofSeconds(3)).until(
                    () -> counted(audit, "throughline_audited_windows"),
                    windows -> windows > 30);
            double windows = counted(audit, "throughline_audited_windows");
            double mismatches = counted(audit, "throughline_audit_mismatches");
            int partitions = admin.describeTopics(List.of(prefix + "llm")).allTopicNames().get(10, TimeUnit.SECONDS)
                    .values().iterator().next().partitions().size();
            admin.createPartitions(Map.of(prefix + "llm", NewPartitions.increaseTo(partitions + 1))).all()
                    .get(10, TimeUnit.SECONDS);
            ahead.set(Duration.ofMinutes(1)); // it looks for partitions twice a minute
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(counted(audit, "throughline_audited_windows"))
                    .as("everything once more").isEqualTo(2 * windows));
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(counted(audit, "throughline_audit_mismatches"))
                    .as("what was planted, once more, and nothing else").isEqualTo(2 * mismatches));
        }
    }

    private static double counted(Audit audit, String name) {
        return audit.snapshots().stream().filter(each -> each.getMetadata().getName().equals(name))
                .map(CounterSnapshot.class::cast).mapToDouble(each -> each.getDataPoints().getFirst().getValue()).sum();
    }

    /** As if live had counted one call too many, and committed it. */
    private static void plantOneMoreCall() {
        List<ConsumerRecord<byte[], byte[]>> committed = new ArrayList<>();
        try (var topics = TopicScan.open(settings().kafka())) {
            topics.run(topics.stretches(List.of(Topic.WINDOWS.name(prefix)), null), committed::add, done -> {});
        }
        ConsumerRecord<byte[], byte[]> last = committed.stream().filter(each -> {
            WindowKey key = WindowCodec.decodeKey(each.key());
            return key.cell().series().metric() == Metric.LLM_REQUESTS
                    && key.startMillis() == Instant.parse("2026-01-28T15:34:00Z").toEpochMilli();
        }).reduce((first, second) -> second).orElseThrow();
        WindowKey key = WindowCodec.decodeKey(last.key());
        Cell cell = CellCodec.decode(Metric.LLM_REQUESTS, last.value(), CountingConfig.from(settings()).layout());
        ((Sum) cell).add(1_000_000_000L);
        try (var producer = KafkaProducers.create(settings(), "test", Map.of())) {
            var unused = producer.send(new ProducerRecord<>(last.topic(), last.partition(), WindowCodec.encodeKey(key),
                    CellCodec.encode(cell)));
        }
    }

    private static boolean answersWindows() throws IOException {
        try {
            return HttpClient.newHttpClient().send(HttpRequest.newBuilder(
                    URI.create(address() + "/api/v1/windows?metric=cache_hits_total")).build(), BodyHandlers.ofString())
                    .statusCode() != 404;
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    private static Settings settings() {
        return Settings.of(environment);
    }

    private static String address() {
        return "http://127.0.0.1:" + aggregator.port();
    }

    private static Replay replay(String... arguments) {
        return Replay.run(settings(), arguments);
    }

    /** Every sample of the page by its name and labels. */
    private static Map<String, Double> page() throws IOException {
        Map<String, Double> samples = new TreeMap<>();
        try {
            String page = HttpClient.newHttpClient().send(HttpRequest.newBuilder(URI.create(address() + "/metrics"))
                    .build(), BodyHandlers.ofString()).body();
            page.lines().filter(line -> !line.startsWith("#") && line.contains(" ")).forEach(line -> {
                int blank = line.lastIndexOf(' ');
                samples.put(line.substring(0, blank), number(line.substring(blank + 1)));
            });
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
        return samples;
    }

    private static double number(String text) {
        return text.equals("+Inf")
                ? Double.POSITIVE_INFINITY
                : text.equals("NaN") ? Double.NaN : Double.parseDouble(text);
    }

    /** What events make of the page: the audit's progress, times and lags move by themselves. */
    private static Map<String, Double> numbers() throws IOException {
        Map<String, Double> numbers = new TreeMap<>(page());
        numbers.keySet().removeIf(name -> name.startsWith("throughline_a") || name.startsWith("throughline_complete")
                || name.startsWith("throughline_last") || name.startsWith("active_users")
                // What the traffic beside it makes.
                || name.contains("services\"") || name.contains("database=\"live\"")
                || name.startsWith("throughline_exposed") || name.startsWith("throughline_lag"));
        assertThat(numbers).containsKey("cache_hits_total");
        return numbers;
    }

    /** Errors of a database of their own, {@value #A_SECOND} a second. */
    private static final class Traffic implements AutoCloseable {
        static final int A_SECOND = 200;

        private final Thread thread = new Thread(this::run, "traffic");
        private volatile boolean ended;
        private long sent;

        static Traffic start() {
            var traffic = new Traffic();
            traffic.thread.start();
            return traffic;
        }

        private void run() {
            Instant at = Instant.parse(TO).plusSeconds(60);
            try (var producer = KafkaProducers.create(settings(), "test", Map.of())) {
                while (!ended) {
                    String event = "{\"event_id\":\"live-" + sent
                            + "\",\"event_type\":\"database.error\",\"timestamp\":\""
                            + at + "\",\"service\":\"s\",\"database\":\"live\",\"operation\":\"o\"}";
                    var unused = producer.send(new ProducerRecord<>(prefix + "services", null, at.toEpochMilli(), null,
                            event.getBytes(UTF_8), new RecordHeaders().add("trace_id", ("t" + sent).getBytes(UTF_8))));
                    sent++;
                    Thread.sleep(1_000 / A_SECOND);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        /** How many were published. */
        long end() throws InterruptedException {
            ended = true;
            thread.join();
            return sent;
        }

        @Override
        public void close() {
            ended = true;
        }
    }

    private static double liveErrors() throws IOException {
        return page().getOrDefault("database_errors_total{database=\"live\"}", 0.0);
    }

    private static double sum(String metric) throws IOException {
        return page().entrySet().stream().filter(each -> each.getKey().startsWith(metric + '{'))
                .mapToDouble(Map.Entry::getValue).sum();
    }

    private static Set<String> groups() throws Exception {
        try (Admin admin = Admin.create(settings().kafka())) {
            return admin.listGroups().all().get(10, TimeUnit.SECONDS).stream().map(GroupListing::groupId)
                    .collect(Collectors.toSet());
        }
    }

    private static Map<TopicPartition, Long> committedOffsets() throws Exception {
        Map<TopicPartition, Long> offsets = new HashMap<>();
        try (Admin admin = Admin.create(settings().kafka())) {
            admin.listConsumerGroupOffsets(prefix + "aggregator").partitionsToOffsetAndMetadata()
                    .get(10, TimeUnit.SECONDS).forEach((partition, offset) -> offsets.put(partition, offset.offset()));
        }
        return offsets;
    }

    private static Map<TopicPartition, Long> ends() {
        Map<TopicPartition, Long> ends = new HashMap<>();
        try (var topics = TopicScan.open(settings().kafka())) {
            topics.stretches(Recount.topics(CountingConfig.from(settings())), null)
                    .forEach(each -> ends.put(each.partition(), each.end()));
        }
        return ends;
    }
}
