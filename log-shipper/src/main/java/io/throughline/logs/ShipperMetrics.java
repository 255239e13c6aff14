package io.throughline.logs;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.throughline.event.DeadLetterReason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collection;
import java.util.function.ToLongFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the shipper counts, born at zero. Thread-safe. */
final class ShipperMetrics {

    private static final Logger LOG = LoggerFactory.getLogger(ShipperMetrics.class);

    private final PrometheusRegistry registry = new PrometheusRegistry();
    private final Counter stored = Counter.builder().name("throughline_shipper_records_stored_total")
            .help("Records kept in the store by this process.").labelNames("topic").register(registry);
    private final Counter skipped = Counter.builder().name("throughline_shipper_records_skipped_total")
            .help("Records left out of the store by this process.").labelNames("topic", "reason").register(registry);
    private final Counter deadLetters = Counter.builder().name("throughline_shipper_dead_letters_total")
            .help("Log records that broke the contract and were sent to the dead letters.").labelNames("reason")
            .register(registry);
    private final Gauge lag = Gauge.builder().name("throughline_shipper_lag_records")
            .help("Records in Kafka that are not read yet.").register(registry);
    private final Gauge lastCommit = Gauge.builder().name("throughline_shipper_last_commit_timestamp_seconds")
            .help("When the store was last committed, in seconds since the epoch.").register(registry);

    /** Counters for these topics. */
    ShipperMetrics(Collection<String> topics) {
        for (String topic : topics) {
            stored.initLabelValues(topic);
            for (SkipReason reason : SkipReason.values()) {
                skipped.initLabelValues(topic, reason.wireName());
            }
        }
        for (DeadLetterReason reason : DeadLetterReason.values()) {
            deadLetters.initLabelValues(reason.wireName());
        }
    }

    /** Shows the size of the store as it is when it is asked for. */
    void show(LogStore store) {
        gauge("throughline_shipper_store_documents", "Records in the store.", store, LogStore.Size::documents);
        gauge("throughline_shipper_store_bytes", "Bytes of the store on disk.", store, LogStore.Size::bytes);
    }

    /** Shows how much room the disk of the store has, as it is when it is asked for. */
    void showDisk(Path directory) {
        GaugeWithCallback.builder().name("throughline_shipper_disk_free_bytes")
                .help("Bytes that the disk of the store has left.").callback(gauge -> {
                    try {
                        gauge.call((double) Files.getFileStore(directory).getUsableSpace());
                    } catch (IOException e) {
                        LOG.debug("the room on the disk cannot be told: {}", e.toString());
                    }
                }).register(registry);
    }

    /** Shows who follows, and what those who follow have lost. */
    void show(Tail tail) {
        GaugeWithCallback.builder().name("throughline_shipper_tail_readers")
                .help("Readers that follow what is stored.").callback(gauge -> gauge.call((double) tail.readers()))
                .register(registry);
        CounterWithCallback.builder().name("throughline_shipper_tail_dropped_records_total")
                .help("Records that readers of the tail asked for and did not get, and were told so.")
                .labelNames("reason").callback(counter -> {
                    counter.call((double) tail.dropped(), "slow_reader");
                    counter.call((double) tail.overrun(), "overrun");
                }).register(registry);
    }

    PrometheusRegistry registry() {
        return registry;
    }

    void stored(String topic, long records) {
        stored.labelValues(topic).inc((double) records);
    }

    void skipped(String topic, SkipReason reason, long records) {
        skipped.labelValues(topic, reason.wireName()).inc((double) records);
    }

    void deadLetter(String topic, DeadLetterReason reason) {
        deadLetters.labelValues(reason.wireName()).inc();
        skipped(topic, SkipReason.DEAD_LETTERED, 1);
    }

    void lag(long records) {
        lag.set((double) records);
    }

    void committed(Instant when) {
        lastCommit.set(when.toEpochMilli() / 1e3);
    }

    private void gauge(String name, String help, LogStore store, ToLongFunction<LogStore.Size> part) {
        GaugeWithCallback.builder().name(name).help(help).callback(gauge -> {
            try {
                gauge.call((double) part.applyAsLong(store.size()));
            } catch (IOException e) {
                // A scrape shows what it can; a missing series says that this part cannot be told.
                LOG.debug("the size of the store cannot be told: {}", e.toString());
            }
        }).register(registry);
    }
}
