package io.throughline.publish;

import static io.throughline.publish.Samples.EVENT;
import static io.throughline.publish.Samples.LOG;
import static io.throughline.publish.Samples.TRACE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.clients.producer.RoundRobinPartitioner;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class PublisherTest {

    private static final WireRecords RECORDS = new WireRecords("test.", Clock.systemUTC());
    private static final Duration SHORT = Duration.ofMillis(300);
    /** What close may take beyond its timeout on a busy machine. */
    private static final Duration SLACK = Duration.ofSeconds(3);

    private final CountDownLatch gate = new CountDownLatch(1);
    private final ExecutorService threads = Executors.newCachedThreadPool();

    @AfterEach
    void stop() {
        gate.countDown();
        threads.shutdownNow();
    }

    @Test
    void eventsAndLogLines_areSentInTheirOrder() {
        var producer = acknowledging();
        var publisher = new Publisher(producer, RECORDS, 10);
        publisher.emit(EVENT, TRACE);
        publisher.log(LOG);
        assertSums(publisher.close(SLACK), 2, 2, 0, 0);
        assertThat(producer.history()).extracting(ProducerRecord::topic).containsExactly("test.cache", "test.logs");
        assertThat(producer.closed()).isTrue();
    }

    @Test
    void records_arePendingUntilAcknowledged() {
        var producer = mock(false);
        var publisher = new Publisher(producer, RECORDS, 10);
        publisher.emit(EVENT, TRACE);
        assertSums(publisher.accounting(), 1, 0, 0, 1);
        await().until(producer::completeNext);
        await().untilAsserted(() -> assertSums(publisher.accounting(), 1, 1, 0, 0));
        publisher.close();
    }

    @Test
    void refusedRecord_isDroppedAndCounted() {
        var producer = mock(false);
        var publisher = new Publisher(producer, RECORDS, 10);
        publisher.emit(EVENT, TRACE);
        await().until(() -> producer.errorNext(new RecordTooLargeException("too large")));
        await().untilAsserted(() -> assertSums(publisher.accounting(), 1, 0, 1, 0));
        publisher.close(SHORT);
    }

    @Test
    void recordThatCannotBeSent_stopsNoOther() {
        var producer = acknowledging();
        producer.sendException = new IllegalArgumentException("no");
        var publisher = new Publisher(producer, RECORDS, 10);
        publisher.emit(EVENT, TRACE);
        await().until(() -> publisher.accounting().dropped() == 1);
        producer.sendException = null;
        publisher.emit(EVENT, TRACE);
        assertSums(publisher.close(SLACK), 2, 1, 1, 0);
    }

    @Test
    void errorInTheKafkaClient_costsTheClientAndNoRecord() {
        var clients = new AtomicInteger();
        var publisher = new Publisher(() -> new Failing(clients.getAndIncrement() == 0), RECORDS,
                new Memory(10, 1 << 20), null, 1 << 20, () -> null, "test");
        publisher.emit(EVENT, TRACE);
        publisher.emit(EVENT, TRACE);
        await().until(() -> publisher.accounting().acknowledged() == 2);
        assertThat(clients).hasValue(2);
        assertSums(publisher.close(SLACK), 2, 2, 0, 0);
    }

    @Test
    void closedClient_doesNotMakeARecordUnfit() {
        assertThat(Fate.of(new IllegalStateException("Cannot perform operation after producer has been closed")))
                .isEqualTo(Fate.AGAIN_WITH_NEW_CLIENT);
    }

    @Test
    void recordThatCannotBeEncoded_stopsNoOther() {
        // At the end of time there is no half hour ahead, so that making the first record throws.
        var times = new ArrayDeque<>(List.of(Instant.MAX, Instant.now()));
        InstantSource source = () -> times.size() > 1 ? times.remove() : times.element();
        var clock = source.withZone(ZoneOffset.UTC);
        var publisher = new Publisher(acknowledging(), new WireRecords("test.", clock), 10);
        publisher.emit(EVENT, TRACE);
        publisher.emit(EVENT, TRACE);
        assertSums(publisher.close(SLACK), 2, 1, 1, 0);
    }

    @Test
    void fullQueue_dropsAndCountsWithoutBlocking() {
        var producer = blocking();
        var publisher = new Publisher(producer, RECORDS, 5);
        publisher.emit(EVENT, TRACE);
        await().until(() -> producer.calls.get() == 1);
        for (int i = 0; i < 20; i++) {
            publisher.emit(EVENT, TRACE);
        }
        assertSums(publisher.accounting(), 21, 0, 16, 5);
        gate.countDown();
        assertSums(publisher.close(SLACK), 21, 5, 16, 0);
    }

    @Test
    void accounting_addsUpAtEveryInstantUnderConcurrentEmitters() throws Exception {
        var publisher = new Publisher(acknowledging(), RECORDS, 100);
        var stop = new AtomicBoolean();
        Future<Integer> sampler = threads.submit(() -> {
            int samples = 0;
            Accounting before = publisher.accounting();
            while (!stop.get()) {
                Accounting now = publisher.accounting();
                // Four callers may have counted one each that has no room.
                assertThat(now.pending()).as("%s", now).isBetween(0L, 104L);
                assertThat(now.accepted()).isGreaterThanOrEqualTo(before.accepted());
                assertThat(now.acknowledged()).isGreaterThanOrEqualTo(before.acknowledged());
                assertThat(now.dropped()).isGreaterThanOrEqualTo(before.dropped());
                before = now;
                samples++;
            }
            return samples;
        });
        emitFrom(4, 20_000, publisher);
        Accounting last = publisher.close(Duration.ofSeconds(20));
        stop.set(true);
        assertThat(sampler.get()).isPositive();
        assertThat(last.accepted() - last.reports()).isEqualTo(80_000);
        assertThat(last.pending()).isZero();
    }

    @Test
    void acknowledgement_isNeverCountedBeforeItsRecordNorLost() throws Exception {
        var lookedAt = new AtomicReference<Publisher>();
        var leastPending = new AtomicLong();
        var producer = new MockProducer<>(true, new RoundRobinPartitioner(), new ByteArraySerializer(),
                new ByteArraySerializer()) {
            @Override
            public synchronized Future<RecordMetadata> send(ProducerRecord<byte[], byte[]> record,
                    @Nullable Callback callback) {
                Future<RecordMetadata> acknowledged = super.send(record, callback);
                Publisher publisher = lookedAt.get();
                long pending = publisher == null ? 0 : publisher.accounting().pending();
                leastPending.accumulateAndGet(pending, Math::min);
                return acknowledged;
            }
        };
        // A short queue: few records waiting behind it hide that the one just acknowledged was not counted yet.
        var publisher = new Publisher(producer, RECORDS, 8);
        lookedAt.set(publisher);
        var stop = new AtomicBoolean();
        for (int reader = 0; reader < 3; reader++) {
            // Who reads the numbers delays who counts, which widens the gap that there would be.
            threads.execute(() -> {
                while (!stop.get()) {
                    publisher.accounting();
                }
            });
        }
        emitFrom(4, 50_000, publisher);
        stop.set(true);
        await().until(() -> publisher.accounting().pending() == 0);
        assertThat(leastPending).hasValue(0);
        assertThat(publisher.accounting().acknowledged()).isEqualTo(producer.history().size());
        publisher.close();
    }

    @Test
    void closeWhileEmitting_accountsForEveryRecordOnce() throws Exception {
        for (int round = 0; round < 20; round++) {
            var producer = acknowledging();
            var publisher = new Publisher(producer, RECORDS, 50);
            var started = new CountDownLatch(2);
            var emitted = new AtomicInteger();
            var stop = new AtomicBoolean();
            List<Future<?>> emitters = new ArrayList<>();
            for (int thread = 0; thread < 2; thread++) {
                emitters.add(threads.submit(() -> {
                    started.countDown();
                    while (!stop.get()) {
                        publisher.emit(EVENT, TRACE);
                        emitted.incrementAndGet();
                    }
                }));
            }
            started.await();
            publisher.close(SLACK);
            stop.set(true);
            for (Future<?> emitter : emitters) {
                emitter.get();
            }
            long sent = producer.history().size() - publisher.accounting().reports();
            assertSums(publisher.accounting(), emitted.get(), sent, emitted.get() - sent, 0);
        }
    }

    @Test
    void close_returnsInTimeWhenNothingIsEverAcknowledged() {
        var publisher = new Publisher(new StubbornProducer(), RECORDS, 10);
        publisher.emit(EVENT, TRACE);
        publisher.emit(EVENT, TRACE);
        long start = System.nanoTime();
        assertSums(publisher.close(SHORT), 2, 0, 2, 0);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(SHORT.plus(SLACK));
    }

    @Test
    void close_returnsInTimeWhenSendingNeverReturns() {
        var producer = blocking();
        var publisher = new Publisher(producer, RECORDS, 10);
        publisher.emit(EVENT, TRACE);
        publisher.emit(EVENT, TRACE);
        await().until(() -> producer.calls.get() == 1);
        long start = System.nanoTime();
        assertSums(publisher.close(SHORT), 2, 0, 2, 0);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(SHORT.plus(SLACK));
    }

    @Test
    void acknowledgementAfterClose_changesNothing() {
        var producer = new StubbornProducer();
        var publisher = new Publisher(producer, RECORDS, 10);
        publisher.emit(EVENT, TRACE);
        Accounting last = publisher.close(SHORT);
        assertThat(producer.completeNext()).isTrue();
        assertThat(publisher.accounting()).isEqualTo(last);
        assertSums(last, 1, 0, 1, 0);
    }

    @Test
    void emitAfterClose_isDroppedAndCounted() {
        var publisher = new Publisher(acknowledging(), RECORDS, 10);
        publisher.emit(EVENT, TRACE);
        publisher.close();
        publisher.emit(EVENT, TRACE);
        publisher.log(LOG);
        assertSums(publisher.accounting(), 3, 1, 2, 0);
    }

    @Test
    void closingAgain_changesNothing() {
        var publisher = new Publisher(acknowledging(), RECORDS, 10);
        publisher.emit(EVENT, TRACE);
        Accounting first = publisher.close(SLACK);
        assertThat(publisher.close(Duration.ofSeconds(Long.MAX_VALUE))).isEqualTo(first);
        assertThat(publisher.close(Duration.ofSeconds(-1))).isEqualTo(first);
    }

    @Test
    void interruptedCaller_stillEmitsAndCloses() throws Exception {
        var publisher = new Publisher(acknowledging(), RECORDS, 10);
        Future<Accounting> closing = threads.submit(() -> {
            Thread.currentThread().interrupt();
            publisher.emit(EVENT, TRACE);
            return publisher.close(SLACK);
        });
        assertThat(closing.get().pending()).isZero();
        assertThat(publisher.accounting().accepted()).isEqualTo(1);
    }

    @Test
    void interruptedClose_stillAccountsForEveryRecord() throws Exception {
        var publisher = new Publisher(new StubbornProducer(), RECORDS, 10);
        publisher.emit(EVENT, TRACE);
        Future<Accounting> closing = threads.submit(() -> {
            Thread.currentThread().interrupt();
            Accounting last = publisher.close(Duration.ofSeconds(30));
            assertThat(Thread.currentThread().isInterrupted()).as("the interrupt is handed on").isTrue();
            return last;
        });
        assertSums(closing.get(20, TimeUnit.SECONDS), 1, 0, 1, 0);
    }

    /** Reports of losses left out: they come when they come. */
    private static void assertSums(Accounting sums, long accepted, long acknowledged, long dropped, long queued) {
        assertThat(List.of(sums.accepted() - sums.reports(), sums.acknowledged() - sums.reports(), sums.dropped(),
                sums.queued(), sums.spilled())).as("%s", sums)
                .isEqualTo(List.of(accepted, acknowledged, dropped, queued, 0L));
    }

    private void emitFrom(int emitterCount, int calls, Publisher publisher) throws Exception {
        List<Future<?>> emitters = new ArrayList<>();
        for (int emitter = 0; emitter < emitterCount; emitter++) {
            emitters.add(threads.submit(() -> {
                for (int i = 0; i < calls; i++) {
                    publisher.emit(EVENT, TRACE);
                }
            }));
        }
        for (Future<?> emitter : emitters) {
            emitter.get();
        }
    }

    private static MockProducer<byte[], byte[]> acknowledging() {
        return mock(true);
    }

    private static MockProducer<byte[], byte[]> mock(boolean acknowledging) {
        return new MockProducer<>(acknowledging, new RoundRobinPartitioner(), new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    private BlockingProducer blocking() {
        return new BlockingProducer(gate);
    }

    /** Sending waits for the gate, as it does without metadata. */
    private static final class BlockingProducer extends MockProducer<byte[], byte[]> {

        final AtomicInteger calls = new AtomicInteger();
        private final CountDownLatch gate;

        BlockingProducer(CountDownLatch gate) {
            super(true, new RoundRobinPartitioner(), new ByteArraySerializer(), new ByteArraySerializer());
            this.gate = gate;
        }

        // Not synchronized as in MockProducer, so that close can come in between.
        @Override
        @SuppressWarnings("UnsynchronizedOverridesSynchronized") // see above
        public Future<RecordMetadata> send(ProducerRecord<byte[], byte[]> record, @Nullable Callback callback) {
            calls.incrementAndGet();
            try {
                gate.await();
            } catch (InterruptedException e) {
                throw new InterruptException(e);
            }
            return super.send(record, callback);
        }
    }

    /** A client that lacks a class, such as that of a compression. */
    private static final class Failing extends MockProducer<byte[], byte[]> {

        private final boolean fails;

        Failing(boolean fails) {
            super(true, new RoundRobinPartitioner(), new ByteArraySerializer(), new ByteArraySerializer());
            this.fails = fails;
        }

        @Override
        public synchronized Future<RecordMetadata> send(ProducerRecord<byte[], byte[]> record, Callback callback) {
            if (fails) {
                throw new NoClassDefFoundError("lz4");
            }
            return super.send(record, callback);
        }
    }
}
