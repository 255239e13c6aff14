package io.throughline.local.replay;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.throughline.event.DeadLetterReason;
import io.throughline.event.InvalidRecordException;
import io.throughline.local.FreshTopics;
import io.throughline.local.KafkaBroker;
import io.throughline.local.Terminal;
import io.throughline.local.demo.DemoRecords;
import io.throughline.logs.Shipper;
import io.throughline.logs.ShipperConfig;
import io.throughline.publish.DeadLetters;
import io.throughline.publish.KafkaProducers;
import io.throughline.publish.Settings;
import io.throughline.publish.WireRecords;
import io.throughline.replay.TopicScan;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What a replay writes: records elsewhere, dead letters back, capsules; on a real broker. */
class ReplayToIT {

    @RegisterExtension
    private static final KafkaBroker BROKER = new KafkaBroker();

    private static final JsonMapper JSON = new JsonMapper();
    private static final String SECRET = "sk-proj-abcdefghijklmnopqrstuvwxyz0123456789";

    private static Settings settings = Settings.of(Map.of());
    private static String prefix = "";

    private record Run(int exit, String out, String err) {
        List<JsonNode> lines() throws IOException {
            List<JsonNode> lines = new ArrayList<>();
            for (String line : out.lines().toList()) {
                lines.add(JSON.readTree(line));
            }
            return lines;
        }
    }

    @BeforeAll
    static void publish() throws Exception {
        prefix = BROKER.newTopicPrefix();
        settings = Settings.of(Map.of("THROUGHLINE_BOOTSTRAP_SERVERS", BROKER.bootstrapServers(),
                "THROUGHLINE_TOPIC_PREFIX", prefix));
        FreshTopics.create(BROKER.bootstrapServers(), prefix);
        try (var producer = KafkaProducers.create(settings, "test", Map.of())) {
            DemoRecords.of(new WireRecords(prefix, Clock.systemUTC()), 11, 2_000).forEach(each -> send(producer, each));
        }
        try (Admin admin = Admin.create(settings.kafka())) {
            admin.createTopics(List.of(new NewTopic(prefix + "staging", Optional.of(3), Optional.empty()))).all().get();
        }
    }

    @Test
    void to_publishesTheSelectionStamped_inTheOrderOfTime() throws Exception {
        List<JsonNode> meant = replay(ShowCommand::new, "--no-store", "--topic", "llm", "--where", "status=success")
                .lines();
        Run plan = replay(ToCommand::new, "--target-topic", prefix + "staging", "--no-store", "--topic", "llm",
                "--where", "status=success", "--plan", "--speed", "60");
        assertThat(plan.exit()).as(plan.err()).isZero();
        assertThat(plan.out()).contains(meant.size() + " records").containsPattern("at --speed 60: 0:0\\d:\\d\\d");
        assertThat(records(settings, prefix + "staging")).as("a plan publishes nothing").isEmpty();

        Run run = replay(ToCommand::new, "--target-topic", prefix + "staging", "--no-store", "--topic", "llm",
                "--where", "status=success", "--speed", "max", "--replay-id", "drill-1");

        assertThat(run.exit()).as(run.err()).isZero();
        assertThat(run.out()).contains("published " + meant.size() + " of " + meant.size() + " records");
        List<ConsumerRecord<byte[], byte[]>> there = records(settings, prefix + "staging");
        assertThat(there).hasSize(meant.size()).allSatisfy(each -> {
            assertThat(WireRecords.isReplayed(each.headers())).isTrue();
            assertThat(new String(each.headers().lastHeader("replay_id").value(), UTF_8)).isEqualTo("drill-1");
            assertThat(each.headers().lastHeader("trace_id")).isNotNull();
        });
        assertThat(there.stream().filter(each -> each.partition() == 0).map(ConsumerRecord::timestamp).toList())
                .isSorted();
    }

