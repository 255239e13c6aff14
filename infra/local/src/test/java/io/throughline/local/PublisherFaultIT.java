package io.throughline.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.throughline.event.CacheMiss;
import io.throughline.event.Codec;
import io.throughline.event.InvalidRecordException;
import io.throughline.event.LogLevel;
import io.throughline.event.LogRecord;
import io.throughline.event.Origin;
import io.throughline.event.Topic;
import io.throughline.publish.Accounting;
import io.throughline.publish.DropReason;
import io.throughline.publish.Publisher;
import io.throughline.publish.Settings;
import io.throughline.trace.TraceContext;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A service that publishes while a real broker fails it: nothing is thrown, nothing waits, nothing is lost. */
@Timeout(180)
class PublisherFaultIT {

    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final String PREFIX = "t.";
    private static final TopicPartition CACHE = new TopicPartition(Topic.CACHE.name(PREFIX), 0);
    private static final TopicPartition LOGS = new TopicPartition(Topic.LOGS.name(PREFIX), 0);
    private static final TraceContext TRACE = TraceContext.of("4bf92f3577b34da6a3ce929d0e0e4736");
    private static final int ROUNDS = 10;
    private static final int CALLS = 2_000;
    /** Of the best round, because a pause of the whole machine is not the publisher's. */
    private static final Duration LONGEST_CALL_IN_A_THOUSAND = Duration.ofMillis(1);
    /** Of every round, pauses of a shared machine included. */
    private static final Duration LONGEST_CALL_WHATEVER_ELSE_RUNS = Duration.ofSeconds(1);

    @TempDir
    private Path directory;

    @Test
    void killedService_leavesWhatItSpilledToTheNext() throws Exception {
        int port = freePort();
        Map<String, String> settings = settings("127.0.0.1:" + port);
        long spilled = 0;
        try (var service = ChildJvm.start(directory, settings, SpillingService.class)) {
            while (spilled < 5_000) {
                spilled = Long.parseLong(String.valueOf(service.line()));
            }
            service.kill();
        }
        try (var broker = broker(port)) {
            topics(broker);
            var next = Publisher.start(Settings.of(settings), "next");
            emit(next, 1);
            await().atMost(PATIENCE).until(() -> next.accounting().pending() == 0);
            Accounting last = next.close(PATIENCE);
            assertThat(last.recovered()).as("%s", last).isGreaterThanOrEqualTo(spilled);
            assertThat(last.acknowledged()).isEqualTo(last.accepted());
            List<Long> numbers = read(broker, CACHE).stream().map(PublisherFaultIT::eventId)
                    .filter(id -> id.startsWith("e-")).map(id -> Long.parseLong(id.substring(2))).toList();
            assertThat(numbers).isSorted();
            assertThat(new HashSet<>(numbers)).containsAll(LongStream.range(0, spilled).boxed().toList());
        }
    }

    @Test
    void pausedBroker_isNotNoticedByTheService() throws Exception {
        try (var broker = broker(0)) {
            topics(broker);
            var publisher = Publisher.start(Settings.of(settings(broker.bootstrapServers())), "service");
            emit(publisher, 500);
            await().atMost(PATIENCE).until(() -> publisher.accounting().acknowledged() == 500);
            signal("STOP", broker.pid());
            try {
                assertUnnoticed(publisher);
                await().atMost(PATIENCE).until(() -> publisher.accounting().spilled() > 0);
            } finally {
                signal("CONT", broker.pid());
            }
            await().atMost(PATIENCE).until(() -> publisher.accounting().pending() == 0);
            assertAllStored(broker, publisher.close(PATIENCE));
        }
    }

