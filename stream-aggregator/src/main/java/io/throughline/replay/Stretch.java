package io.throughline.replay;

import org.apache.kafka.common.TopicPartition;

/**
 * A part of a partition.
 *
 * @param partition of which topic
 * @param begin the first offset
 * @param end the offset after the last
 */
public record Stretch(TopicPartition partition, long begin, long end) {

    /** How many offsets it has; records are at most as many. */
    public long length() {
        return Math.max(0, end - begin);
    }
}
