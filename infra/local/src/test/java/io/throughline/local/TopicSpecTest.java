package io.throughline.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.throughline.event.Topic;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TopicSpecTest {

    @TempDir
    private Path directory;

    @Test
    void ourFile_namesTheTopicsThatTheCodeKnows() {
        assertThat(TopicSpec.read(Home.find().topicsFile())).extracting(TopicSpec::suffix)
                .containsExactlyInAnyOrderElementsOf(
                        Arrays.stream(Topic.values()).map(topic -> topic.name("")).toList());
    }

    @Test
    void entry_winsOverTheDefaults() throws IOException {
        var spec = TopicSpec.read(file("""
                defaults: {partitions: 6, replicationFactor: 3, config: {a: "1", b: "2"}}
                topics: {jobs: {partitions: 2, config: {b: "3"}}}
                """)).getFirst();
        assertThat(spec.partitions()).isEqualTo(2);
        assertThat(spec.replicationFactor()).isEqualTo((short) 3);
        assertThat(spec.config()).containsOnly(Map.entry("a", "1"), Map.entry("b", "3"));
    }

    @Test
    void misspeltKey_isNamed() throws IOException {
        Path file = file(
                "defaults: {partitions: 1, replicationFactor: 1, config: {}}\ntopics: {jobs: {partition: 2}}\n");
        assertThatThrownBy(() -> TopicSpec.read(file)).isInstanceOf(CommandFailure.class)
                .hasMessageContaining("\"partition\"").hasMessageContaining(file.toString());
    }

    @Test
    void topicWithoutPartitions_isRefused() throws IOException {
        Path file = file("defaults: {partitions: 0, replicationFactor: 1, config: {}}\ntopics: {jobs: {}}\n");
        assertThatThrownBy(() -> TopicSpec.read(file)).hasMessageContaining("topic jobs needs at least one partition");
    }

    private Path file(String text) throws IOException {
        return Files.writeString(directory.resolve("topics.yaml"), text);
    }
}
