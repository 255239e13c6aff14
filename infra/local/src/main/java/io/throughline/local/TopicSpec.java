package io.throughline.local;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a topic should be like.
 *
 * @param suffix its name without the prefix
 * @param partitions how many, at least 1
 * @param replicationFactor how many copies, at least 1
 * @param config Kafka's topic settings
 */
record TopicSpec(String suffix, int partitions, short replicationFactor, Map<String, String> config) {

    private static final YAMLMapper YAML = new YAMLMapper();

    TopicSpec {
        if (partitions < 1 || replicationFactor < 1) {
            throw new IllegalArgumentException("topic " + suffix + " needs at least one partition and one replica, got "
                    + partitions + " and " + replicationFactor);
        }
        config = Map.copyOf(config);
    }

    /** Reads all topics from such a file, or throws {@link CommandFailure}. */
    static List<TopicSpec> read(Path file) {
        try {
            return specs(YAML.readValue(file.toFile(), Document.class));
        } catch (JacksonException e) {
            throw new CommandFailure(file + " cannot be understood: " + e.getOriginalMessage(), e);
        } catch (IllegalArgumentException e) {
            throw new CommandFailure(file + ": " + e.getMessage(), e);
        } catch (IOException e) {
            throw new CommandFailure(file + " cannot be read: " + e.getMessage(), e);
        }
    }

    private static List<TopicSpec> specs(Document document) {
        List<TopicSpec> specs = new ArrayList<>();
        Defaults defaults = document.defaults();
        document.topics().forEach((suffix, entry) -> {
            Map<String, String> config = new TreeMap<>(defaults.config());
            if (entry.config() != null) {
                config.putAll(entry.config());
            }
            int partitions = entry.partitions() == null ? defaults.partitions() : entry.partitions();
            short replicas = entry.replicationFactor() == null
                    ? defaults.replicationFactor()
                    : entry.replicationFactor();
            specs.add(new TopicSpec(suffix, partitions, replicas, config));
        });
        return specs;
    }

    /** The file; a name that is not in these records is refused. */
    private record Document(Defaults defaults, Map<String, Entry> topics) {}

    private record Defaults(int partitions, short replicationFactor, Map<String, String> config) {}

    private record Entry(@Nullable Integer partitions, @Nullable Short replicationFactor,
            @Nullable Map<String, String> config) {}
}
