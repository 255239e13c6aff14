package io.throughline.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StoreQueryParameters;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Grouped;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.QueryableStoreTypes;

/**
 * The obvious way in Kafka Streams' DSL: every event becomes its observations, they are grouped by series and
 * aggregated in a store, exactly once, with the library's defaults.
 *
 * <p>Like {@link ByHand} it finds no duplicates, keeps no life cycles, users or exemplars, and looks up no price; and
 * it shows nothing, so there is no page to keep up. It is done when the last observation has been aggregated: the
 * topics end, so the source cannot run on meanwhile.
 */
final class StreamsDsl implements Variant {

    private static final String STORE = "series";
    private static final Duration LOOK_EVERY = Duration.ofMillis(5);

    private final AtomicLong events = new AtomicLong();
    private final AtomicLong observed = new AtomicLong();
    private final AtomicLong aggregated = new AtomicLong();
    private final CompletableFuture<Throwable> failure = new CompletableFuture<>();

    @Override
    public Map<String, Long> run(String bootstrapServers, Path scratch, Probe probe) throws Exception {
        try (var streams = new KafkaStreams(topology().build(), properties(bootstrapServers, scratch))) {
            streams.setUncaughtExceptionHandler(e -> {
                failure.complete(e);
                return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
            });
            streams.start();
            while (!probe.done()) {
                requireAlive();
                probe.at(handled(probe.total()));
                Thread.sleep(LOOK_EVERY);
            }
            return counted(streams);
        }
    }

    /** The last event counts once all that came of it has been aggregated. */
    private long handled(long total) {
        long read = events.get();
        return read == total && aggregated.get() < observed.get() ? total - 1 : read;
    }

    private StreamsBuilder topology() {
        var builder = new StreamsBuilder();
        builder.stream(EventTopics.NAMES, Consumed.with(Serdes.ByteArray(), Serdes.ByteArray()))
                .flatMap((key, value) -> observations(value))
                .groupByKey(Grouped.with(Serdes.String(), Serdes.Double()))
                .aggregate(() -> new double[0], this::aggregate,
                        Materialized.<String, double[], KeyValueStore<Bytes, byte[]>>as(
                                STORE).withKeySerde(Serdes.String()).withValueSerde(state()));
        return builder;
    }

    private List<KeyValue<String, Double>> observations(byte[] value) {
        List<KeyValue<String, Double>> found = new ArrayList<>();
        try {
            Observations.of(Message.read(value), (series, amount) -> found.add(KeyValue.pair(series, amount)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        observed.addAndGet(found.size());
        events.incrementAndGet();
        return found;
    }

    private double[] aggregate(String series, Double amount, double[] state) {
        double[] before = state.length == 0 ? Observations.empty(series) : state;
        aggregated.incrementAndGet();
        return Observations.add(series, amount, before);
    }

    private Map<String, Long> counted(KafkaStreams streams) {
        Map<String, Long> claim = new HashMap<>(Map.of(Tally.EVENTS, events.get()));
        var store = streams.store(StoreQueryParameters.fromNameAndType(STORE,
                QueryableStoreTypes.<String, double[]>keyValueStore()));
        try (var all = store.all()) {
            all.forEachRemaining(entry -> Observations.claim(entry.key, entry.value, claim));
        }
        return claim;
    }

    private void requireAlive() {
        if (failure.isDone()) {
            throw new IllegalStateException("Kafka Streams has failed: " + failure.join(), failure.join());
        }
    }

    private static Properties properties(String bootstrapServers, Path scratch) {
        var properties = new Properties();
        properties.putAll(Map.of(StreamsConfig.APPLICATION_ID_CONFIG, "dsl-" + UUID.randomUUID(),
                StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers, StreamsConfig.STATE_DIR_CONFIG,
                scratch.toString(), StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2,
                StreamsConfig.consumerPrefix("auto.offset.reset"), "earliest"));
        return properties;
    }

    private static Serde<double[]> state() {
        Serializer<double[]> write = (topic, state) -> {
            ByteBuffer bytes = ByteBuffer.allocate(state.length * Double.BYTES);
            bytes.asDoubleBuffer().put(state);
            return bytes.array();
        };
        Deserializer<double[]> read = (topic, bytes) -> {
            double[] state = new double[bytes.length / Double.BYTES];
            ByteBuffer.wrap(bytes).asDoubleBuffer().get(state);
            return state;
        };
        return Serdes.serdeFrom(write, read);
    }
}
