package io.throughline.logs;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A span as Zipkin's second version of its format has it.
 *
 * @param traceId 16 or 32 lower-case hex digits
 * @param id 16 lower-case hex digits
 * @param parentId the same; null for a root
 * @param kind SERVER or CLIENT; null for local work
 * @param name in lower case
 * @param serviceName in lower case
 * @param remoteServiceName what was called, in lower case
 * @param timestampMicros its start, in microseconds since the epoch
 * @param durationMicros at least 1; 0 for one that has not completed
 * @param annotations what happened in it
 * @param tags what else is known of it
 * @see <a href="https://zipkin.io/zipkin-api/">Zipkin API, Span</a>
 */
record ZipkinSpan(String traceId, String id, @Nullable String parentId, @Nullable String kind, String name,
        String serviceName, @Nullable String remoteServiceName, long timestampMicros, long durationMicros,
        List<Annotation> annotations, Map<String, String> tags) {

    /**
     * Something that happened in a span.
     *
     * @param timestampMicros in microseconds since the epoch
     * @param value what
     */
    record Annotation(long timestampMicros, String value) {}

    ZipkinSpan {
        annotations = List.copyOf(annotations);
        tags = Map.copyOf(tags);
    }

    /** Whether there is a tag with that value, or with any when it is empty, or an annotation of that name. */
    boolean has(String key, String value) {
        String tag = tags.get(key);
        return value.isEmpty()
                ? tag != null || annotations.stream().anyMatch(annotation -> annotation.value().equals(key))
                : value.equals(tag);
    }

    ObjectNode json() {
        ObjectNode node = JsonNodeFactory.instance.objectNode().put("traceId", traceId).put("id", id);
        put(node, "parentId", parentId);
        put(node, "kind", kind);
        node.put("name", name).put("timestamp", timestampMicros);
        if (durationMicros > 0) {
            node.put("duration", durationMicros);
        }
        node.putObject("localEndpoint").put("serviceName", serviceName);
        if (remoteServiceName != null) {
            node.putObject("remoteEndpoint").put("serviceName", remoteServiceName);
        }
        if (!annotations.isEmpty()) {
            ArrayNode list = node.putArray("annotations");
            annotations.forEach(a -> list.addObject().put("timestamp", a.timestampMicros()).put("value", a.value()));
        }
        if (!tags.isEmpty()) {
            ObjectNode object = node.putObject("tags");
            tags.entrySet().stream().sorted(Map.Entry.comparingByKey()).forEach(tag -> object.put(tag.getKey(), tag
                    .getValue()));
        }
        return node;
    }

    private static void put(ObjectNode node, String field, @Nullable String value) {
        if (value != null) {
            node.put(field, value);
        }
    }
}
