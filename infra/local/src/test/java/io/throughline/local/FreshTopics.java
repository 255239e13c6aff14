package io.throughline.local;

import java.util.Map;

/** All topics of the one source, under a prefix of the test's own. */
public final class FreshTopics {

    private FreshTopics() {}

    /** Creates what is missing. */
    public static void create(String bootstrapServers, String prefix) throws InterruptedException {
        try (var topics = Topics.at(Map.of("bootstrap.servers", bootstrapServers), prefix)) {
            topics.ensure(TopicSpec.read(Home.find().topicsFile()), topics.brokers());
        }
    }
}
