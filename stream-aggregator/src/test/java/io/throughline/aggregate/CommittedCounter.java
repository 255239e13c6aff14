package io.throughline.aggregate;

import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.utils.Bytes;
import org.jspecify.annotations.Nullable;

/**
 * A live counter of one input partition with what it has committed, as bytes; a crash takes everything else. Not
 * thread-safe.
 */
public final class CommittedCounter {

    private final CountingConfig config;
    private final int partition;
    private final Topics topics;
    private final TreeMap<Bytes, byte[]> store = new TreeMap<>();
    private PartitionCounter counter;
    private WireKeys keys;

    /** Receives what a commit writes to the topics, as it travels. */
    public interface Topics {
        /** To {@code throughline.series}. */
        void series(byte[] key, byte @Nullable [] value);

        /** To {@code throughline.windows}. */
        void window(byte[] key, byte[] value);
    }

    /** Has committed nothing yet. */
    public CommittedCounter(CountingConfig config, int partition, Topics topics) {
        this.config = config;
        this.partition = partition;
        this.topics = topics;
        this.counter = new PartitionCounter(config);
        this.keys = new WireKeys(partition);
    }

    /** Counts a record. */
    public void take(ConsumerRecord<byte[], byte[]> input) {
        var unused = counter.take(input, 1);
    }

    /** Commits as the topology does. */
    public void commit() {
        CounterState.save(counter, keys, (key, value) -> {
            if (value == null) {
                store.remove(key);
            } else {
                store.put(key, value);
            }
        }, new CounterState.Output() {
            @Override
            public void series(byte[] key, byte @Nullable [] value) {
                topics.series(key, value);
            }

            @Override
            public void window(byte[] key, byte[] value) {
                topics.window(key, value);
            }
        });
    }

    /** Another process goes on with what was committed. */
    public void crash() {
        counter = new PartitionCounter(config);
        keys = new WireKeys(partition);
        store.forEach((key, value) -> CounterState.restore(counter, key, value, config.layout()));
        counter.restored();
    }
}
