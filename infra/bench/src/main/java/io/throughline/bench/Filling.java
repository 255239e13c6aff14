package io.throughline.bench;

import io.throughline.event.Event;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * What was put into the topics.
 *
 * @param truth what a reader has to count
 * @param valueBytes bytes of JSON in all
 */
record Filling(Map<String, Long> truth, long valueBytes) {

    /**
     * Publishes so many events, once.
     *
     * @param progress is told how many there are so far
     * @throws IllegalStateException when the broker has not acknowledged every one
     */
    static Filling publish(Events events, long count, String bootstrapServers, LongConsumer progress) {
        return publish(events, events::next, count, bootstrapServers, progress);
    }

    /** The same with events of LLM calls alone. */
    static Filling publishCalls(Events events, long count, String bootstrapServers, LongConsumer progress) {
        return publish(events, events::nextCall, count, bootstrapServers, progress);
    }

    private static Filling publish(Events events, Supplier<Event> source, long count, String bootstrapServers,
            LongConsumer progress) {
        var tally = new Tally();
        var acknowledged = new AtomicLong();
        var failure = new AtomicReference<@Nullable Exception>();
        long bytes = 0;
        try (var producer = new KafkaProducer<>(properties(bootstrapServers), new ByteArraySerializer(),
                new ByteArraySerializer())) {
            for (long i = 1; i <= count && failure.get() == null; i++) {
                Event event = source.get();
                ProducerRecord<byte[], byte[]> wire = events.record(event);
                var unused = producer.send(wire, (metadata, e) -> {
                    if (e == null) {
                        acknowledged.incrementAndGet();
                    } else {
                        failure.compareAndSet(null, e);
                    }
                });
                tally.add(event);
                bytes += wire.value().length;
                progress.accept(i);
            }
            producer.flush();
        }
        if (acknowledged.get() != count) {
            throw new IllegalStateException("the broker acknowledged %,d of %,d events: %s".formatted(
                    acknowledged.get(), count, failure.get()), failure.get());
        }
        return new Filling(tally.counted(), bytes);
    }

    private static Map<String, Object> properties(String bootstrapServers) {
        return Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers, ProducerConfig.BATCH_SIZE_CONFIG,
                64 * 1024, ProducerConfig.LINGER_MS_CONFIG, 50, ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true,
                ProducerConfig.ACKS_CONFIG, "all");
    }
}