    @Test
    void slowBroker_isNotNoticedByTheService() throws Exception {
        try (var broker = broker(0)) {
            topics(broker);
            Thread pauses = Thread.ofPlatform().daemon().start(() -> stutter(broker.pid()));
            try {
                var publisher = Publisher.start(Settings.of(settings(broker.bootstrapServers())), "service");
                assertUnnoticed(publisher);
                pauses.interrupt();
                pauses.join();
                signal("CONT", broker.pid());
                await().atMost(PATIENCE).until(() -> publisher.accounting().pending() == 0);
                assertAllStored(broker, publisher.close(PATIENCE));
            } finally {
                pauses.interrupt();
                pauses.join();
                signal("CONT", broker.pid());
            }
        }
    }

    @Test
    void refusedAuthentication_keepsRecordsForTheRightCredentials() throws Exception {
        try (var broker = broker(0)) {
            topics(broker);
            Map<String, String> wrong = new HashMap<>(settings(broker.bootstrapServers()));
            wrong.put("THROUGHLINE_KAFKA_SECURITY_PROTOCOL", "SASL_PLAINTEXT");
            wrong.put("THROUGHLINE_KAFKA_SASL_MECHANISM", "PLAIN");
            wrong.put("THROUGHLINE_KAFKA_SASL_JAAS_CONFIG",
                    "org.apache.kafka.common.security.plain.PlainLoginModule required username=\"a\" password=\"b\";");
            var publisher = Publisher.start(Settings.of(wrong), "service");
            assertUnnoticed(publisher);
            await().atMost(PATIENCE).until(() -> publisher.lastFailure().contains("Authentication")
                    || publisher.lastFailure().contains("Sasl"));
            Accounting left = publisher.close(Duration.ofMillis(100));
            assertThat(left.acknowledged()).isZero();
            assertThat(left.dropped()).isZero();
            var next = Publisher.start(Settings.of(settings(broker.bootstrapServers())), "service");
            await().atMost(PATIENCE).until(() -> next.accounting().recovered() > 0 && next.accounting().pending() == 0);
            assertThat(next.close(PATIENCE).recovered()).isEqualTo(left.spilled());
            assertThat(read(broker, CACHE).size() + read(broker, LOGS).size()).isEqualTo((int) left.spilled());
        }
    }

    @Test
    void lossesWhileTheBrokerWasAway_areToldOnTheTopic() throws Exception {
        int port = freePort();
        Map<String, String> settings = new HashMap<>(settings("127.0.0.1:" + port));
        settings.remove("THROUGHLINE_SPILL_DIR");
        settings.put("THROUGHLINE_QUEUE_RECORDS", "100");
        var publisher = Publisher.start(Settings.of(settings), "service");
        emit(publisher, 250);
        assertThat(publisher.accounting().dropped(DropReason.QUEUE_FULL)).isEqualTo(150);
        try (var broker = broker(port)) {
            topics(broker);
            await().atMost(PATIENCE).until(() -> publisher.accounting().reports() == 1
                    && publisher.accounting().pending() == 0);
            publisher.close(PATIENCE);
            List<ConsumerRecord<byte[], byte[]>> logs = read(broker, LOGS);
            assertThat(logs).hasSize(1);
            LogRecord report = Codec.decodeLog(logs.getFirst().value(), TRACE).value();
            assertThat(report.message()).isEqualTo("lost 150 records: queue_full 150");
            assertThat(read(broker, CACHE)).hasSize(100);
        }
    }

    /** An event and a line in turn for two seconds, which throw nothing and hold nobody up. */
    private static void assertUnnoticed(Publisher publisher) throws InterruptedException {
        long[] longest = new long[ROUNDS];
        for (int round = 0; round < ROUNDS; round++) {
            longest[round] = longestInAThousand(publisher, round * CALLS);
        }
        Arrays.sort(longest);
        assertThat(Duration.ofNanos(longest[0])).isLessThan(LONGEST_CALL_IN_A_THOUSAND);
        assertThat(Duration.ofNanos(longest[ROUNDS - 1])).isLessThan(LONGEST_CALL_WHATEVER_ELSE_RUNS);
        Accounting now = publisher.accounting();
        assertThat(now.dropped()).as("%s", now).isZero();
        assertThat(now.accepted()).isGreaterThanOrEqualTo(ROUNDS * CALLS);
    }

