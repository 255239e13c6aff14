package io.throughline.publish;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.NotLeaderOrFollowerException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** Brokers that are as well or as ill as a test wants them, with a thread of their own that answers. Thread-safe. */
final class FakeKafka implements AutoCloseable {

    enum State {
        UP,
        /** Nobody answers when a client asks for metadata. */
        AWAY,
        /** Takes records and does not answer: a broker that was stopped with SIGSTOP. */
        SILENT,
        /** Every client that speaks to it is in an error for ever. */
        NO_AUTHENTICATION,
        /** One in eight records comes back, one in sixteen is refused. */
        MOODY
    }

    private static final RecordMetadata METADATA = new RecordMetadata(new TopicPartition("t", 0), 0, 0, 0, 0, 0);

    private final SplittableRandom random;
    private final Deque<Pending> pending = new ArrayDeque<>();
    private final List<ProducerRecord<byte[], byte[]>> given = new ArrayList<>();
    private final List<ProducerRecord<byte[], byte[]>> stored = new ArrayList<>();
    private final Thread io = new Thread(this::answer, "fake-kafka");
    private final Set<String> missing = new HashSet<>();
    private State state;
    private int clients;
    private boolean stopped;

    private record Pending(Client client, ProducerRecord<byte[], byte[]> record, Callback callback) {}

    FakeKafka(State state, long seed) {
        this.state = state;
        this.random = new SplittableRandom(seed);
        io.setDaemon(true);
        io.start();
    }

    Producer<byte[], byte[]> client() {
        synchronized (this) {
            clients++;
        }
        return new Client();
    }

    synchronized void become(State next) {
        state = next;
        notifyAll();
    }

    /** From now on there is no such topic; what clients have of it they try to send for ever. */
    synchronized void delete(String topic) {
        missing.add(topic);
    }

    synchronized void create(String topic) {
        missing.remove(topic);
        notifyAll();
    }

    /** What clients took, in the order they took it. */
    synchronized List<ProducerRecord<byte[], byte[]>> given() {
        return List.copyOf(given);
    }

    /** What the brokers have, in the order they took it. */
    synchronized List<ProducerRecord<byte[], byte[]>> stored() {
        return List.copyOf(stored);
    }

    /** Clients made so far. */
    synchronized int clients() {
        return clients;
    }

    @Override
    public synchronized void close() {
        stopped = true;
        notifyAll();
    }

    private void answer() {
        while (true) {
            Pending next;
            Exception failure;
            synchronized (this) {
                for (next = answerable(); next == null && !stopped; next = answerable()) {
                    try {
                        wait();
                    } catch (InterruptedException e) {
                        return;
                    }
                }
                if (next == null || stopped) {
                    return;
                }
                pending.remove(next);
                failure = failure();
                if (failure == null) {
                    stored.add(next.record);
                }
            }
            next.callback.onCompletion(METADATA, failure);
        }
    }

    private @Nullable Pending answerable() {
        if (state != State.SILENT && state != State.AWAY) {
            for (Pending each : pending) {
                if (!missing.contains(each.record.topic())) {
                    return each;
                }
            }
        }
        return null;
    }

    private @Nullable Exception failure() {
        return switch (state) {
            case UP, SILENT, AWAY -> null;
            case NO_AUTHENTICATION -> new SaslAuthenticationException("no");
            case MOODY -> random.nextInt(8) == 0
                    ? new NotLeaderOrFollowerException("moved")
                    : random.nextInt(16) == 0 ? new RecordTooLargeException("too large") : null;
        };
    }

    private final class Client extends MockProducer<byte[], byte[]> {

        private boolean dead;

        Client() {
            super(false, null, new ByteArraySerializer(), new ByteArraySerializer());
        }

        @Override
        @SuppressWarnings("UnsynchronizedOverridesSynchronized") // under the lock of the brokers
        public Future<RecordMetadata> send(ProducerRecord<byte[], byte[]> record, Callback callback) {
            Exception failure = null;
            synchronized (FakeKafka.this) {
                if (dead) {
                    throw new KafkaException("in an error state");
                }
                if (state == State.AWAY) {
                    failure = new TimeoutException("not present in metadata after 0 ms");
                } else if (missing.contains(record.topic())) {
                    failure = new TimeoutException("Topic " + record.topic() + " not present in metadata after 0 ms.",
                            new UnknownTopicOrPartitionException());
                } else if (state == State.NO_AUTHENTICATION) {
                    dead = true;
                    failure = new SaslAuthenticationException("no");
                } else {
                    given.add(record);
                    pending.add(new Pending(this, record, callback));
                    FakeKafka.this.notifyAll();
                }
            }
            if (failure != null) {
                callback.onCompletion(METADATA, failure);
            }
            return new CompletableFuture<>();
        }

        @Override
        public void close(Duration timeout) {
            List<Pending> aborted = new ArrayList<>();
            synchronized (FakeKafka.this) {
                pending.removeIf(each -> each.client == this && aborted.add(each));
            }
            aborted.forEach(each -> each.callback.onCompletion(METADATA,
                    new KafkaException("Producer is closed forcefully.")));
        }
    }
}
