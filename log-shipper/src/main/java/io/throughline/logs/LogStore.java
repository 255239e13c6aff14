package io.throughline.logs;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Keeps records and, in the same atomic commit, the offset that follows the last one taken of each partition.
 *
 * <p>After a crash the store holds what its last commit held: exactly the records below {@link #positions}, each once.
 * One thread writes; any number of threads read meanwhile, and go on reading while the store cannot write.
 */
interface LogStore extends AutoCloseable {

    /**
     * Takes a record and moves its partition's position past it.
     *
     * @return false when the record lies below the position: it is there already and is left out
     * @throws IOException when it cannot be kept: call {@link #recover} before taking more
     * @throws IllegalArgumentException when this one record cannot be stored; others can
     */
    boolean append(Entry entry) throws IOException;

    /** Moves a partition's position to {@code next} although nothing is kept of the records before it. */
    void advance(TopicPartition partition, long next);

    /** Sets a partition's position back, after its topic was created anew. */
    void restart(TopicPartition partition, long next);

    /** The next offset to take of each partition that was ever read. */
    Map<TopicPartition, Long> positions();

    /** Makes durable what was taken, together with the positions. */
    void commit() throws IOException;

    /** Lets readers see what was taken so far. */
    void refresh() throws IOException;

    /** Goes back to the last commit and proves that the store can be written again. */
    void recover() throws IOException;

    /** A page of log lines. */
    Page search(LogQuery query) throws IOException;

    /** Everything of one trace, by event time, then topic, partition and offset. */
    TraceEntries trace(String traceId) throws IOException;

    /** Records of these kinds that match, as many as the query's limit, in its order. */
    List<StoredEntry> records(Set<Kind> kinds, LogQuery query) throws IOException;

    /** How many log lines match in each slice; the query's order, limit and cursor play no part. */
    long[] counts(LogQuery query, TimeSlices slices) throws IOException;

    /** The services that wrote anything. */
    SortedSet<String> services() throws IOException;

    /** How much the store holds. */
    Size size() throws IOException;

    /** Releases the store; what was not committed is dropped. */
    @Override
    void close();

    /**
     * A page of log lines.
     *
     * @param lines JSON objects, each on one line
     * @param next where the following page begins; null when this is the last one
     * @param total how many log lines match, over all pages
     */
    record Page(List<String> lines, @Nullable Cursor next, long total) {}

    /**
     * The records of a trace.
     *
     * @param entries in causal order
     * @param truncated whether there are more than one answer can hold
     */
    record TraceEntries(List<StoredEntry> entries, boolean truncated) {}

    /**
     * How much a store holds.
     *
     * @param documents records
     * @param bytes on disk
     */
    record Size(long documents, long bytes) {}
}
