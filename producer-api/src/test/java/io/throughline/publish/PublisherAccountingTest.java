package io.throughline.publish;

import static org.assertj.core.api.Assertions.assertThat;

import io.throughline.event.CacheMiss;
import io.throughline.event.Origin;
import io.throughline.trace.TraceContext;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

class PublisherAccountingTest {

    private final AtomicInteger sent = new AtomicInteger();
    private final CacheMiss event = new CacheMiss(new Origin("1", Instant.EPOCH, "gateway"), "prompts");

    @Test
    void recordsAcknowledgedBeforeEmitReturns_areNotLost() {
        var publisher = publisher();
        for (int i = 1; i <= 300; i++) {
            publisher.emit(event, TraceContext.of("t"));
            while (sent.get() < i) {
                Thread.onSpinWait();
            }
        }

        assertThat(publisher.close(Duration.ofSeconds(10))).extracting(Accounting::acknowledged).isEqualTo(300L);
    }

    @Test
    void recordsEmittedRightBeforeClose_areSent() {
        for (int i = 0; i < 100; i++) {
            var publisher = publisher();
            publisher.emit(event, TraceContext.of("t"));

            assertThat(publisher.close(Duration.ofSeconds(10))).extracting(Accounting::acknowledged).isEqualTo(1L);
        }
    }

    private Publisher publisher() {
        return new Publisher(producer(), new WireRecords("throughline.", Clock.systemUTC()), 1000);
    }

    private MockProducer<byte[], byte[]> producer() {
        return new MockProducer<>(true, null, new ByteArraySerializer(),
                new ByteArraySerializer()) {
            @Override
            public synchronized Future<RecordMetadata> send(ProducerRecord<byte[], byte[]> record, Callback callback) {
                clear();
                Future<RecordMetadata> answer = super.send(record, callback);
                sent.incrementAndGet();
                return answer;
            }
        };
    }
}
