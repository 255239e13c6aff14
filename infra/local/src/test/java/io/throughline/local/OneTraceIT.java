package io.throughline.local;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.LoggerContext;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import io.throughline.event.DatabaseError;
import io.throughline.event.JobCompleted;
import io.throughline.event.JobStatus;
import io.throughline.event.Origin;
import io.throughline.http.Routes;
import io.throughline.http.TraceFilter;
import io.throughline.http.TracedHttpClient;
import io.throughline.logback.ThroughlineAppender;
import io.throughline.publish.KafkaProducers;
import io.throughline.publish.Publisher;
import io.throughline.publish.Settings;
import io.throughline.publish.WireRecords;
import io.throughline.trace.TraceContext;
import io.throughline.trace.TraceHeaders;
import io.throughline.trace.TraceScope;
import io.throughline.trace.Traced;
import io.throughline.trace.TracedFuture;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.MDC;

/** Services with the library in them, over HTTP, threads, a real broker and the store: one id finds all, secrets nobody. */
@SuppressWarnings("try") // a scope is held, not used
class OneTraceIT {

    private static final JsonMapper JSON = new JsonMapper();
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";

    /** New for each run, because a second one finds what the first left in the topics. */
    private final String run = Long.toHexString(System.nanoTime());
    private final String canary = "canary" + run;
    private static Path scratch;
    private static Pipeline pipeline;

    @BeforeAll
    static void startPipeline(@TempDir Path folder) throws IOException {
        scratch = folder;
        pipeline = Pipeline.start(folder, Pipeline.environment());
    }

    @AfterAll
    static void stopPipeline() throws InterruptedException {
        assertThat(pipeline.stop()).isZero();
        pipeline.close();
    }

    /** A service: its own publisher, its own logging, its own HTTP server. */
    private static final class Service implements AutoCloseable {

        final Publisher publisher;
        final LoggerContext logback = new LoggerContext();
        final HttpServer server;
        private final ExecutorService handlers = Executors.newFixedThreadPool(2);
        final String name;

        Service(String name, HttpHandler handler) throws IOException {
            this.name = name;
            publisher = Publisher.start(Settings.of(pipeline.settings()), name);
            logback.setMDCAdapter(MDC.getMDCAdapter());
            var appender = new ThroughlineAppender();
            appender.setContext(logback);
            appender.setService(name);
            appender.setPublisher(publisher);
            appender.start();
            logback.getLogger(Logger.ROOT_LOGGER_NAME).addAppender(appender);
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.setExecutor(handlers);
            server.createContext("/", handler).getFilters()
                    .add(new TraceFilter(name, publisher::emit, Routes.declared("/shorts/{id}")));
            server.start();
        }

        URI uri(String path) {
            return URI.create("http://localhost:" + server.getAddress().getPort() + path);
        }

        void log(String message) {
            logback.getLogger(name).info(message);
        }

        Origin origin() {
            return new Origin(UUID.randomUUID().toString(), Instant.now(), name);
        }

        @Override
        public void close() {
            server.stop(0);
            handlers.close(); // an answer is told of after it was sent
            var last = publisher.close(Duration.ofSeconds(10));
            assertThat(last.acknowledged()).as(last.toString()).isEqualTo(last.accepted());
            logback.stop();
        }
    }

