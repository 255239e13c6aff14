package io.throughline.aggregate;

import io.throughline.event.Topic;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.AutoOffsetReset;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.StreamPartitioner;

/** The topology: event topics → combine → {@code throughline.series}, {@code throughline.windows} and
 * {@code throughline.dead-letters}. */
public final class CombineTopology {

    /** The topics that hold events. */
    public static final List<Topic> EVENT_TOPICS = List.of(Topic.JOBS, Topic.BATCHES, Topic.LLM, Topic.CACHE,
            Topic.SERVICES);

    private static final String SOURCE = "events";
    private static final String COMBINE = "combine";

    private CombineTopology() {}

    /** The topics that hold events, by their names in Kafka. */
    static Map<String, Topic> eventTopics(String prefix) {
        Map<String, Topic> topics = new LinkedHashMap<>();
        EVENT_TOPICS.forEach(topic -> topics.put(topic.name(prefix), topic));
        return topics;
    }

    /**
     * One task for each partition number: partition 3 of every topic goes to the same task.
     *
     * @param topicIds the ids of the event topics by their names; a topic that is left out is told by its name alone
     */
    public static Topology of(CombineConfig config, Map<String, String> topicIds) {
        var bytesIn = new ByteArrayDeserializer();
        var bytesOut = new ByteArraySerializer();
        StreamPartitioner<byte[], byte[]> bySeries = (topic, key, value, partitions) -> Optional
                .of(Set.of(CellCodec.partitionOf(key, partitions)));
        var admission = new Admission(config.counting().labelLimit());
        return new Topology()
                .addSource(AutoOffsetReset.earliest(), SOURCE,
                        // A client without event time may send -1, which Kafka Streams would stop for.
                        (record, partitionTime) -> Math.max(0, record.timestamp()), bytesIn, bytesIn,
                        eventTopics(config.topicPrefix()).keySet().toArray(String[]::new))
                .addProcessor(COMBINE, () -> new CombineProcessor(config.counting(), topicIds, admission), SOURCE)
                .addStateStore(CommitHookStore.builder(CombineProcessor.STORE), COMBINE)
                .addSink(CombineProcessor.SERIES_SINK, Topic.SERIES.name(config.topicPrefix()), bytesOut, bytesOut,
                        bySeries, COMBINE)
                .addSink(CombineProcessor.WINDOWS_SINK, Topic.WINDOWS.name(config.topicPrefix()), bytesOut, bytesOut,
                        bySeries, COMBINE)
                .addSink(CombineProcessor.DEAD_LETTERS_SINK, Topic.DEAD_LETTERS.name(config.topicPrefix()), bytesOut,
                        bytesOut, COMBINE);
    }
}
