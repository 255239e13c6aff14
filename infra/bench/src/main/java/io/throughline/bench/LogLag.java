package io.throughline.bench;

import io.throughline.event.Topic;
import io.throughline.local.Home;
import io.throughline.logs.Shipper;
import io.throughline.logs.ShipperConfig;
import io.throughline.publish.Settings;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * How long it takes until a published line is found: a broker, a shipper with its default settings, two thousand other
 * lines a second, and each 100 ms a line that is sent, acknowledged, and asked for over HTTP by its trace every 10 ms
 * until it is there.
 */
final class LogLag {

    private static final int SAMPLES = 200;
    private static final Duration SAMPLE_EVERY = Duration.ofMillis(100);
    private static final Duration ASK_EVERY = Duration.ofMillis(10);
    private static final int LOAD_A_BURST = 20;

    private final AtomicBoolean done = new AtomicBoolean();

    /** The result as a line of text. */
    String measure(Home home) throws IOException, InterruptedException {
        try (var playground = Playground.open(home, null);
                var producer = new KafkaProducer<>(Map.<String, Object>of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        playground.bootstrapServers()), new ByteArraySerializer(), new ByteArraySerializer());
                var shipper = Shipper.start(ShipperConfig.from(Settings.of(Map.of("THROUGHLINE_BOOTSTRAP_SERVERS",
                        playground.bootstrapServers(), "THROUGHLINE_SHIPPER_PORT", "0", "THROUGHLINE_STORE_DIR",
                        playground.directory().resolve("logs").toString()))), LogLag::ended);
                var http = HttpClient.newHttpClient()) {
            // The shipper has joined its group once the first line is there.
            waitFor(http, shipper.port(), send(producer, "first"));
            double[] millis = new double[SAMPLES];
            var load = Thread.ofPlatform().daemon().start(() -> load(producer));
            try {
                measure(http, shipper.port(), producer, millis);
            } finally {
                done.set(true);
                load.join();
            }
            return String.format(Locale.ROOT,
                    "From published to found by its trace_id over HTTP, %d lines among 2,000 others"
                            + " a second: p50 %.0f ms, p99 %.0f ms, at most %.0f ms.",
                    SAMPLES, LogFigures.quantile(millis, 0.5),
                    LogFigures.quantile(millis, 0.99), LogFigures.quantile(millis, 1));
        } catch (ExecutionException e) {
            throw new IllegalStateException("a line could not be published: " + e.getCause(), e);
        }
    }

    /** The samples overlap: one that waits for a commit does not hold up the next. */
    private static void measure(HttpClient http, int port, KafkaProducer<byte[], byte[]> producer, double[] millis)
            throws InterruptedException, ExecutionException {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Double>> found = new ArrayList<>();
            for (int i = 0; i < SAMPLES; i++) {
                String trace = "sample-" + i;
                found.add(threads.submit(() -> {
                    long begin = System.nanoTime();
                    waitFor(http, port, send(producer, trace));
                    return (System.nanoTime() - begin) / 1e6;
                }));
                Thread.sleep(SAMPLE_EVERY);
            }
            for (int i = 0; i < SAMPLES; i++) {
                millis[i] = found.get(i).get();
            }
        }
    }

    private static void ended(String why) {
        System.err.println(why);
    }

    private static String send(KafkaProducer<byte[], byte[]> producer, String trace)
            throws InterruptedException, ExecutionException {
        producer.send(record(trace)).get();
        return trace;
    }

    private static ProducerRecord<byte[], byte[]> record(String trace) {
        byte[] id = trace.getBytes(StandardCharsets.UTF_8);
        var record = new ProducerRecord<>(Topic.LOGS.name(Topic.DEFAULT_PREFIX), id,
                """
                        {"timestamp":"%s","level":"INFO","message":"%s","service":"bench","trace_id":"%s"}"""
                        .formatted(Instant.now(), trace, trace).getBytes(StandardCharsets.UTF_8));
        record.headers().add("trace_id", id);
        return record;
    }

    private void load(KafkaProducer<byte[], byte[]> producer) {
        try {
            for (long i = 0; !done.get(); i++) {
                for (int k = 0; k < LOAD_A_BURST; k++) {
                    var unused = producer.send(record("load-" + i));
                }
                TimeUnit.MILLISECONDS.sleep(10);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void waitFor(HttpClient http, int port, String trace) throws IOException, InterruptedException {
        var asked = HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/api/v1/logs?trace_id=" + trace))
                .build();
        long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
        while (!isFound(http.send(asked, BodyHandlers.ofString()))) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("the line of trace " + trace + " was not found within a minute");
            }
            Thread.sleep(ASK_EVERY);
        }
    }

    private static boolean isFound(HttpResponse<String> answer) {
        return answer.statusCode() == 200 && !answer.body().isEmpty();
    }
}
