package io.throughline.local.replay;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.throughline.expose.Aggregator;
import io.throughline.expose.AggregatorConfig;
import io.throughline.local.FreshTopics;
import io.throughline.local.KafkaBroker;
import io.throughline.local.Program;
import io.throughline.local.Terminal;
import io.throughline.local.exact.RealPrometheus;
import io.throughline.publish.KafkaProducers;
import io.throughline.publish.Settings;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Clock;
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
        Settings settings = Settings.of(Map.of("THROUGHLINE_BOOTSTRAP_SERVERS", BROKER.bootstrapServers(),
                "THROUGHLINE_TOPIC_PREFIX", prefix, "THROUGHLINE_STATE_DIR", scratch.resolve("state").toString(),
                "THROUGHLINE_AGGREGATOR_PORT", "0", "THROUGHLINE_INSTANCE", "backfill-it", "THROUGHLINE_BORN_AT_ZERO",
                "0s"));
        FreshTopics.create(BROKER.bootstrapServers(), prefix);
        try (var producer = KafkaProducers.create(settings, "test", Map.of())) {
            backfilledAndLive(settings, producer, prometheus, promtool, scratch);
        }
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
        var err = new ByteArrayOutputStream();
        var terminal = new Terminal(new ByteArrayInputStream(new byte[0]), new PrintStream(new ByteArrayOutputStream(),
                false, UTF_8), new PrintStream(err, true, UTF_8), false, 120, false);
        int exit = ReplayCommand.commands(terminal, settings, Clock.systemUTC()).execute("metrics", "--from",
                begin.toString(), "--to", end().toString(), "--step", "1m", "--format", "openmetrics", "--label",
                "job=aggregator", "--label", "instance=127.0.0.1:" + aggregatorPort, "-o", text.toString());
        assertThat(exit).as(err.toString(UTF_8)).isZero();
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
        String hit = "{\"event_id\":\"hit-" + published + "\",\"event_type\":\"cache.hit\",\"timestamp\":\"" + at
                + "\",\"service\":\"s\",\"cache\":\"answers\"}";
        var headers = new RecordHeaders().add("trace_id", ("trace-" + published).getBytes(UTF_8));
        published++;
        var unused = producer.send(new ProducerRecord<>(prefix + "cache", null, at.toEpochMilli(), null,
                hit.getBytes(UTF_8), headers));
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
