package io.throughline.local.exact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.throughline.local.KafkaBroker;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a transaction has written and not committed is never shown. A kill that hits the few milliseconds between the
 * two is rare, so here a transaction stays open for as long as it takes.
 */
class UncommittedIT {

    @RegisterExtension
    private static final KafkaBroker BROKER = new KafkaBroker();

    @TempDir
    private Path scratch;

    @Test
    void openTransaction_changesNoSeries_andNeitherDoesItsAbort() throws Exception {
        try (var rig = Rig.start("uncommitted", BROKER.bootstrapServers(), scratch, "0s", Seeds.next())) {
            rig.startAndAwaitNumbers("one");
            Oracle oracle = rig.settle();
            try (var producer = new KafkaProducer<>(Map.<String, Object>of("bootstrap.servers",
                    BROKER.bootstrapServers(), "transactional.id", "uncommitted"), new ByteArraySerializer(),
                    new ByteArraySerializer())) {
                producer.initTransactions();
                producer.beginTransaction();
                rewind(producer, firstValues(rig.prefix() + "series"));
                TimeUnit.SECONDS.sleep(2);
                assertThat(oracle.differences(rig.fleet().whole())).as("with the transaction open").isEmpty();
                // A hanging transaction holds back every value; somebody has to be told what to do.
                await().atMost(Duration.ofSeconds(60)).pollInterval(Duration.ofSeconds(1)).untilAsserted(
                        () -> assertThat(rig.fleet().health("one")).contains("\"unavailable\"",
                                "a transaction was left open",
                                "kafka-transactions.sh abort --topic uncommitted.series"));
                producer.abortTransaction();
                await().atMost(Duration.ofSeconds(30)).untilAsserted(
                        () -> assertThat(rig.fleet().health("one")).doesNotContain("unavailable"));
                TimeUnit.SECONDS.sleep(2);
                assertThat(oracle.differences(rig.fleet().whole())).as("after its abort").isEmpty();
            }
        }
    }

    /** Every series back at its first value: what nobody could overlook. */
    private static void rewind(KafkaProducer<byte[], byte[]> producer,
            List<ConsumerRecord<byte[], byte[]>> firstValues) {
        assertThat(firstValues).hasSizeGreaterThan(20);
        for (var first : firstValues) {
            Future<?> unused = producer.send(
                    new ProducerRecord<>(first.topic(), first.partition(), first.key(), first.value()));
        }
        producer.flush();
    }

    private static List<ConsumerRecord<byte[], byte[]>> firstValues(String topic) {
        Map<ByteBuffer, ConsumerRecord<byte[], byte[]>> first = new HashMap<>();
        Map<String, Object> properties = Map.of("bootstrap.servers", BROKER.bootstrapServers());
        var bytes = new ByteArrayDeserializer();
        try (var consumer = new KafkaConsumer<>(properties, bytes, bytes)) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                    .map(info -> new TopicPartition(info.topic(), info.partition())).toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                consumer.poll(Duration.ofSeconds(1))
                        .forEach(record -> first.putIfAbsent(ByteBuffer.wrap(record.key()), record));
            }
        }
        return new ArrayList<>(first.values());
    }
}
