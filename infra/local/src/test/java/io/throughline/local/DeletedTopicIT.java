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
import io.throughline.publish.Publisher;
import io.throughline.publish.Settings;
import io.throughline.trace.TraceContext;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Somebody deletes a topic while a service publishes to it and to another one. */
@Timeout(180)
class DeletedTopicIT {

    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final TraceContext TRACE = TraceContext.of("4bf92f3577b34da6a3ce929d0e0e4736");
    private static final int EACH = 4_000;
    private static final int DELETED_AT = 1_500;

    @RegisterExtension
    private static final KafkaBroker KAFKA = new KafkaBroker();

    private final String prefix = KAFKA.newTopicPrefix();

    @TempDir
    private Path directory;

    @Test
    void otherTopics_goOnAndNothingIsLostUncounted() throws Exception {
        topics();
        var publisher = Publisher.start(settings(), "service");
        publish(publisher, 0, DELETED_AT);
        try (var admin = Admin.create(Map.of("bootstrap.servers", KAFKA.bootstrapServers()))) {
            Thread deleting = Thread.ofPlatform()
                    .start(() -> admin.deleteTopics(List.of(Topic.CACHE.name(prefix))));
            publish(publisher, DELETED_AT, EACH);
            deleting.join();
        }
        await().atMost(PATIENCE).until(() -> publisher.accounting().acknowledged() >= EACH
                && read(Topic.LOGS).size() == EACH);
        Accounting now = publisher.accounting();
        assertThat(now.queued() + now.spilled()).as("%s: the topic was deleted under way", now).isPositive();
        Accounting last = publisher.close(Duration.ofSeconds(1));
        assertThat(last.queued() + last.dropped()).as("%s", last).isZero();
        assertThat(last.acknowledged() + last.spilled()).as("%s", last).isEqualTo(2 * EACH);

        topics();
        var next = Publisher.start(settings(), "service");
        await().atMost(PATIENCE).until(() -> next.accounting().recovered() == last.spilled()
                && next.accounting().pending() == 0);
        assertThat(next.close(PATIENCE).dropped()).isZero();
        List<String> again = read(Topic.CACHE).stream().map(DeletedTopicIT::eventId).toList();
        // The newest: the acknowledged ones went with the topic.
        assertThat(again).hasSize((int) last.spilled()).isEqualTo(
                IntStream.range(EACH - again.size(), EACH).mapToObj(Integer::toString).toList());
        assertThat(read(Topic.LOGS)).hasSize(EACH);
    }

    /** An event and a line in turn, some thousand a second. */
    private static void publish(Publisher publisher, int from, int to) throws InterruptedException {
        for (int i = from; i < to; i++) {
            publisher.emit(new CacheMiss(new Origin(Integer.toString(i), Instant.now(), "service"), "prompts"), TRACE);
            publisher.log(new LogRecord(Instant.now(), LogLevel.INFO, null, "m", TRACE, "service", null, null, null,
                    null, Map.of()));
            if (i % 20 == 19) {
                TimeUnit.MILLISECONDS.sleep(10);
            }
        }
    }

    private Settings settings() {
        return Settings.of(Map.of("THROUGHLINE_BOOTSTRAP_SERVERS", KAFKA.bootstrapServers(),
                "THROUGHLINE_TOPIC_PREFIX", prefix, "THROUGHLINE_SPILL_DIR", directory.toString()));
    }

    private void topics() throws InterruptedException {
        try (var topics = Topics.at(Map.of("bootstrap.servers", KAFKA.bootstrapServers()), prefix)) {
            topics.ensure(List.of(new TopicSpec("cache", 1, (short) 1, Map.of()),
                    new TopicSpec("logs", 1, (short) 1, Map.of())), 1);
        }
    }

    private List<byte[]> read(Topic topic) {
        var from = new TopicPartition(topic.name(prefix), 0);
        List<byte[]> read = new ArrayList<>();
        try (var consumer = new KafkaConsumer<>(Map.of("bootstrap.servers", KAFKA.bootstrapServers()),
                new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.assign(List.of(from));
            consumer.seekToBeginning(List.of(from));
            long end = consumer.endOffsets(List.of(from)).getOrDefault(from, 0L);
            while (consumer.position(from) < end) {
                consumer.poll(Duration.ofSeconds(1)).records(from).forEach(record -> read.add(record.value()));
            }
        }
        return read;
    }

    private static String eventId(byte[] value) {
        try {
            return Codec.decodeEvent(value, TRACE).value().eventId();
        } catch (InvalidRecordException e) {
            throw new AssertionError(e);
        }
    }
}