    @Test
    void to_refusesProductionTopics() {
        assertThat(replay(ToCommand::new, "--target-topic", prefix + "llm", "--no-store", "--speed", "max").exit())
                .isEqualTo(2);
        Run series = replay(ToCommand::new, "--target-topic", prefix + "series", "--yes-really", "--speed", "max");
        assertThat(series.exit()).isEqualTo(2);
        assertThat(series.err()).contains("written by the aggregator alone");
        Run absent = replay(ToCommand::new, "--target-topic", "nowhere", "--speed", "max");
        assertThat(absent.exit()).isEqualTo(2);
        assertThat(absent.err()).contains("there is no topic nowhere");
    }

    @Test
    void show_fetchesWhatTheStoreKnows_insteadOfScanning(@TempDir Path store) throws Exception {
        List<JsonNode> all = replay(ShowCommand::new, "--no-store").lines();
        Settings shipping = settings.with("THROUGHLINE_STORE_DIR", store.toString()).with("THROUGHLINE_SHIPPER_PORT",
                "0");
        try (var shipper = Shipper.start(ShipperConfig.from(shipping), why -> {})) {
            String url = "http://localhost:" + shipper.port();
            for (String what : List.of("trace", "user", "job", "batch")) {
                String id = all.stream().map(line -> line.path("headers").path(what + "_id").asText())
                        .filter(each -> !each.isEmpty()).findFirst().orElseThrow();
                List<JsonNode> scanned = replay(ShowCommand::new, "--no-store", "--" + what, id).lines();
                await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
                    Run fetched = replay(ShowCommand::new, "--url", url, "--" + what, id);
                    assertThat(fetched.err()).contains("the store knew " + scanned.size() + " coordinates")
                            .doesNotContain("scan");
                    assertThat(fetched.lines()).containsExactlyInAnyOrderElementsOf(scanned);
                });
            }
            assertThat(replay(ShowCommand::new, "--url", url, "--topic", "dead-letters", "--user", "u").err())
                    .as("a topic that no store has").contains("scanned").doesNotContain("the store");
            assertThat(replay(ShowCommand::new, "--url", url, "--user", "nobody").err())
                    .contains("the store has no such record: scanning", "nothing found");
        }
    }

    @Test
    void redrive_sendsEachDeadLetterOnce() throws Exception {
        String other = BROKER.newTopicPrefix();
        FreshTopics.create(BROKER.bootstrapServers(), other);
        Settings there = settings.with("THROUGHLINE_TOPIC_PREFIX", other);
        try (var producer = KafkaProducers.create(there, "test", Map.of())) {
            for (int i = 0; i < 1_200; i++) {
                send(producer, deadLetter(other, i, i % 3 == 0
                        ? DeadLetterReason.MISSING_FIELD
                        : DeadLetterReason.INVALID_VALUE));
            }
        }
        assertThat(run(there, "--plan").out()).contains("would send 1,200 dead letters");
        assertThat(records(there, other + "llm")).isEmpty();

        assertThat(run(there, "--reason", "missing_field").out())
                .contains("sent 400 dead letters back; 0 were sent before");
        assertThat(run(there, "--reason", "missing_field").out())
                .contains("sent 0 dead letters back; 400 were sent before");
        assertThat(run(there).out()).contains("sent 800 dead letters back; 400 were sent before");

        List<ConsumerRecord<byte[], byte[]>> back = records(there, other + "llm");
        // What was committed is readable once the brokers have marked it in each partition, a moment later.
        for (int i = 0; i < 100 && back.size() < 1_200; i++) {
            Thread.sleep(100);
            back = records(there, other + "llm");
        }
        assertThat(back).hasSize(1_200).allSatisfy(each -> assertThat(each.headers().lastHeader("dead_letter_reason"))
                .isNull());
        assertThat(back.stream().map(each -> new String(each.value(), UTF_8)).distinct()).hasSize(1_200);
        Run wrong = run(there, "--reason", "bad_luck");
        assertThat(wrong.exit()).isEqualTo(2);
        assertThat(wrong.err()).contains("bad_luck is no reason; known are ").contains("missing_field");
    }

    @Test
    void capsule_isRead_countedAndSearchedWithoutABroker_andHoldsNoSecret(@TempDir Path directory) throws Exception {
        try (var producer = KafkaProducers.create(settings, "test", Map.of())) {
            var headers = new RecordHeaders().add("trace_id", "capsule-trace".getBytes(UTF_8));
            send(producer,
                    new ProducerRecord<>(prefix + "llm", null, 1_769_614_200_125L, null,
                            """
                                    {"event_id":"c-1","event_type":"llm.completed","timestamp":"2026-01-28T15:30:00.125Z","service":"s",\
                                    "model":"capsule-model","status":"success","latency_seconds":1.42,"prompt_tokens":374,\
                                    "completion_tokens":44}"""
                                    .getBytes(UTF_8),
                            headers));
            send(producer, new ProducerRecord<>(prefix + "logs", null, 1_769_614_200_126L, null, """
                    {"timestamp":"2026-01-28T15:30:00.126Z","level":"ERROR","message":"refused %s",\
                    "api_key":"%s"}""".formatted(SECRET, SECRET).getBytes(UTF_8), headers));
        }
        Path file = directory.resolve("incident.capsule");
        Run made = replay(CapsuleCommand::new, file.toString(), "--no-store", "--trace", "capsule-trace");
        assertThat(made.exit()).as(made.err()).isZero();
        assertThat(made.out()).contains("2 records").doesNotContain(" 0 secrets");

        Settings offline = settings.with("THROUGHLINE_BOOTSTRAP_SERVERS", "localhost:1");
        Run shown = replay(offline, ShowCommand::new, "--from-capsule", file.toString());
        assertThat(shown.exit()).as(shown.err()).isZero();
        assertThat(shown.lines()).hasSize(2);
        assertThat(shown.out()).doesNotContain(SECRET).contains("capsule-model");
        Run metrics = replay(offline, MetricsCommand::new, "--from-capsule", file.toString(), "--format",
                "json", "--metric", "tokens_used");
        assertThat(metrics.lines().getFirst().at("/series/0/windows/0/sum").asInt()).isEqualTo(418);
        Run explained = replay(offline, ExplainCommand::new, "llm_requests_total{model=\"capsule-model\"}",
                "--from-capsule", file.toString());
        assertThat(explained.lines().getLast().path("sum").asText()).isEqualTo("1");
        assertThat(replay(CapsuleCommand::new, file.toString(), "--trace", "capsule-trace").exit())
                .as("it would replace a file").isEqualTo(2);
    }

    private static ProducerRecord<byte[], byte[]> deadLetter(String other, int number, DeadLetterReason reason) {
        var original = new RecordHeaders().add("trace_id", "t".getBytes(UTF_8));
        return new ProducerRecord<>(other + "dead-letters", null, 1_769_614_200_125L, ("k" + number).getBytes(UTF_8),
                ("{\"n\":" + number + '}').getBytes(UTF_8), DeadLetters.headers(original, other + "llm", 0, number,
                        new InvalidRecordException(reason, "for a test")));
    }

    private static void send(Producer<byte[], byte[]> producer, ProducerRecord<byte[], byte[]> record) {
        var unused = producer.send(record);
    }

    private static Run run(Settings there, String... arguments) {
        return replay(there, RedriveCommand::new, arguments);
    }

    private static Run replay(Function<Desk, Callable<Integer>> command, String... arguments) {
        return replay(settings, command, arguments);
    }

    private static Run replay(Settings there, Function<Desk, Callable<Integer>> command, String... arguments) {
        var out = new ByteArrayOutputStream();
        var err = new ByteArrayOutputStream();
        var terminal = new Terminal(new ByteArrayInputStream(new byte[0]), new PrintStream(out, false, UTF_8),
                new PrintStream(err, true, UTF_8), false, 120, false);
        int exit = new CommandLine(command.apply(new Desk(terminal, there, Clock.systemUTC()))).execute(arguments);
        return new Run(exit, out.toString(UTF_8), err.toString(UTF_8));
    }

    private static List<ConsumerRecord<byte[], byte[]>> records(Settings there, String topic) {
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        try (var topics = TopicScan.open(there.kafka())) {
            var unused = topics.run(topics.stretches(List.of(topic), null), records::add, done -> {});
        }
        return records;
    }
}