    @Test
    void twoServicesAndThreeHandOvers_keepOneTrace() throws Exception {
        List<Service> services = new ArrayList<>();
        try (ExecutorService pool = Traced.executorService(Executors.newFixedThreadPool(2));
                ExecutorService plain = Executors.newFixedThreadPool(2);
                var virtual = Executors.newThreadPerTaskExecutor(Traced.threadFactory(Thread.ofVirtual().factory()));
                HttpClient http = HttpClient.newHttpClient();
                var renderer = new Service("it-renderer", exchange -> {
                    services.get(0).log("rendering");
                    services.get(0).publisher.emit(new JobCompleted(services.get(0).origin(), "job_it", "render",
                            JobStatus.SUCCESS, 0.5, null));
                    exchange.sendResponseHeaders(204, -1);
                    exchange.close();
                })) {
            services.add(renderer);
            HttpClient traced = TracedHttpClient.of(http);
            try (var writer = new Service("it-writer", exchange -> {
                Service own = services.get(1);
                own.log("on the request's thread");
                try {
                    int status = pool.submit(() -> {
                        own.log("first hand-over: a pool");
                        return TracedFuture.supplyAsync(() -> {
                            own.log("second hand-over: a future");
                            return 0;
                        }, plain).thenApplyAsync(unused -> {
                            own.log("a stage of it");
                            return 0;
                        }, plain).get();
                    }).get() + virtual.submit(() -> {
                        own.log("third hand-over: a virtual thread");
                        return traced.send(HttpRequest.newBuilder(renderer.uri("/shorts/17")).build(),
                                BodyHandlers.discarding()).statusCode();
                    }).get();
                    exchange.sendResponseHeaders(status, -1);
                } catch (InterruptedException | ExecutionException e) {
                    throw new IllegalStateException(e);
                } finally {
                    exchange.close();
                }
            })) {
                services.add(writer);
                var request = HttpRequest.newBuilder(writer.uri("/shorts/18")).header("traceparent",
                        "00-" + TRACE + "-00f067aa0ba902b7-01").build();
                var answer = http.send(request, BodyHandlers.discarding());
                assertThat(answer.statusCode()).isEqualTo(204);
                assertThat(answer.headers().firstValue("X-Trace-ID")).contains(TRACE);
            }
        }
        List<String> found = new ArrayList<>();
        await().atMost(PATIENCE).untilAsserted(() -> {
            found.clear();
            var body = pipeline.logs("/api/v1/traces/" + TRACE).body();
            JSON.readTree(body).path("entries").forEach(entry -> found.add(entry.toString()));
            assertThat(found).as(body).hasSize(9);
        });
        for (String part : List.of("on the request's thread", "first hand-over", "second hand-over", "a stage of it",
                "third hand-over", "rendering", "job.completed")) {
            assertThat(found).as(part).anyMatch(entry -> entry.contains(part));
        }
        assertThat(found.stream().filter(entry -> entry.contains("request.completed"))).hasSize(2)
                .allMatch(entry -> entry.contains("/shorts/{id}"));
    }

    @Test
    void secret_reachesNeitherTopicNorDeadLettersNorStoreNorMetricsNorLogs() throws Exception {
        var redacting = Publisher.start(Settings.of(pipeline.settings()), "it-canary");
        spill(redacting, "trace_" + run);
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(
                pipeline.logs("/api/v1/logs?trace_id=trace_" + run).body().lines()).hasSize(2));
        awaitDeadLetter("trace_" + run);
        assertThat(places("trace_" + run)).isEmpty();

