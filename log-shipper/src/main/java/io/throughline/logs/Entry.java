package io.throughline.logs;

import io.throughline.event.LogLevel;
import io.throughline.trace.TraceContext;
import java.time.Instant;
import java.util.List;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * One record as the store takes it: what it is found by, and the JSON that is given back.
 *
 * @param kind log line or event
 * @param partition where it came from
 * @param offset its offset there
 * @param timestamp the event time, to the nanosecond
 * @param context the trace it belongs to
 * @param service the service that wrote it
 * @param logger the logger's name; log lines only
 * @param level the level; log lines only
 * @param errorCode what went wrong
 * @param statusCode HTTP status
 * @param text message and stack trace; log lines only
 * @param json one JSON object; that of a log line stands on one line
 */
record Entry(Kind kind, TopicPartition partition, long offset, Instant timestamp, TraceContext context,
        @Nullable String service, @Nullable String logger, @Nullable LogLevel level, @Nullable String errorCode,
        @Nullable Integer statusCode, List<String> text, String json) {

    Entry {
        text = List.copyOf(text);
    }

    /** As the store gives it back. */
    StoredEntry stored() {
        return new StoredEntry(kind, partition.topic(), partition.partition(), offset, EpochNanos.of(timestamp),
                context, json);
    }
}
