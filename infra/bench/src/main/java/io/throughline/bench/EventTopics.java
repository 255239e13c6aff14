package io.throughline.bench;

import io.throughline.aggregate.CombineTopology;
import io.throughline.event.Topic;
import java.util.List;

/** The topics that every variant reads, the same as the aggregator's. */
final class EventTopics {

    static final List<String> NAMES = CombineTopology.EVENT_TOPICS.stream()
            .map(topic -> topic.name(Topic.DEFAULT_PREFIX)).toList();

    private EventTopics() {}
}
