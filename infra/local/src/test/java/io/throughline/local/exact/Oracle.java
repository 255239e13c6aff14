package io.throughline.local.exact;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads every event topic from its beginning to its end, and says where a page differs from what they add up to. */
final class Oracle {

    private final Truth truth;

    private Oracle(Truth truth) {
        this.truth = truth;
    }

    /** What is in the topics now. */
    static Oracle read(String bootstrapServers, String prefix) throws IOException {
        var truth = new Truth(prefix, PriceList.bundled());
        Map<String, Object> properties = Map.of("bootstrap.servers", bootstrapServers, "isolation.level",
                "read_committed");
        var bytes = new ByteArrayDeserializer();
        try (var consumer = new KafkaConsumer<>(properties, bytes, bytes)) {
            List<TopicPartition> partitions = Contract.EVENT_TOPICS.stream()
                    .flatMap(topic -> consumer.partitionsFor(prefix + topic).stream())
                    .map(info -> new TopicPartition(info.topic(), info.partition())).toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                consumer.poll(Duration.ofSeconds(1)).forEach(record -> truth.take(
                        record.topic().substring(prefix.length()), headers(record),
                        record.value() == null ? new byte[0] : record.value()));
            }
        }
        return new Oracle(truth);
    }

    long records() {
        return truth.records();
    }

    Map<String, Double> samples(Page page) {
        return truth.samples(page);
    }

    /** One line for each sample that is not what it must be, to the unit; empty when all are. */
    List<String> differences(Page page) {
        Map<String, Double> expected = samples(page);
        List<String> differences = new ArrayList<>();
        expected.forEach((sample, value) -> {
            if (!value.equals(page.samples().get(sample))) {
                differences.add(sample + " must be " + value + " and is " + page.samples().get(sample));
            }
        });
        new TreeMap<>(page.samples()).forEach((sample, value) -> {
            boolean other = !Contract.covers(sample) || Page.name(sample).equals("throughline_dead_letters_total");
            if (!other && !expected.containsKey(sample) && value != 0) {
                differences.add(sample + " is " + value + " and no record says so");
            }
        });
        differences.addAll(deadLetterDifferences(page));
        return differences;
    }

    private List<String> deadLetterDifferences(Page page) {
        List<String> differences = new ArrayList<>();
        truth.deadLetters().forEach((topic, count) -> {
            double shown = page.samples().entrySet().stream()
                    .filter(sample -> sample.getKey().startsWith("throughline_dead_letters_total{")
                            && sample.getKey().contains("topic=\"" + topic + "\""))
                    .mapToDouble(Map.Entry::getValue).sum();
            if (BigDecimal.valueOf(shown).compareTo(count) != 0) {
                differences.add("dead letters of " + topic + " must be " + count + " and are " + shown);
            }
        });
        return differences;
    }

    private static Map<String, String> headers(ConsumerRecord<byte[], byte[]> record) {
        Map<String, String> headers = new HashMap<>();
        record.headers().forEach(header -> headers.put(header.key(), new String(header.value(), UTF_8)));
        return headers;
    }
}
