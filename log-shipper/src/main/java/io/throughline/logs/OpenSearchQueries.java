package io.throughline.logs;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/** Questions as OpenSearch's JSON, with the same meaning as {@link Queries} gives them. */
final class OpenSearchQueries {

    static final String TIME = "ts";
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private OpenSearchQueries() {}

    static ObjectNode records(LogQuery query) {
        ObjectNode bool = JSON.objectNode();
        ArrayNode filter = bool.putArray("filter");
        ObjectNode kinds = filter.addObject();
        ArrayNode names = kinds.putObject("terms").putArray(Documents.KIND);
        query.kinds().forEach(kind -> names.add(kind.wireName()));
        query.exact().forEach((field, value) -> filter.add(term(field, Documents.term(value))));
        if (!query.levels().isEmpty()) {
            ArrayNode levels = filter.addObject().putObject("terms").putArray(Documents.LEVEL);
            query.levels().forEach(level -> levels.add(level.wireName()));
        }
        if (query.from() != null || query.to() != null) {
            ObjectNode range = filter.addObject().putObject("range").putObject(TIME);
            if (query.from() != null) {
                range.put("gte", EpochNanos.of(query.from()));
            }
            if (query.to() != null) {
                long to = EpochNanos.of(query.to());
                range.put(to == Long.MAX_VALUE || to == Long.MIN_VALUE ? "lte" : "lt", to);
            }
        }
        if (query.text() != null) {
            filter.add(text(query.text().tree()));
        }
        return wrap("bool", bool);
    }

    static ArrayNode sort(Order order) {
        String direction = order == Order.NEWEST ? "desc" : "asc";
        ArrayNode sort = JSON.arrayNode();
        sort.addObject().put(TIME, direction);
        sort.addObject().put(Documents.SOURCE, direction);
        sort.addObject().put(Documents.OFFSET, direction);
        return sort;
    }

    static @Nullable ArrayNode after(@Nullable Cursor cursor, Sources sources) {
        return cursor == null
                ? null
                : JSON.arrayNode().add(cursor.timestampNanos()).add(sources.of(cursor.topic(), cursor.partition())).add(
                        cursor.offset());
    }

    private static ObjectNode text(TextQuery query) {
        return switch (query) {
            case TextQuery.Phrase phrase -> wrap("match_phrase",
                    JSON.objectNode().put(Documents.TEXT, String.join(" ", phrase.words())));
            case TextQuery.Prefix prefix -> wrap("prefix",
                    JSON.objectNode().put(Documents.TEXT, prefix.beginning()));
            case TextQuery.Field field -> term(field.name(), Documents.term(field.value()));
            case TextQuery.And and -> {
                ObjectNode bool = JSON.objectNode();
                ArrayNode all = bool.putArray("filter");
                and.all().forEach(part -> all.add(text(part)));
                yield wrap("bool", bool);
            }
            case TextQuery.Or or -> {
                ObjectNode bool = JSON.objectNode().put("minimum_should_match", 1);
                ArrayNode any = bool.putArray("should");
                or.any().forEach(part -> any.add(text(part)));
                yield wrap("bool", bool);
            }
            case TextQuery.Not not -> {
                ObjectNode bool = JSON.objectNode();
                bool.putArray("must_not").add(text(not.of()));
                yield wrap("bool", bool);
            }
        };
    }

    private static ObjectNode term(String field, String value) {
        return wrap("term", JSON.objectNode().put(field, value));
    }

    private static ObjectNode wrap(String name, ObjectNode inner) {
        return JSON.objectNode().set(name, inner);
    }
}
