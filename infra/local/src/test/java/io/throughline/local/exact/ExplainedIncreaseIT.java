package io.throughline.local.exact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import io.throughline.aggregate.CountingConfig;
import io.throughline.aggregate.Series;
import io.throughline.expose.Aggregator;
import io.throughline.expose.AggregatorConfig;
import io.throughline.local.FreshTopics;
import io.throughline.local.KafkaBroker;
import io.throughline.local.Program;
import io.throughline.local.demo.DemoRecords;
import io.throughline.local.replay.Replay;
import io.throughline.publish.KafkaProducers;
import io.throughline.publish.Settings;
import io.throughline.publish.WireRecords;
import io.throughline.replay.Contribution;
import io.throughline.replay.Explanation;
import io.throughline.replay.Recount;
import io.throughline.replay.SeriesSelector;
import io.throughline.replay.TimeRange;
import io.throughline.replay.TopicScan;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What explain sums up for a closed period, beside what the real Prometheus calls the increase, for every series. */
class ExplainedIncreaseIT {

    private static final int RECORDS = Integer.getInteger("throughline.explain.records", 20_000);
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    /** What both must be equal to: they are the same number, once exact and once a sum of doubles. */
    private static final double ROUNDING = 1e-9;

    @RegisterExtension
    private static final KafkaBroker BROKER = new KafkaBroker();

    private final String prefix = BROKER.newTopicPrefix();

    @Test
    void everySeriesOfTheDemo_increasesByWhatExplainSumsUp(@TempDir Path scratch) throws Exception {
        Path program = Program.require("prometheus");
        Settings settings = Settings.of(Map.of("THROUGHLINE_BOOTSTRAP_SERVERS", BROKER.bootstrapServers(),
                "THROUGHLINE_TOPIC_PREFIX", prefix, "THROUGHLINE_STATE_DIR", scratch.resolve("state").toString(),
                "THROUGHLINE_AGGREGATOR_PORT", "0", "THROUGHLINE_BORN_AT_ZERO", "3s"));
        FreshTopics.create(BROKER.bootstrapServers(), prefix);
        List<ProducerRecord<byte[], byte[]>> records = demo();
        Instant middle = Instant.ofEpochMilli(records.get(records.size() / 3).timestamp());
        Instant end = Instant.ofEpochMilli(records.getLast().timestamp() + 1);
        List<ProducerRecord<byte[], byte[]>> before = records.stream().filter(each -> at(each).isBefore(middle))
                .toList();
        List<ProducerRecord<byte[], byte[]>> after = new ArrayList<>(records.subList(before.size(), records.size()));
        // Sent again while it is remembered for sure: for how long is told by all topics of a partition together.
        after.addAll(List.copyOf(after.subList(after.size() - 60, after.size())));
        Map<String, Double> increases = new TreeMap<>();
        try (var aggregator = Aggregator.start(AggregatorConfig.from(settings), why -> {});
                var prometheus = RealPrometheus.start(program, scratch, aggregator.port(), freePort());
                var producer = KafkaProducers.create(settings, "test", Map.of())) {
            long from = publish(producer, before, prometheus, before.size());
            long to = publish(producer, after, prometheus, before.size() + after.size());
            // From one scrape to another nothing has to be extrapolated, and increase() is exact.
            for (String name : new TreeSet<>(prometheus.history().keySet().stream().map(Page::name).toList())) {
                increases.putAll(prometheus.values(name, "increase(" + name + '[' + (to - from) + "ms] @ "
                        + BigDecimal.valueOf(to, 3) + ')'));
            }
        }
        Map<Series, List<Contribution>> contributions = explained(settings, new TimeRange(middle, end));

        assertThat(increases.size()).isGreaterThan(300);
        assertThat(increases.keySet()).anyMatch(sample -> sample.contains("_bucket{"))
                .anyMatch(sample -> sample.contains("_sum{")).anyMatch(sample -> sample.contains("_usd_"));
        increases.forEach((sample, increase) -> {
            double explained = sum(contributions, SeriesSelector.parse(sample)).doubleValue();
            assertThat(explained).as(sample).isCloseTo(increase, within(ROUNDING * Math.max(1, increase)));
        });
        long above0 = increases.values().stream().filter(value -> value > 0).count();
        assertThat(above0).as("series with anything to explain").isGreaterThan(100);
        System.out.printf("explain: the sums of %,d series equal increase(), %,d of them above 0%n", increases.size(),
                above0);
        for (String sample : List.of("llm_requests_total{model=\"gpt-4o\",status=\"success\"}",
                "llm_latency_seconds_bucket{model=\"gpt-4o\",le=\"5.0\"}")) {
            Replay command = Replay
                    .run(settings, "explain", sample, "--from", middle.toString(), "--to", end.toString())
                    .done();
            assertThat(command.lines().getLast().path("sum").asDouble()).as("the command's sum of " + sample)
                    .isPositive()
                    .isEqualTo(increases.get(sample));
        }
    }

    private List<ProducerRecord<byte[], byte[]>> demo() {
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>(
                DemoRecords.of(new WireRecords(prefix, Clock.systemUTC()), 11, RECORDS));
        records.removeIf(each -> each.topic().equals(prefix + "logs"));
        records.sort((one, other) -> at(one).compareTo(at(other)));
        return records;
    }

    private static Instant at(ProducerRecord<byte[], byte[]> input) {
        return Instant.ofEpochMilli(input.timestamp());
    }

    /** Publishes and waits until Prometheus has all of it; returns the time of a scrape after which nothing changes. */
    private static long publish(Producer<byte[], byte[]> producer, List<ProducerRecord<byte[], byte[]>> records,
            RealPrometheus prometheus, int all) {
        records.forEach(each -> {
            var unused = producer.send(each);
        });
        producer.flush();
        await().atMost(PATIENCE).ignoreExceptionsInstanceOf(IOException.class).untilAsserted(
                () -> assertThat(prometheus.number("sum(throughline_consumed_total)")).isEqualTo(all));
        try {
            // For longer than a series stands at zero: one may be new while the others were there when the page opened.
            TimeUnit.SECONDS.sleep(6);
            return prometheus.scrapeMillis().getLast();
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static Map<Series, List<Contribution>> explained(Settings settings, TimeRange period) {
        CountingConfig config = CountingConfig.from(settings);
        var explanation = new Explanation(new Recount(config, TimeRange.ALL, true),
                (series, at) -> period.contains(at));
        List<Contribution> contributions = new ArrayList<>();
        try (var topics = TopicScan.open(settings.kafka())) {
            topics.runMerged(topics.stretches(Recount.topics(config), null), input -> {
                explanation.take(input, contributions::add);
                return true;
            }, done -> {});
        }
        return contributions.stream().collect(Collectors.groupingBy(Contribution::series));
    }

    /** As the command adds it up. */
    private static BigDecimal sum(Map<Series, List<Contribution>> contributions, SeriesSelector selector) {
        return contributions.entrySet().stream().filter(each -> selector.matches(each.getKey()))
                .flatMap(each -> each.getValue().stream())
                .map(each -> BigDecimal.valueOf(selector.amount(each.nanos()), 9))
                .reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
