package io.throughline.aggregate;

import io.throughline.event.Topic;
import io.throughline.serve.Health;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.StreamsException;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.apache.kafka.streams.processor.internals.DefaultKafkaClientSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the topology with exactly-once processing and heals what can be healed: waits for brokers and topics, replaces
 * failed threads within a budget, clears a state folder that cannot be opened. What cannot be healed is told once.
 * Thread-safe.
 */
public final class Combine implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Combine.class);
    private static final int MOST_REPLACEMENTS = 5;
    private static final Duration REPLACEMENT_PERIOD = Duration.ofMinutes(10);
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(6);
    private static final Duration RETRY = Duration.ofSeconds(1);
    private static final Duration TRANSACTION_TIMEOUT = Duration.ofSeconds(5);

    private final CombineConfig config;
    private final Consumer<String> onFatal;
    private final Deque<Long> replacements = new ArrayDeque<>();
    private final Thread starter;

    private volatile @Nullable KafkaStreams streams;
    private volatile String waitingFor = "the brokers";
    private volatile boolean closed;

    private Combine(CombineConfig config, Consumer<String> onFatal) {
        this.config = config;
        this.onFatal = onFatal;
        this.starter = Thread.ofVirtual().name("combine-start").unstarted(this::run);
    }

    /**
     * Starts and returns at once; {@link #health} tells when it works.
     *
     * @param onFatal is told, in a sentence, when processing has stopped for good
     */
    public static Combine start(CombineConfig config, Consumer<String> onFatal) {
        try {
            Files.createDirectories(config.stateDir());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot create the state folder " + config.stateDir()
                    + " (THROUGHLINE_STATE_DIR): " + e.getMessage(), e);
        }
        var combine = new Combine(config, onFatal);
        combine.starter.start();
        return combine;
    }

    /** Whether events are being counted, and if not, why. */
    public Health.Check health() {
        KafkaStreams running = streams;
        if (running == null) {
            return new Health.Check("streams", false, "waiting for " + waitingFor);
        }
        KafkaStreams.State state = running.state();
        return new Health.Check("streams", state == KafkaStreams.State.RUNNING, "Kafka Streams is " + state);
    }

    @Override
    public void close() {
        closed = true;
        starter.interrupt();
        KafkaStreams running = streams;
        if (running != null && !running.close(CLOSE_TIMEOUT)) {
            LOG.warn("Kafka Streams did not stop within {} s; what was not committed is read again", CLOSE_TIMEOUT
                    .toSeconds());
        }
    }

    private void run() {
        try {
            streams = startStreams(awaitTopics());
            if (closed) {
                close();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            LOG.error("the aggregator cannot start", e);
            onFatal.accept("the aggregator cannot start: " + e.getMessage());
        }
    }

    /** The ids of the topics by their names, once all of them are there. */
    private Map<String, String> awaitTopics() throws InterruptedException {
        Set<String> wanted = new TreeSet<>();
        CombineTopology.EVENT_TOPICS.forEach(topic -> wanted.add(topic.name(config.topicPrefix())));
        wanted.add(Topic.SERIES.name(config.topicPrefix()));
        wanted.add(Topic.WINDOWS.name(config.topicPrefix()));
        wanted.add(Topic.DEAD_LETTERS.name(config.topicPrefix()));
        try (Admin admin = Admin.create(config.kafka())) {
            while (true) {
                try {
                    Set<String> missing = new TreeSet<>(wanted);
                    missing.removeAll(admin.listTopics().names().get(5, TimeUnit.SECONDS));
                    if (missing.isEmpty()) {
                        return topicIds(admin, wanted);
                    }
                    waitingFor = "the topics " + missing + "; ./throughline topics creates them";
                } catch (ExecutionException | TimeoutException e) {
                    waitingFor = "the brokers at " + config.kafka().get("bootstrap.servers");
                }
                Thread.sleep(RETRY);
            }
        }
    }

    private static Map<String, String> topicIds(Admin admin, Set<String> topics)
            throws ExecutionException, InterruptedException, TimeoutException {
        return admin.describeTopics(topics).allTopicNames().get(5, TimeUnit.SECONDS).entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, topic -> topic.getValue().topicId().toString()));
    }

    private KafkaStreams startStreams(Map<String, String> topicIds) {
        KafkaStreams first = create(topicIds);
        try {
            first.start();
            return first;
        } catch (StreamsException e) {
            // A state folder that cannot be opened throws here, past the exception handler. All of it can be restored.
            LOG.warn("the state in {} cannot be opened and is restored from Kafka", config.stateDir(), e);
            first.close(CLOSE_TIMEOUT);
            first.cleanUp();
            KafkaStreams second = create(topicIds);
            second.start();
            return second;
        }
    }

    private KafkaStreams create(Map<String, String> topicIds) {
        var created = new KafkaStreams(CombineTopology.of(config, topicIds), new StreamsConfig(properties()),
                config.batches() ? new BatchingClients() : new DefaultKafkaClientSupplier());
        created.setUncaughtExceptionHandler(this::answer);
        created.setStateListener((now, before) -> {
            LOG.info("Kafka Streams is {}, was {}", now, before);
            if (now == KafkaStreams.State.ERROR) {
                onFatal.accept("Kafka Streams has stopped with an error; the log says why");
            }
        });
        return created;
    }

    private StreamThreadExceptionResponse answer(Throwable failure) {
        long now = System.nanoTime();
        synchronized (replacements) {
            replacements.removeIf(then -> now - then > REPLACEMENT_PERIOD.toNanos());
            if (replacements.size() < MOST_REPLACEMENTS) {
                replacements.add(now);
                LOG.warn("a stream thread failed and is replaced", failure);
                return StreamThreadExceptionResponse.REPLACE_THREAD;
            }
        }
        LOG.error("stream threads failed {} times within {} minutes", MOST_REPLACEMENTS + 1,
                REPLACEMENT_PERIOD.toMinutes(), failure);
        return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
    }

    private Map<String, Object> properties() {
        Map<String, Object> properties = new LinkedHashMap<>();
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, config.applicationId());
        properties.put(StreamsConfig.STATE_DIR_CONFIG, config.stateDir().toString());
        properties.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, config.threads());
        properties.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, config.commitInterval().toMillis());
        properties.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, -1);
        // The classic group protocol with static membership: a restart under the same name resumes in seconds, where
        // the streams protocol waits 45 s for the dead member.
        properties.put(StreamsConfig.consumerPrefix(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG), config.instance());
        properties.put(StreamsConfig.consumerPrefix(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG), 6_000);
        properties.put(StreamsConfig.consumerPrefix(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG), 1_500);
        // What a killed instance left open holds back every reader of committed values until it times out.
        properties.put(StreamsConfig.producerPrefix(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG),
                (int) Math.max(TRANSACTION_TIMEOUT.toMillis(), 3 * config.commitInterval().toMillis()));
        if (config.batches()) {
            properties.put(StreamsConfig.consumerPrefix(ConsumerConfig.MAX_POLL_RECORDS_CONFIG),
                    1_000);
            // Counts batches.
            properties.put(StreamsConfig.BUFFERED_RECORDS_PER_PARTITION_CONFIG, 1);
        }
        // A dead letter is a record at the size limit plus headers.
        properties.put(StreamsConfig.producerPrefix(ProducerConfig.MAX_REQUEST_SIZE_CONFIG), 2 * 1024 * 1024);
        properties.putAll(config.kafka());
        properties.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        properties.put(ProducerConfig.ACKS_CONFIG, "all");
        return properties;
    }
}
