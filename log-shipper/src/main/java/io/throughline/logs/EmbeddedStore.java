package io.throughline.logs;

import io.throughline.serve.Problem;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * The store with its reader, without Kafka and HTTP, for benchmarks and for programs that look into a store. One thread
 * writes; any number read.
 */
public final class EmbeddedStore implements AutoCloseable {

    private final LogStore store;
    private final RecordReader reader;

    private EmbeddedStore(LogStore store, String topicPrefix) {
        this.store = store;
        this.reader = new RecordReader(topicPrefix);
    }

    /** Opens the store in a directory, or the one in OpenSearch where that is given. */
    public static EmbeddedStore open(Path directory, @Nullable OpenSearchConfig openSearch, String topicPrefix)
            throws IOException {
        LogStore store = openSearch == null
                ? LuceneStore.open(directory, topicPrefix, Retention.forever(), Clock.systemUTC())
                : OpenSearchStore.open(openSearch, topicPrefix, Retention.forever(), Clock.systemUTC());
        return new EmbeddedStore(store, topicPrefix);
    }

    /** Takes a record as it comes from Kafka; false when it breaks the contract or is there already. */
    public boolean take(ConsumerRecord<byte[], byte[]> record) throws IOException {
        return reader.read(record) instanceof Verdict.Keep keep && store.append(keep.entry());
    }

    /** Makes durable and searchable what was taken. */
    public void commit() throws IOException {
        store.commit();
        store.refresh();
    }

    /** The records of a trace, in causal order. */
    public List<String> trace(String traceId) throws IOException {
        return store.trace(traceId).entries().stream().map(StoredEntry::json).toList();
    }

    /**
     * The lines that the parameters of {@code /api/v1/logs} ask for.
     *
     * @throws IllegalArgumentException when they cannot be read
     */
    public List<String> search(String rawQuery) throws IOException {
        try {
            return store.search(Parameters.logQuery(rawQuery)).lines();
        } catch (Problem e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    /** Bytes on disk. */
    public long bytes() throws IOException {
        return store.size().bytes();
    }

    @Override
    public void close() {
        store.close();
    }
}