    /** The 99.9th percentile of the time that a call takes, in nanoseconds. */
    private static long longestInAThousand(Publisher publisher, int first) throws InterruptedException {
        long[] nanos = new long[CALLS];
        for (int i = first; i < first + CALLS; i++) {
            long start = System.nanoTime();
            if (i % 2 == 0) {
                publisher.emit(new CacheMiss(new Origin("f-" + i, Instant.now(), "service"), "prompts"), TRACE);
            } else {
                publisher
                        .log(new LogRecord(Instant.now(), LogLevel.ERROR, null, "m", TRACE, "service", null, null, null,
                                null, Map.of()));
            }
            nanos[i - first] = System.nanoTime() - start;
            if (i % 100 == 99) {
                TimeUnit.MILLISECONDS.sleep(8);
            }
        }
        Arrays.sort(nanos);
        return nanos[CALLS * 999 / 1000];
    }

    private static void assertAllStored(ChildBroker broker, Accounting last) {
        assertThat(last.acknowledged()).as("%s", last).isEqualTo(last.accepted());
        List<String> events = read(broker, CACHE).stream().map(PublisherFaultIT::eventId).toList();
        assertThat(events).doesNotHaveDuplicates();
        assertThat(events.size() + read(broker, LOGS).size()).isEqualTo((int) last.acknowledged());
    }

    private static void emit(Publisher publisher, int events) {
        for (int i = 0; i < events; i++) {
            publisher.emit(new CacheMiss(new Origin("s-" + i, Instant.now(), "service"), "prompts"), TRACE);
        }
    }

    private Map<String, String> settings(String bootstrapServers) {
        return Map.of("THROUGHLINE_BOOTSTRAP_SERVERS", bootstrapServers, "THROUGHLINE_TOPIC_PREFIX", PREFIX,
                "THROUGHLINE_SPILL_DIR", directory.resolve("spill").toString());
    }

    private ChildBroker broker(int port) throws InterruptedException {
        return ChildBroker.start(Home.find(), directory.resolve("broker"), port, PATIENCE);
    }

    private static void topics(ChildBroker broker) throws InterruptedException {
        try (var topics = Topics.at(Map.of("bootstrap.servers", broker.bootstrapServers()), PREFIX)) {
            topics.ensure(List.of(new TopicSpec("cache", 1, (short) 1, Map.of()),
                    new TopicSpec("logs", 1, (short) 1, Map.of())), 1);
        }
    }

    private static List<ConsumerRecord<byte[], byte[]>> read(ChildBroker broker, TopicPartition from) {
        List<ConsumerRecord<byte[], byte[]>> read = new ArrayList<>();
        try (var consumer = new KafkaConsumer<>(Map.of("bootstrap.servers", broker.bootstrapServers()),
                new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.assign(List.of(from));
            consumer.seekToBeginning(List.of(from));
            long end = consumer.endOffsets(List.of(from)).getOrDefault(from, 0L);
            while (consumer.position(from) < end) {
                consumer.poll(Duration.ofSeconds(1)).records(from).forEach(read::add);
            }
        }
        return read;
    }

    private static String eventId(ConsumerRecord<byte[], byte[]> record) {
        try {
            return Codec.decodeEvent(record.value(), TRACE).value().eventId();
        } catch (InvalidRecordException e) {
            throw new AssertionError(e);
        }
    }

    private static void stutter(long process) {
        try {
            while (true) {
                signal("STOP", process);
                TimeUnit.MILLISECONDS.sleep(90);
                signal("CONT", process);
                TimeUnit.MILLISECONDS.sleep(10);
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void signal(String name, long process) throws IOException, InterruptedException {
        assertThat(new ProcessBuilder("kill", "-" + name, Long.toString(process)).start().waitFor()).isZero();
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
