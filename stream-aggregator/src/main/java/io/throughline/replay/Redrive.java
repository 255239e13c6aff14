package io.throughline.replay;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.throughline.event.DeadLetterReason;
import io.throughline.event.Topic;
import io.throughline.publish.DeadLetters;
import io.throughline.trace.TraceHeaders;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * Sends dead letters back to the topic they came from, each once: the record and a mark that it was sent, keyed by where
 * the dead letter stands, are one transaction. A run that is killed leaves nothing half done, and of two runs at once
 * the later one ends the earlier.
 *
 * <p>Key, value and timestamp stay as they are; the headers lose what the dead letter added. Not thread-safe.
 */
public final class Redrive {

    private static final int BATCH = 500;
    private static final JsonMapper JSON = new JsonMapper();
    private static final Set<String> ADDED = Set.of(DeadLetters.REASON, DeadLetters.DETAIL, DeadLetters.TOPIC,
            DeadLetters.PARTITION, DeadLetters.OFFSET);

    private final Producer<byte[], byte[]> producer;
    private final String marks;
    private final Set<String> destinations;
    private final Clock clock;
    private final Set<String> marked = new HashSet<>();
    private final List<ConsumerRecord<byte[], byte[]>> batch = new ArrayList<>();
    private final Map<String, Long> redriven = new TreeMap<>();
    private long already;
    private long homeless;

    /**
     * What became of the dead letters that were offered.
     *
     * @param redriven sent back, by topic
     * @param already sent back by an earlier run
     * @param homeless those that do not say which topic of the pipeline they came from
     */
    public record Outcome(Map<String, Long> redriven, long already, long homeless) {

        /** How many were sent back. */
        public long total() {
            return redriven.values().stream().mapToLong(Long::longValue).sum();
        }
    }

    /** Sends with {@code producer}, which has a transactional id and stays the caller's. */
    public Redrive(Producer<byte[], byte[]> producer, String topicPrefix, Clock clock) {
        this.producer = producer;
        this.marks = Topic.REDRIVEN.name(topicPrefix);
        this.destinations = Arrays.stream(Topic.values()).filter(Redrive::isWrittenByServices)
                .map(topic -> topic.name(topicPrefix)).collect(Collectors.toUnmodifiableSet());
        this.clock = clock;
    }

    /** What the producer needs to be told beside the usual. */
    public static Map<String, Object> producerProperties(String topicPrefix) {
        return Map.of(ProducerConfig.TRANSACTIONAL_ID_CONFIG, topicPrefix + "redrive");
    }

    /** The names of reasons; {@link IllegalArgumentException} names one that is none. */
    public static String reason(String name) {
        return Arrays.stream(DeadLetterReason.values()).map(DeadLetterReason::wireName).filter(name::equals).findAny()
                .orElseThrow(() -> new IllegalArgumentException(name + " is no reason; known are "
                        + Arrays.stream(DeadLetterReason.values()).map(DeadLetterReason::wireName)
                                .collect(Collectors.joining(", "))));
    }

    /** Ends an earlier run that still goes on. Comes before {@link #mark}, so that every mark is seen. */
    public void begin() {
        told(producer::initTransactions);
    }

    /** Takes a mark that an earlier run has left. */
    public void mark(ConsumerRecord<byte[], byte[]> mark) {
        if (mark.key() != null) {
            marked.add(new String(mark.key(), StandardCharsets.UTF_8));
        }
    }

    /** Whether a dead letter would be sent: it says where it came from, and no earlier run has sent it. */
    public boolean isDue(ConsumerRecord<byte[], byte[]> deadLetter) {
        if (!destinations.contains(TraceHeaders.text(deadLetter.headers(), DeadLetters.TOPIC))) {
            homeless++;
            return false;
        }
        if (!marked.add(Coordinates.of(deadLetter).toString())) {
            already++;
            return false;
        }
        return true;
    }

    /** Sends a dead letter back, with the others of its transaction. */
    public void send(ConsumerRecord<byte[], byte[]> deadLetter) {
        batch.add(deadLetter);
        if (batch.size() >= BATCH) {
            commit();
        }
    }

    /** Sends what is still to be sent, and says what became of everything. */
    public Outcome end() {
        if (!batch.isEmpty()) {
            commit();
        }
        return outcome();
    }

    /** What became of the dead letters so far; those of a transaction that is not committed are not in it. */
    public Outcome outcome() {
        return new Outcome(Map.copyOf(redriven), already, homeless);
    }

    private void commit() {
        Map<String, Long> sent = new TreeMap<>();
        told(() -> {
            producer.beginTransaction();
            for (ConsumerRecord<byte[], byte[]> deadLetter : batch) {
                ProducerRecord<byte[], byte[]> original = original(deadLetter);
                var unusedRecord = producer.send(original);
                var unusedMark = producer.send(markOf(deadLetter, original.topic()));
                sent.merge(original.topic(), 1L, Long::sum);
            }
            producer.commitTransaction();
        });
        sent.forEach((topic, count) -> redriven.merge(topic, count, Long::sum));
        batch.clear();
    }

    private static ProducerRecord<byte[], byte[]> original(ConsumerRecord<byte[], byte[]> deadLetter) {
        var headers = new RecordHeaders();
        for (Header header : deadLetter.headers()) {
            if (!ADDED.contains(header.key())) {
                headers.add(header);
            }
        }
        String topic = String.valueOf(TraceHeaders.text(deadLetter.headers(), DeadLetters.TOPIC));
        return new ProducerRecord<>(topic, null, Math.max(0, deadLetter.timestamp()), deadLetter.key(),
                deadLetter.value(), headers);
    }

    private ProducerRecord<byte[], byte[]> markOf(ConsumerRecord<byte[], byte[]> deadLetter, String topic) {
        byte[] value = JSON.createObjectNode().put("redriven_at", clock.instant().toString()).put("topic", topic)
                .toString().getBytes(StandardCharsets.UTF_8);
        return new ProducerRecord<>(marks, Coordinates.of(deadLetter).toString().getBytes(StandardCharsets.UTF_8),
                value);
    }

    private static void told(Runnable step) {
        try {
            step.run();
        } catch (ProducerFencedException | InvalidProducerEpochException e) {
            throw new ReplayException("another redrive has begun and goes on where this one stopped", e);
        } catch (KafkaException e) {
            throw new ReplayException("the transaction was not committed, nothing of it counts: " + e.getMessage(), e);
        }
    }

    private static boolean isWrittenByServices(Topic topic) {
        return switch (topic) {
            case JOBS, BATCHES, LLM, CACHE, SERVICES, LOGS -> true;
            case SERIES, WINDOWS, DEAD_LETTERS, REDRIVEN -> false;
        };
    }
}
