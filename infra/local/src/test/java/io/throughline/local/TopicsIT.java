package io.throughline.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class TopicsIT {

    @RegisterExtension
    private static final KafkaBroker BROKER = new KafkaBroker();

    private final String prefix = BROKER.newTopicPrefix();

    @Test
    void missingTopics_areCreatedAsTheFileSays() throws Exception {
        List<TopicSpec> specs = TopicSpec.read(Home.find().topicsFile());
        try (var topics = topics()) {
            assertThat(topics.ensure(specs, topics.brokers())).hasSameSizeAs(specs).allMatch(TopicState::created);
            assertThat(topics.ensure(specs, topics.brokers())).allMatch(TopicState::asWanted)
                    .noneMatch(TopicState::created);
        }
    }

    @Test
    void difference_isNamedWithWhatToDo() throws Exception {
        try (var topics = topics()) {
            topics.ensure(List.of(new TopicSpec("jobs", 2, (short) 1, Map.of("retention.ms", "1000"))), 1);
            var wanted = new TopicSpec("jobs", 3, (short) 1, Map.of("retention.ms", "-1"));
            assertThat(topics.ensure(List.of(wanted), 1).getFirst().differences()).satisfiesExactly(
                    partitions -> assertThat(partitions).startsWith("has 2 partitions instead of 3: what was counted"),
                    config -> assertThat(config).startsWith("retention.ms is 1000 instead of -1: set it with"));
        }
    }

    @Test
    void missingTopicBesideExistingOnes_isCreated() throws Exception {
        var jobs = new TopicSpec("jobs", 1, (short) 1, Map.of());
        try (var topics = topics()) {
            topics.ensure(List.of(jobs), 1);
            var states = topics.ensure(List.of(jobs, new TopicSpec("logs", 1, (short) 1, Map.of())), 1);
            assertThat(states).extracting(TopicState::word).containsExactly("ok", "created");
        }
    }

    @Test
    void moreReplicasThanBrokers_becomeAsManyAsThereAre() throws Exception {
        try (var topics = topics()) {
            var states = topics.ensure(List.of(new TopicSpec("jobs", 1, (short) 3, Map.of())), topics.brokers());
            assertThat(states.getFirst().replicas()).isEqualTo(1);
        }
    }

    @Test
    void noBroker_isOneLineWithinTenSeconds() {
        long start = System.nanoTime();
        try (var topics = Topics.at(Map.of("bootstrap.servers", "localhost:1"), prefix)) {
            assertThatThrownBy(topics::brokers).isInstanceOf(CommandFailure.class)
                    .hasMessage("no Kafka broker answers at localhost:1: start one with ./throughline up, "
                            + "or set THROUGHLINE_BOOTSTRAP_SERVERS");
        }
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
    }

    private Topics topics() {
        return Topics.at(Map.of("bootstrap.servers", BROKER.bootstrapServers()), prefix);
    }
}
