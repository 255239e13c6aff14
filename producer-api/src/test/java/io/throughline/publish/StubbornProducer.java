package io.throughline.publish;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.RoundRobinPartitioner;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** A producer whose brokers take every record and never acknowledge one: flushing waits until it is closed. */
final class StubbornProducer extends MockProducer<byte[], byte[]> {

    private final CountDownLatch closed = new CountDownLatch(1);

    StubbornProducer() {
        super(false, new RoundRobinPartitioner(), new ByteArraySerializer(), new ByteArraySerializer());
    }

    @Override
    @SuppressWarnings("UnsynchronizedOverridesSynchronized") // it waits, and the producer must stay usable meanwhile
    public void flush() {
        try {
            closed.await();
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }

    @Override
    public void close(Duration timeout) {
        try {
            if (!closed.await(timeout.toNanos(), TimeUnit.NANOSECONDS)) {
                closed.countDown();
            }
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }
}
