package io.throughline.local.replay;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.throughline.expose.Aggregator;
import io.throughline.expose.AggregatorConfig;
import io.throughline.local.FreshTopics;
import io.throughline.local.KafkaBroker;
import io.throughline.local.Program;
import io.throughline.local.exact.RealPrometheus;
import io.throughline.publish.KafkaProducers;
import io.throughline.publish.Settings;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Numbers from before there was a Prometheus, put into the real one that scrapes since. */
class BackfillIT {

    @RegisterExtension
    private static final KafkaBroker BROKER = new KafkaBroker();

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int EVERY_SECONDS = 10;
    private static final int MINUTES = 100;
    private static final int LIVE = 50;

    private final String prefix = BROKER.newTopicPrefix();
    private final Instant begin = Instant.now().truncatedTo(ChronoUnit.MINUTES).minus(Duration.ofMinutes(MINUTES));
    private int published;

    @Test
    void backfilledAndLiveSamples_areOneLine_andASecondRunChangesNothing(@TempDir Path scratch) throws Exception {
        Path prometheus = Program.require("prometheus");
        String promtool = Program.require("promtool").toString();
        Settings settings = settings(scratch);
        FreshTopics.create(BROKER.bootstrapServers(), prefix);
        try (var producer = KafkaProducers.create(settings, "test", Map.of())) {
            backfilledAndLive(settings, producer, prometheus, promtool, scratch);
        }
    }

    @Test
    void changedPrices_replaceWhatWasLoaded_onceThatIsDeletedAsTheReadmeSays(@TempDir Path scratch) throws Exception {
        Path prometheus = Program.require("prometheus");
        String promtool = Program.require("promtool").toString();
        Settings settings = settings(scratch);
        FreshTopics.create(BROKER.bootstrapServers(), prefix);
        try (var producer = KafkaProducers.create(settings, "test", Map.of())) {
            for (int minute = 0; minute < MINUTES; minute++) {
                call(producer, begin.plus(Duration.ofMinutes(minute)).plusSeconds(1));
            }
        }
        int port = freePort();
        backfill(settings.with("THROUGHLINE_PRICES", prices(scratch, 2)), promtool, scratch, 1);
        try (var loaded = RealPrometheus.start(prometheus, scratch, 1, port)) {
            awaitCost(loaded, 2.0 * MINUTES);
            loaded.delete("{job=\"aggregator\",instance=\"127.0.0.1:1\"}", begin, end());
            assertThat(loaded.number("llm_cost_usd_total @ " + end().getEpochSecond())).as("deleted").isNaN();
        }
        backfill(settings.with("THROUGHLINE_PRICES", prices(scratch, 5)), promtool, scratch, 1);
        try (var replaced = RealPrometheus.start(prometheus, scratch, 1, port)) {
            awaitCost(replaced, 5.0 * MINUTES);
            for (int minute = 1; minute <= MINUTES; minute++) {
                assertThat(replaced.number("llm_cost_usd_total @ " + begin.plusSeconds(60L * minute).getEpochSecond()))
                        .as("US dollars after " + minute + " minutes").isEqualTo(5.0 * minute);
            }
            assertThat(replaced.number("resets(llm_cost_usd_total[3h] @ " + end().getEpochSecond() + ")")).isZero();
            assertThat(replaced.number("count_over_time(llm_cost_usd_total[3h] @ " + end().getEpochSecond() + ")"))
                    .as("samples of the backfilled time").isEqualTo(MINUTES);
        }
    }

    /** Waits until Prometheus has opened its blocks. */
    private void awaitCost(RealPrometheus prometheus, double usd) {
        await().atMost(PATIENCE).ignoreExceptions().untilAsserted(
                () -> assertThat(prometheus.number("llm_cost_usd_total @ " + end().getEpochSecond())).isEqualTo(usd));
    }

    private static String prices(Path scratch, int usdACall) throws IOException {
        return Files.writeString(scratch.resolve("prices-" + usdACall + ".json"), """
                [{"model":"gpt-4o","valid_from":"2020-01-01T00:00:00Z","prompt":%d,"cached":1,"completion":1}]
                """.formatted(usdACall)).toString();
    }

    private Settings settings(Path scratch) {
        return Settings.of(Map.of("THROUGHLINE_BOOTSTRAP_SERVERS", BROKER.bootstrapServers(),
                "THROUGHLINE_TOPIC_PREFIX", prefix, "THROUGHLINE_STATE_DIR", scratch.resolve("state").toString(),
                "THROUGHLINE_AGGREGATOR_PORT", "0", "THROUGHLINE_INSTANCE", "backfill-it", "THROUGHLINE_BORN_AT_ZERO",
                "0s"));
    }

