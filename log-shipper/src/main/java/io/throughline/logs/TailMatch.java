package io.throughline.logs;

import io.throughline.trace.TraceContext;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Tells whether a record that is being stored is one that a question asks for, as a search of the store would. */
final class TailMatch {

    private static final Words WORDS = new Words();

    private TailMatch() {}

    static boolean matches(Set<Kind> kinds, LogQuery query, Entry entry) {
        return kinds.contains(entry.kind())
                && (query.levels().isEmpty() || (entry.level() != null && query.levels().contains(entry.level())))
                && query.exact().entrySet().stream().allMatch(asked -> has(entry, asked))
                && (query.text() == null
                        || says(entry, entry.text().stream().map(WORDS::of).toList(), query.text().tree()));
    }

    private static boolean has(Entry entry, Map.Entry<String, String> asked) {
        return asked.getValue().equals(value(entry, asked.getKey()));
    }

    private static @Nullable String value(Entry entry, String field) {
        TraceContext context = entry.context();
        return switch (field) {
            case "trace_id" -> context.traceId();
            case "request_id" -> context.requestId();
            case "user_id" -> context.userId();
            case "job_id" -> context.jobId();
            case "batch_id" -> context.batchId();
            case "level" -> entry.level() == null ? null : entry.level().wireName();
            case "service" -> entry.service();
            case "logger" -> entry.logger();
            case "error_code" -> entry.errorCode();
            case "status_code" -> entry.statusCode() == null ? null : entry.statusCode().toString();
            default -> null;
        };
    }

    private static boolean says(Entry entry, List<List<String>> texts, TextQuery query) {
        return switch (query) {
            case TextQuery.Phrase phrase -> texts.stream().anyMatch(
                    words -> Collections.indexOfSubList(words, phrase.words()) >= 0);
            case TextQuery.Prefix prefix -> texts.stream().flatMap(List::stream).anyMatch(
                    word -> word.startsWith(prefix.beginning()));
            case TextQuery.Field field -> field.value().equals(value(entry, field.name()));
            case TextQuery.And and -> and.all().stream().allMatch(part -> says(entry, texts, part));
            case TextQuery.Or or -> or.any().stream().anyMatch(part -> says(entry, texts, part));
            case TextQuery.Not not -> !says(entry, texts, not.of());
        };
    }
}
