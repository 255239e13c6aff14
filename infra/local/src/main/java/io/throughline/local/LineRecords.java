package io.throughline.local;

import io.throughline.event.EventType;
import io.throughline.event.Topic;
import io.throughline.publish.WireRecords;
import io.throughline.trace.TraceHeaders;
import io.throughline.trace.Traceparent;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/**
 * Lines of NDJSON as Kafka records: what a line leaves out follows from its value, by the contract; what it says stays
 * as it is. Whether the value is a valid event is for the consumers to judge. Thread-safe.
 */
final class LineRecords {

    private final String topicPrefix;
    private final Clock clock;
    private final WireRecords wire;

    /** Records for topics with {@code topicPrefix}; {@code clock} serves values that name no time. */
    LineRecords(String topicPrefix, Clock clock) {
        this.topicPrefix = topicPrefix;
        this.clock = clock;
        this.wire = new WireRecords(topicPrefix, clock);
    }

    /** The record of a line; says why where no topic follows. */
    ProducerRecord<byte[], byte[]> of(PublishedLine line) throws UnusableLineException {
        Optional<EventType> type = Optional.ofNullable(line.fields().get("event_type")).flatMap(EventType::of);
        String topic = line.topic() == null ? topic(line, type).name(topicPrefix) : line.topic();
        if (topic.equals(Topic.SERIES.name(topicPrefix)) || topic.equals(Topic.WINDOWS.name(topicPrefix))) {
            throw new UnusableLineException("names " + topic + ", which the aggregator alone writes");
        }
        String traceId = traceId(line);
        return new ProducerRecord<>(topic, null, timestamp(line), bytes(key(line, topic, type, traceId)), line.value(),
                headers(line, traceId));
    }

    private static Topic topic(PublishedLine line, Optional<EventType> type) throws UnusableLineException {
        if (type.isPresent()) {
            return type.get().topic();
        }
        Map<String, String> fields = line.fields();
        String named = fields.get("event_type");
        if (named != null) {
            throw new UnusableLineException(
                    "names no \"topic\", and event_type \"" + Printable.fit(Printable.text(named), 80)
                            + "\" is not one of the contract's");
        }
        if (fields.containsKey("level") && fields.containsKey("message")) {
            return Topic.LOGS;
        }
        throw new UnusableLineException(
                "names no \"topic\", and its value neither an event_type nor level and message");
    }

    private @Nullable String key(PublishedLine line, String topic, Optional<EventType> type,
            @Nullable String traceId) {
        if (line.key() != null) {
            return line.key();
        }
        if (type.isEmpty()) {
            return topic.equals(Topic.LOGS.name(topicPrefix)) ? traceId : null;
        }
        return switch (type.get().topic()) {
            case JOBS -> line.fields().get("job_id");
            case BATCHES -> line.fields().get("batch_id");
            case LLM, CACHE, LOGS -> traceId;
            case SERVICES -> line.fields().get("service");
            case SERIES, WINDOWS, DEAD_LETTERS, REDRIVEN -> null;
        };
    }

    /** The header wins over the body, as it does for those who read the record. */
    private static @Nullable String traceId(PublishedLine line) {
        String header = line.headers().get(TraceHeaders.TRACE_ID);
        if (header != null && !header.isBlank()) {
            return header;
        }
        String body = line.fields().get(TraceHeaders.TRACE_ID);
        return Optional.ofNullable(line.headers().get(Traceparent.HEADER)).flatMap(Traceparent::parse)
                .map(Traceparent::traceId).orElse(body == null || body.isBlank() ? null : body);
    }

    private static RecordHeaders headers(PublishedLine line, @Nullable String traceId) {
        var headers = new RecordHeaders();
        line.headers().forEach((name, text) -> TraceHeaders.put(headers, name, text));
        add(headers, TraceHeaders.TRACE_ID, traceId);
        if (traceId != null && Traceparent.isTraceId(traceId)) {
            add(headers, Traceparent.HEADER, Traceparent.withoutSpan(traceId).toString());
        }
        add(headers, WireRecords.EVENT_TYPE, line.fields().get("event_type"));
        add(headers, WireRecords.SCHEMA_VERSION, WireRecords.CURRENT_SCHEMA_VERSION);
        return headers;
    }

    private static void add(RecordHeaders headers, String name, @Nullable String text) {
        if (TraceHeaders.text(headers, name) == null) {
            headers.remove(name);
            TraceHeaders.put(headers, name, text);
        }
    }

    private long timestamp(PublishedLine line) {
        String text = line.fields().get("timestamp");
        if (text == null) {
            return clock.millis();
        }
        try {
            return wire.recordTimestamp(DateTimeFormatter.ISO_OFFSET_DATE_TIME.parse(text, Instant::from));
        } catch (DateTimeException e) {
            return clock.millis();
        }
    }

    private static byte @Nullable [] bytes(@Nullable String text) {
        return text == null ? null : text.getBytes(StandardCharsets.UTF_8);
    }
}
