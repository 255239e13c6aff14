package io.throughline.logs;

import java.io.IOException;
import java.util.Collection;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;

/**
 * Keeps records and, in the same atomic commit, the offset that follows the last one taken of each partition.
 *
 * <p>After a crash the store holds what its last commit held: exactly the records below {@link #positions}, each once.
 * One thread writes; any number of threads read meanwhile, and go on reading while the store cannot write.
 */
interface LogStore extends LogSearch, AutoCloseable {

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

    /** Sets a partition's position back, after its topic was created anew, and makes that durable. */
    void restart(TopicPartition partition, long next) throws IOException;

    /** The next offset to take of those of the partitions that were ever read, as the last commit or later has it. */
    Map<TopicPartition, Long> positions(Collection<TopicPartition> partitions) throws IOException;

    /** Whether the positions are those of all shippers of a group: then what Kafka remembers plays no part. */
    boolean shared();

    /** Others may read on with these partitions; their positions are asked for anew should they come back. */
    default void release(Collection<TopicPartition> partitions) {
        // A store of one's own keeps its positions.
    }

    /** Makes durable what was taken, together with the positions. */
    void commit() throws IOException;

    /** Lets readers see what was taken so far. */
    void refresh() throws IOException;

    /** Goes back to the last commit and proves that the store can be written again. */
    void recover() throws IOException;

    /** How much is stored. */
    Size size() throws IOException;

    @Override
    void close();

    /**
     * How much a store holds.
     *
     * @param documents records
     * @param bytes on disk
     */
    record Size(long documents, long bytes) {}
}