    private void backfilledAndLive(Settings settings, Producer<byte[], byte[]> producer, Path prometheus,
            String promtool,
            Path scratch) throws Exception {
        for (Instant at = begin.plusSeconds(1); at.isBefore(begin.plus(Duration.ofMinutes(MINUTES))); at = at
                .plusSeconds(EVERY_SECONDS)) {
            publish(producer, at);
        }
        producer.flush();
        int history = published;
        try (var aggregator = Aggregator.start(AggregatorConfig.from(settings), why -> {})) {
            int port = freePort();
            try (var live = RealPrometheus.start(prometheus, scratch, aggregator.port(), port)) {
                awaitValue(live, history);
                for (int i = 0; i < LIVE; i++) {
                    publish(producer, Instant.now());
                }
                awaitValue(live, history + LIVE);
                assertThat(live.number("cache_hits_total @ " + begin.plusSeconds(1_020).getEpochSecond()))
                        .as("nothing from before it began").isNaN();
            }
            double[] samples = new double[2];
            for (int run = 0; run < 2; run++) {
                backfill(settings, promtool, scratch, aggregator.port());
                try (var filled = RealPrometheus.start(prometheus, scratch, aggregator.port(), port)) {
                    awaitValue(filled, history + LIVE);
                    assertLine(filled, history);
                    samples[run] = filled.number("count_over_time(cache_hits_total[" + MINUTES + "m] @ "
                            + end().getEpochSecond() + ")");
                }
            }
            assertThat(samples).as("samples of the backfilled time, after one run and after two")
                    .containsExactly(MINUTES, MINUTES);
        }
    }

    private void assertLine(RealPrometheus prometheus, int history) throws Exception {
        assertThat(prometheus.number("resets(cache_hits_total[3h])")).as("never falls").isZero();
        assertThat(prometheus.number("count_over_time(cache_hits_total[" + (MINUTES - 1) + "m:1m])"))
                .as("no minute without a value").isGreaterThanOrEqualTo(MINUTES - 1.0);
        for (int minute : List.of(1, 17, MINUTES / 2, MINUTES)) {
            assertThat(prometheus.number("cache_hits_total @ " + begin.plusSeconds(60L * minute).getEpochSecond()))
                    .as("after " + minute + " minutes").isEqualTo(60.0 / EVERY_SECONDS * minute);
        }
        assertThat(prometheus.number("cache_hits_total - (cache_hits_total @ " + begin.plusSeconds(1_020)
                .getEpochSecond() + ")")).as("what came since, over the seam").isEqualTo(history + LIVE
                        - 60.0 / EVERY_SECONDS * 17);
    }

    private void backfill(Settings settings, String promtool, Path scratch, int aggregatorPort) throws Exception {
        Path text = scratch.resolve("backfill.om");
        var unused = Replay
                .run(settings, "metrics", "--from", begin.toString(), "--to", end().toString(), "--step", "1m",
                        "--format", "openmetrics", "--label", "job=aggregator", "--label",
                        "instance=127.0.0.1:" + aggregatorPort,
                        "-o", text.toString())
                .done();
        Program.run(new byte[0], List.of(promtool, "tsdb", "create-blocks-from", "openmetrics", text.toString(),
                scratch.resolve("tsdb").toString()));
    }

    private Instant end() {
        return begin.plus(Duration.ofMinutes(MINUTES));
    }

    private static void awaitValue(RealPrometheus prometheus, int value) {
        await().atMost(PATIENCE).ignoreExceptions()
                .untilAsserted(() -> assertThat(prometheus.number("cache_hits_total")).isEqualTo(value));
    }

    private void publish(Producer<byte[], byte[]> producer, Instant at) {
        publish(producer, "cache", at, "\"event_type\":\"cache.hit\",\"cache\":\"answers\"");
    }

    /** A million tokens. */
    private void call(Producer<byte[], byte[]> producer, Instant at) {
        publish(producer, "llm", at, "\"event_type\":\"llm.completed\",\"model\":\"gpt-4o\",\"status\":\"success\","
                + "\"latency_seconds\":1,\"prompt_tokens\":1000000,\"completion_tokens\":0");
    }

    private void publish(Producer<byte[], byte[]> producer, String topic, Instant at, String fields) {
        String event = "{\"event_id\":\"e-" + published + "\",\"timestamp\":\"" + at + "\",\"service\":\"s\"," + fields
                + "}";
        var headers = new RecordHeaders().add("trace_id", ("trace-" + published).getBytes(UTF_8));
        published++;
        var unused = producer.send(new ProducerRecord<>(prefix + topic, null, at.toEpochMilli(), null,
                event.getBytes(UTF_8), headers));
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