        // The same without redaction is found, so that the search above looked where it would have been.
        try (var open = new Publisher(KafkaProducers.create(Settings.of(pipeline.settings()),
                "it-open", Map.of()), new WireRecords("throughline.", Clock.systemUTC()), 100)) {
            spill(open, "open_" + run);
        }
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(
                pipeline.logs("/api/v1/logs?trace_id=open_" + run).body()).contains(canary));
        awaitDeadLetter("open_" + run);
        assertThat(places("open_" + run)).contains("throughline.logs", "throughline.services",
                "throughline.dead-letters", "shipper", "files");
    }

    /** A secret in every place that a service can put one. */
    private void spill(Publisher publisher, String traceId) {
        var logback = new LoggerContext();
        logback.setMDCAdapter(MDC.getMDCAdapter());
        var appender = new ThroughlineAppender();
        appender.setContext(logback);
        appender.setService("it-canary");
        appender.setPublisher(publisher);
        appender.start();
        Logger log = logback.getLogger("app");
        logback.getLogger(Logger.ROOT_LOGGER_NAME).addAppender(appender);
        MDC.put("session_token", canary);
        try (TraceScope scope = TraceScope.open(
                TraceContext.of(traceId).withUserId("sk-ant-" + canary + canary))) {
            log.atError().setCause(new IllegalStateException("password=" + canary)).addKeyValue("api_key", canary)
                    .addKeyValue("prompt", "a film about " + canary).addKeyValue("headers",
                            Map.of("Authorization", "Bearer " + canary, "Cookie", canary))
                    .log("calling https://bob:" + canary + "@example.com/?token=" + canary);
            log.warn("Bearer {}", canary + canary);
            publisher.emit(new DatabaseError(new Origin(UUID.randomUUID().toString(), Instant.now(), "it-canary"),
                    "postgres", "login password=" + canary, "secret=" + canary));
            // The same as no reader takes it, for the length of an id: it becomes a dead letter.
            publisher.emit(new DatabaseError(new Origin(UUID.randomUUID().toString(), Instant.now(), "it-canary"),
                    "postgres", "login password=" + canary, "secret=" + canary),
                    TraceScope.currentOrNew().withBatchId("b".repeat(5_000)));
        } finally {
            MDC.remove("session_token");
        }
        publisher.close(Duration.ofSeconds(20));
        logback.stop();
    }

    private void awaitDeadLetter(String traceId) {
        await().atMost(PATIENCE).until(() -> {
            List<String> traces = new ArrayList<>();
            eachRecord(record -> {
                if (record.topic().equals("throughline.dead-letters")) {
                    traces.add(String.valueOf(TraceHeaders.text(record.headers(), TraceHeaders.TRACE_ID)));
                }
            });
            return traces.contains(traceId);
        });
    }

    /** Where the canary can be seen: topics with keys and headers, answers of the pipeline, files of the pipeline. */
    private Set<String> places(String traceId) throws IOException {
        Set<String> places = new TreeSet<>();
        for (String path : List.of("/api/v1/logs?trace_id=" + traceId, "/api/v1/traces/" + traceId, "/metrics")) {
            look("shipper", pipeline.logs(path).body(), places);
        }
        look("metrics", pipeline.metricsPage().body(), places);
        eachRecord(record -> {
            look(record.topic(), text(record.key()), places);
            look(record.topic(), text(record.value()), places);
            record.headers().forEach(header -> look(record.topic(), text(header.value()), places));
        });
        Files.walkFileTree(scratch, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                // The broker's indexes are empty files of 10 MB that hold offsets alone.
                if (attributes.isRegularFile() && !file.toString().endsWith("index") && Files.exists(file)) {
                    look("files", new String(Files.readAllBytes(file), ISO_8859_1), places);
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException gone) {
                return FileVisitResult.CONTINUE;
            }
        });
        return places;
    }

    /** All that stands in the topics now. */
    private static void eachRecord(Consumer<ConsumerRecord<byte[], byte[]>> reader) {
        try (var consumer = new KafkaConsumer<>(Map.of("bootstrap.servers", pipeline.bootstrapServers()),
                new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            var partitions = consumer.listTopics().values().stream().flatMap(List::stream)
                    .filter(info -> info.topic().startsWith("throughline."))
                    .map(info -> new TopicPartition(info.topic(), info.partition())).toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            var ends = consumer.endOffsets(partitions);
            while (partitions.stream().anyMatch(one -> consumer.position(one) < ends.getOrDefault(one, 0L))) {
                consumer.poll(Duration.ofMillis(200)).forEach(reader);
            }
        }
    }

    private void look(String place, String text, Set<String> places) {
        if (text.contains(canary)) {
            places.add(place);
        }
    }

    private static String text(byte @Nullable [] bytes) {
        return bytes == null ? "" : new String(bytes, UTF_8);
    }
}
