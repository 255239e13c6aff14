package io.throughline.bench;

import io.throughline.aggregate.Metric;
import io.throughline.event.CacheMiss;
import io.throughline.event.Origin;
import io.throughline.event.Topic;
import io.throughline.expose.Aggregator;
import io.throughline.expose.AggregatorConfig;
import io.throughline.local.Home;
import io.throughline.publish.Settings;
import io.throughline.publish.WireRecords;
import io.throughline.trace.TraceContext;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLongArray;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * How long it takes until a published event is in a scrape: a broker, an aggregator with its default settings, two thousand
 * other events a second, and each 97 ms one that its metric has alone; the page is scraped every 10 ms.
 */
final class ScrapeLag {

    private static final int SAMPLES = 300;
    /** Commits come every 500 ms: samples fall on every moment between two of them. */
    private static final Duration SAMPLE_EVERY = Duration.ofMillis(97);
    private static final Duration SCRAPE_EVERY = Duration.ofMillis(10);
    private static final Duration LONGEST = Duration.ofMinutes(2);
    private static final int LOAD_A_BURST = 20;

    private final WireRecords wire = new WireRecords(Topic.DEFAULT_PREFIX, Clock.systemUTC());
    private final AtomicBoolean done = new AtomicBoolean();
    private final AtomicLongArray sentNanos = new AtomicLongArray(SAMPLES);

    /** The result as a line of text. */
    String measure(Home home) throws IOException, InterruptedException {
        try (var playground = Playground.open(home, null);
                var producer = new KafkaProducer<>(Map.<String, Object>of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        playground.bootstrapServers()), new ByteArraySerializer(), new ByteArraySerializer());
                var aggregator = Aggregator.start(AggregatorConfig.from(Settings.of(Map.of(
                        "THROUGHLINE_BOOTSTRAP_SERVERS", playground.bootstrapServers(), "THROUGHLINE_AGGREGATOR_PORT",
                        "0", "THROUGHLINE_BORN_AT_ZERO", "0s", "THROUGHLINE_STATE_DIR",
                        playground.directory().resolve("state").toString()))), ScrapeLag::ended)) {
            var load = Thread.ofPlatform().daemon().start(() -> load(producer));
            double[] millis = new double[SAMPLES];
            try {
                measure(aggregator.port(), producer, millis);
            } finally {
                done.set(true);
                load.join();
            }
            return String.format(Locale.ROOT, "from published to shown, %d events among 2,000 others a second:"
                    + " p50 %.0f ms, p99 %.0f ms, at most %.0f ms; commits every 500 ms",
                    SAMPLES, LogFigures.quantile(millis, 0.5), LogFigures.quantile(millis, 0.99),
                    LogFigures.quantile(millis, 1));
        }
    }

    private void measure(int port, KafkaProducer<byte[], byte[]> producer, double[] millis)
            throws IOException, InterruptedException {
        var page = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/metrics")).build();
        long deadline = System.nanoTime() + LONGEST.toNanos();
        try (var http = HttpClient.newHttpClient()) {
            // The others are there before the first sample is sent: everything has started, and is warm.
            while (sum(http, page, Metric.LLM_REQUESTS) < 10_000 && System.nanoTime() < deadline) {
                Thread.sleep(SCRAPE_EVERY);
            }
            var samples = Thread.ofPlatform().daemon().start(() -> samples(producer));
            int shown = 0;
            while (shown < SAMPLES) {
                long now = sum(http, page, Metric.CACHE_MISSES);
                long scraped = System.nanoTime();
                for (; shown < now; shown++) {
                    millis[shown] = (scraped - sentNanos.get(shown)) / 1e6;
                }
                if (scraped > deadline) {
                    throw new IllegalStateException("of " + SAMPLES + " events " + shown + " were shown within "
                            + LONGEST.toMinutes() + " minutes");
                }
                Thread.sleep(SCRAPE_EVERY);
            }
            samples.join();
        }
    }

    /** All of one trace, so of one partition: they are counted in the order they were sent. */
    private void samples(KafkaProducer<byte[], byte[]> producer) {
        try {
            for (int i = 0; i < SAMPLES; i++) {
                sentNanos.set(i, System.nanoTime());
                var unused = producer.send(wire.of(new CacheMiss(new Origin(UUID.randomUUID().toString(), Instant.now(),
                        "bench"), "samples"), TraceContext.of("samples")));
                TimeUnit.NANOSECONDS.sleep(SAMPLE_EVERY.toNanos());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void load(KafkaProducer<byte[], byte[]> producer) {
        try {
            while (!done.get()) {
                var events = new Events(System.nanoTime(), Instant.now());
                for (int k = 0; k < LOAD_A_BURST; k++) {
                    var unused = producer.send(events.record(events.nextCall()));
                }
                TimeUnit.MILLISECONDS.sleep(10);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void ended(String why) {
        System.err.println(why);
    }

    private static long sum(HttpClient http, HttpRequest page, Metric metric) throws IOException, InterruptedException {
        var answer = http.send(page, BodyHandlers.ofString());
        return answer.statusCode() == 200 ? new Page(answer.body()).sum(metric.metricName()) : 0;
    }
}
