package io.throughline.local.replay;

import io.throughline.event.Topic;
import io.throughline.replay.Condition;
import io.throughline.replay.Selection;
import io.throughline.trace.TraceHeaders;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which records are meant: the options that {@code show} and whatever else works on a selection share. */
final class SelectionOptions {

    private static final List<Topic> USUAL = List.of(Topic.JOBS, Topic.BATCHES, Topic.LLM, Topic.CACHE,
            Topic.SERVICES, Topic.LOGS);

    @Option(names = "--topic", paramLabel = "TOPIC", split = ",", description = "from these topics: llm or"
            + " throughline.llm (default: all events and logs)")
    private List<String> topics = new ArrayList<>();

    @Mixin
    private RangeOptions range = new RangeOptions();

    @Option(names = "--where", paramLabel = "CONDITION", description = "such as 'status=failed and"
            + " latency_seconds>10': fields of the value and headers, = != < <= > >=, and, or, not, parentheses")
    private @Nullable String where;

    private final Map<String, String> ids = new LinkedHashMap<>();

    @Option(names = "--trace", paramLabel = "ID", description = "of this trace")
    void trace(String id) {
        ids.put(TraceHeaders.TRACE_ID, id);
    }

    @Option(names = "--user", paramLabel = "ID", description = "on behalf of this user")
    void user(String id) {
        ids.put(TraceHeaders.USER_ID, id);
    }

    @Option(names = "--job", paramLabel = "ID", description = "of this job")
    void job(String id) {
        ids.put(TraceHeaders.JOB_ID, id);
    }

    @Option(names = "--batch", paramLabel = "ID", description = "of this batch")
    void batch(String id) {
        ids.put(TraceHeaders.BATCH_ID, id);
    }

    /** The selection; {@link IllegalArgumentException} says which option cannot be understood. */
    Selection selection(String topicPrefix, Clock clock) {
        Set<String> names = new LinkedHashSet<>();
        topics.forEach(topic -> names.add(fullName(topic, topicPrefix)));
        if (topics.isEmpty()) {
            USUAL.forEach(topic -> names.add(topic.name(topicPrefix)));
        }
        return new Selection(names, range.range(clock), ids, Optional.ofNullable(where).map(Condition::parse));
    }

    /** Whether the log shipper's store has the records of all these topics. */
    static boolean isStored(Set<String> topics, String prefix) {
        return USUAL.stream().map(topic -> topic.name(prefix)).collect(Collectors.toSet()).containsAll(topics);
    }

    private static String fullName(String topic, String prefix) {
        return Arrays.stream(Topic.values()).map(each -> each.name(prefix))
                .filter(name -> name.equals(prefix + topic)).findFirst().orElse(topic);
    }
}
