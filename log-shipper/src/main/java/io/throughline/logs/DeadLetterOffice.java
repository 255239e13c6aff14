package io.throughline.logs;

import io.throughline.event.InvalidRecordException;
import io.throughline.publish.DeadLetters;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends records that could not be used to the dead letters, each at least once before {@link #deliver} returns, and
 * once as long as the process lives. For one thread.
 */
final class DeadLetterOffice implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(DeadLetterOffice.class);

    private final Producer<byte[], byte[]> producer;
    private final String topic;
    private final ShipperMetrics metrics;
    private final List<Letter> waiting = new ArrayList<>();
    private final Map<TopicPartition, Long> delivered = new HashMap<>();

    /** Sends to {@code topic} through {@code producer}, which {@link #close} closes. */
    DeadLetterOffice(Producer<byte[], byte[]> producer, String topic, ShipperMetrics metrics) {
        this.producer = producer;
        this.topic = topic;
        this.metrics = metrics;
    }

    /** Takes a record; one that was delivered already, and is read again after a failure, is left out. */
    void take(ConsumerRecord<byte[], byte[]> record, InvalidRecordException why) {
        var partition = new TopicPartition(record.topic(), record.partition());
        if (record.offset() < delivered.getOrDefault(partition, 0L)) {
            return;
        }
        var headers = DeadLetters.headers(record.headers(), record.topic(), record.partition(), record.offset(), why);
        waiting.add(new Letter(partition, record.offset(), why,
                new ProducerRecord<>(topic, null, null, record.key(), record.value(), headers)));
    }

    /**
     * Sends all that wait and returns when the brokers have them.
     *
     * @throws UndeliverableException when they do not take one: it and those after it wait for the next call
     */
    void deliver() throws UndeliverableException {
        List<Future<RecordMetadata>> answers = new ArrayList<>();
        if (!waiting.isEmpty()) {
            waiting.forEach(letter -> answers.add(producer.send(letter.record())));
            producer.flush();
        }
        for (Future<RecordMetadata> answer : answers) {
            settle(waiting.get(0), answer);
            waiting.remove(0);
        }
    }

    /** Starts anew with a partition whose topic was created anew. */
    void restart(TopicPartition partition) {
        delivered.remove(partition);
    }

    @Override
    public void close() {
        producer.close(Duration.ofSeconds(1));
    }

    private void settle(Letter letter, Future<RecordMetadata> answer) throws UndeliverableException {
        try {
            answer.get();
            metrics.deadLetter(letter.partition().topic(), letter.why().reason());
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof RecordTooLargeException)) {
                throw new UndeliverableException("no dead letter can be written to " + topic + ": " + e.getCause(), e);
            }
            LOG.warn("the record {}-{} is lost: it breaks the contract ({}), and is too large for {}",
                    letter.partition(), letter.offset(), letter.why().getMessage(), topic);
            metrics.skipped(letter.partition().topic(), SkipReason.UNDELIVERABLE, 1);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UndeliverableException("interrupted while writing dead letters", e);
        }
        delivered.put(letter.partition(), letter.offset() + 1);
    }

    /** The brokers do not take a dead letter. */
    static final class UndeliverableException extends IOException {
        private static final long serialVersionUID = 1L;

        UndeliverableException(String message, Throwable cause) {
            super(message, cause);
        }
    }

    private record Letter(TopicPartition partition, long offset, InvalidRecordException why,
            ProducerRecord<byte[], byte[]> record) {}
}
