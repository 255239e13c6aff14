package io.throughline.replay;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * One partition number of several topics, put together to one sequence as the live counting does it: of the records that
 * wait, the one with the oldest timestamp comes first, and each topic keeps its order. Not thread-safe.
 */
final class Lanes {

    private final Map<TopicPartition, Lane> lanes = new LinkedHashMap<>();
    private Lane[] all = {};

    private static final class Lane {
        final Deque<List<ConsumerRecord<byte[], byte[]>>> polls = new ArrayDeque<>();
        Iterator<ConsumerRecord<byte[], byte[]>> current = Collections.emptyIterator();
        @Nullable
        ConsumerRecord<byte[], byte[]> head;
        long timestamp;
        long limit;
        long position;
        int waiting;

        void advance() {
            while (!current.hasNext() && !polls.isEmpty()) {
                current = polls.remove().iterator();
            }
            head = current.hasNext() ? current.next() : null;
            timestamp = head == null ? 0 : head.timestamp();
        }

        boolean hasMoreToCome() {
            return head == null && position < limit;
        }

        boolean isReady() {
            ConsumerRecord<byte[], byte[]> next = head;
            return next != null && next.offset() < limit;
        }
    }

    /** Takes part from {@code position} on, up to the offset before {@code limit}. */
    void open(TopicPartition partition, long position, long limit) {
        var lane = new Lane();
        lane.position = position;
        lane.limit = limit;
        lanes.put(partition, lane);
        all = lanes.values().toArray(Lane[]::new);
    }

    /** The partitions that take part. */
    Collection<TopicPartition> partitions() {
        return lanes.keySet();
    }

    /** Up to which offset a partition takes part from now on. */
    void limit(TopicPartition partition, long limit) {
        lane(partition).limit = limit;
    }

    /** Records that were polled, and the consumer's position after them. */
    void add(TopicPartition partition, List<ConsumerRecord<byte[], byte[]>> polled, long position) {
        Lane lane = lane(partition);
        if (!polled.isEmpty()) {
            lane.polls.add(polled);
            lane.waiting += polled.size();
            if (lane.head == null) {
                lane.advance();
            }
        }
        lane.position = position;
    }

    /** How many records of a partition wait. */
    int waiting(TopicPartition partition) {
        return lane(partition).waiting;
    }

    /** Whether every partition has come to its limit. */
    boolean done() {
        for (Lane lane : all) {
            if (lane.isReady() || lane.hasMoreToCome()) {
                return false;
            }
        }
        return true;
    }

    /**
     * Hands over what waits, until a topic that has more to come has none waiting.
     *
     * @param taker false to stop
     * @return false when it was stopped
     */
    boolean deliver(Predicate<ConsumerRecord<byte[], byte[]>> taker) {
        while (true) {
            Lane oldest = null;
            for (Lane lane : all) {
                if (lane.isReady()) {
                    if (oldest == null || lane.timestamp < oldest.timestamp) {
                        oldest = lane;
                    }
                } else if (lane.hasMoreToCome()) {
                    return true;
                }
            }
            if (oldest == null) {
                return true;
            }
            ConsumerRecord<byte[], byte[]> next = Objects.requireNonNull(oldest.head);
            oldest.waiting--;
            oldest.advance();
            if (!taker.test(next)) {
                return false;
            }
        }
    }

    private Lane lane(TopicPartition partition) {
        return Objects.requireNonNull(lanes.get(partition), partition::toString);
    }
}
