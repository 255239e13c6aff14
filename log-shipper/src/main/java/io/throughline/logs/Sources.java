package io.throughline.logs;

import io.throughline.event.Topic;
import java.util.List;
import org.apache.kafka.common.TopicPartition;

/**
 * Topics and partitions as numbers that sort like their names: the topic's place in the list above the partition. The
 * numbers stand in stores, so the list only grows at its end.
 */
final class Sources {

    /** In the order of their names. */
    private static final List<Topic> TOPICS = List.of(Topic.BATCHES, Topic.CACHE, Topic.JOBS, Topic.LLM, Topic.LOGS,
            Topic.SERVICES);
    private static final int PARTITION_BITS = 32;

    private final List<String> names;

    /** Those of topics with this prefix. */
    Sources(String topicPrefix) {
        this.names = TOPICS.stream().map(topic -> topic.name(topicPrefix)).toList();
    }

    /** Refuses a topic that is none of the contract with {@link IllegalArgumentException}. */
    long of(TopicPartition partition) {
        return of(partition.topic(), partition.partition());
    }

    /** Refuses a topic that is none of the contract with {@link IllegalArgumentException}. */
    long of(String topic, int partition) {
        int place = names.indexOf(topic);
        if (place < 0) {
            throw new IllegalArgumentException("the topic " + topic + " is none of " + names);
        }
        return ((long) place << PARTITION_BITS) | partition;
    }

    TopicPartition partition(long source) {
        return new TopicPartition(names.get((int) (source >>> PARTITION_BITS)), (int) source);
    }

    Kind kind(long source) {
        return TOPICS.get((int) (source >>> PARTITION_BITS)) == Topic.LOGS ? Kind.LOG : Kind.EVENT;
    }
}
