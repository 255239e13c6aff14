package io.throughline.local.stored;

import io.throughline.event.Topic;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Publishes log lines on a thread of its own, each of a trace of its own, and remembers which were acknowledged. */
final class LineLoad implements AutoCloseable {

    private static final int TICK_MILLIS = 10;

    private final KafkaProducer<byte[], byte[]> producer;
    private final String topic;
    private final String name;
    private final String padding;
    private final int perSecond;
    private final Queue<String> acknowledged = new ConcurrentLinkedQueue<>();
    private final Thread thread = new Thread(this::run, "line-load");
    private volatile boolean finished;

    private LineLoad(String bootstrapServers, String prefix, String name, int perSecond, int padding) {
        this.producer = new KafkaProducer<>(Map.<String, Object>of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                bootstrapServers), new ByteArraySerializer(), new ByteArraySerializer());
        this.topic = Topic.LOGS.name(prefix);
        this.name = name;
        this.padding = "x".repeat(padding);
        this.perSecond = perSecond;
    }

    /** Begins; each line has {@code padding} characters that say nothing. */
    static LineLoad start(String bootstrapServers, String prefix, String name, int perSecond, int padding) {
        var load = new LineLoad(bootstrapServers, prefix, name, perSecond, padding);
        load.thread.start();
        return load;
    }

    /** Stops, and returns the traces of all lines, which the brokers have acknowledged. */
    List<String> finish() throws InterruptedException {
        finished = true;
        thread.join();
        producer.flush();
        return List.copyOf(acknowledged);
    }

    int acknowledgedSoFar() {
        return acknowledged.size();
    }

    @Override
    public void close() {
        finished = true;
        producer.close();
    }

    private void run() {
        try {
            for (long i = 0; !finished; i++) {
                for (int k = 0; k < perSecond * TICK_MILLIS / 1_000; k++) {
                    send(name + '-' + i + '-' + k);
                }
                TimeUnit.MILLISECONDS.sleep(TICK_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void send(String trace) {
        byte[] id = trace.getBytes(StandardCharsets.UTF_8);
        var record = new ProducerRecord<>(topic, id, """
                {"timestamp":"%s","level":"INFO","message":"line %s","service":"load","trace_id":"%s"}"""
                .formatted(Instant.now(), padding, trace).getBytes(StandardCharsets.UTF_8));
        record.headers().add("trace_id", id);
        var unused = producer.send(record, (metadata, failure) -> {
            if (failure == null) {
                acknowledged.add(trace);
            }
        });
    }
}
