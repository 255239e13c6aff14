package io.throughline.local.replay;

import io.throughline.publish.WireRecords;
import io.throughline.replay.InputRecord;
import io.throughline.trace.TraceHeaders;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/** Publishes records elsewhere, stamped with the id of the replay, and counts what became of them. */
final class Republishing {

    private final Producer<byte[], byte[]> producer;
    private final String target;
    private final String replayId;
    private final AtomicLong acknowledged = new AtomicLong();
    private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
    private long sent;

    /** Sends with {@code producer}, which stays the caller's. */
    Republishing(Producer<byte[], byte[]> producer, String target, String replayId) {
        this.producer = producer;
        this.target = target;
        this.replayId = replayId;
    }

    /** Sends one record, its key, value, timestamp and headers as they are; false after one has failed. */
    boolean send(InputRecord input) {
        ConsumerRecord<byte[], byte[]> kafka = input.kafka();
        var headers = new RecordHeaders(kafka.headers().toArray());
        headers.remove(WireRecords.REPLAY_ID);
        TraceHeaders.put(headers, WireRecords.REPLAY_ID, replayId);
        var unused = producer.send(new ProducerRecord<>(target, null, Math.max(0, kafka.timestamp()), kafka.key(),
                kafka.value(), headers), (metadata, e) -> {
                    if (e == null) {
                        acknowledged.incrementAndGet();
                    } else {
                        failure.compareAndSet(null, e);
                    }
                });
        sent++;
        return failure.get() == null;
    }

    /** Waits for every answer. */
    void end() {
        producer.flush();
    }

    long sent() {
        return sent;
    }

    long acknowledged() {
        return acknowledged.get();
    }

    /** Why the first one failed; null while none has. */
    @Nullable
    Exception failure() {
        return failure.get();
    }
}
