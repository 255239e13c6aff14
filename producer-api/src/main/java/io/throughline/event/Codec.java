package io.throughline.event;

import static io.throughline.event.DeadLetterReason.INVALID_VALUE;
import static io.throughline.event.DeadLetterReason.MISSING_TRACE_ID;
import static io.throughline.event.DeadLetterReason.UNKNOWN_EVENT_TYPE;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.throughline.trace.TraceContext;
import io.throughline.trace.TraceHeaders;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The one translation between events, log lines and the JSON that travels as a record's value.
 *
 * <p>Decoding never throws anything but {@link InvalidRecordException}, whatever the bytes. Unknown fields of events
 * are ignored; those of log lines are kept. Stateless and safe to share between threads.
 */
public final class Codec {

    private Codec() {}

    /** The event as UTF-8 JSON. */
    public static byte[] encode(Event event) {
        return Json.bytes(event);
    }

    /** The log line as UTF-8 JSON. */
    public static byte[] encode(LogRecord log) {
        return Json.bytes(log);
    }

    /**
     * Reads an event.
     *
     * @param value the record's value
     * @param headers the context that the record's headers hold; null when they hold none
     * @throws InvalidRecordException with the reason, when the bytes are no valid event or no trace is named
     */
    public static Decoded<Event> decodeEvent(byte @Nullable [] value, @Nullable TraceContext headers)
            throws InvalidRecordException {
        ObjectNode object = Json.object(value);
        var fields = new Fields(object);
        String name = fields.text("event_type");
        EventType type = EventType.of(name).orElseThrow(() -> new InvalidRecordException(UNKNOWN_EVENT_TYPE,
                "event_type \"" + Fields.shorten(name) + "\" is not known"));
        try {
            var origin = new Origin(fields.text("event_id"), fields.timestamp("timestamp"), fields.text("service"));
            return new Decoded<>(event(type, origin, fields), context(fields, headers));
        } catch (IllegalArgumentException e) {
            throw new InvalidRecordException(INVALID_VALUE, String.valueOf(e.getMessage()));
        }
    }

    /**
     * Reads a log line. Required are {@code timestamp}, {@code level} and {@code message}.
     *
     * @param value the record's value
     * @param headers the context that the record's headers hold; null when they hold none
     * @throws InvalidRecordException with the reason, when the bytes are no valid log line or no trace is named
     */
    public static Decoded<LogRecord> decodeLog(byte @Nullable [] value, @Nullable TraceContext headers)
            throws InvalidRecordException {
        ObjectNode object = Json.object(value);
        var fields = new Fields(object);
        try {
            var log = new LogRecord(fields.timestamp("timestamp"), level(fields), fields.optionalText("logger"),
                    fields.text("message"), context(fields, headers), fields.optionalText("service"),
                    fields.optionalDecimal("duration_ms"), fields.optionalInteger("status_code"),
                    fields.optionalText("error_code"), fields.optionalText("stack_trace"), furtherFields(object));
            return new Decoded<>(log, log.context());
        } catch (IllegalArgumentException e) {
            throw new InvalidRecordException(INVALID_VALUE, String.valueOf(e.getMessage()));
        }
    }

    private static LogLevel level(Fields in) throws InvalidRecordException {
        String level = in.text("level");
        return LogLevel.of(level).orElseThrow(() -> new InvalidRecordException(INVALID_VALUE,
                "level must be DEBUG, INFO, WARNING, ERROR or CRITICAL, got \"" + Fields.shorten(level) + '"'));
    }

    private static Event event(EventType type, Origin origin, Fields in) throws InvalidRecordException {
        return switch (type) {
            case JOB_CREATED -> new JobCreated(origin, in.text("job_id"), in.text("job_type"));
            case JOB_STARTED -> new JobStarted(origin, in.text("job_id"), in.text("job_type"));
            case JOB_COMPLETED -> new JobCompleted(origin, in.text("job_id"), in.text("job_type"), jobStatus(in),
                    in.optionalNumber("duration_seconds"), in.optionalText("error_code"));
            case BATCH_CREATED -> new BatchCreated(origin, in.text("batch_id"), in.optionalCount("size"));
            case BATCH_COMPLETED -> new BatchCompleted(origin, in.text("batch_id"), jobStatus(in),
                    in.optionalNumber("processing_seconds"));
            case LLM_COMPLETED -> new LlmCompleted(origin, in.text("model"),
                    in.oneOf("status", LlmStatus.values(), LlmStatus::wireName), in.number("latency_seconds"),
                    in.count("prompt_tokens"), in.count("completion_tokens"), in.optionalCount("cached_tokens"),
                    in.optionalText("provider"), in.optionalNumber("time_to_first_token_seconds"),
                    in.optionalDecimal("cost_usd"), in.optionalText("error_code"));
            case CACHE_HIT -> new CacheHit(origin, in.text("cache"), in.optionalDecimal("saved_usd"),
                    in.optionalCount("saved_tokens"));
            case CACHE_MISS -> new CacheMiss(origin, in.text("cache"));
            case CACHE_SIZE ->
                new CacheSize(origin, in.text("cache"), in.count("entries"), in.optionalText("instance"));
            case REQUEST_COMPLETED -> new RequestCompleted(origin, in.text("method"), in.text("route"),
                    in.integer("status_code"), in.number("duration_seconds"));
            case DATABASE_ERROR -> new DatabaseError(origin, in.text("database"), in.text("operation"),
                    in.optionalText("error_code"));
            case SERVICE_HEARTBEAT -> new ServiceHeartbeat(origin, in.text("instance"));
        };
    }

    private static JobStatus jobStatus(Fields in) throws InvalidRecordException {
        return in.oneOf("status", JobStatus.values(), JobStatus::wireName);
    }

    private static TraceContext context(Fields fields, @Nullable TraceContext headers) throws InvalidRecordException {
        String traceId = either(headers == null ? null : headers.traceId(), fields, TraceHeaders.TRACE_ID);
        if (traceId == null) {
            throw new InvalidRecordException(MISSING_TRACE_ID,
                    "no header trace_id, no valid traceparent and no field trace_id");
        }
        return new TraceContext(traceId,
                either(headers == null ? null : headers.requestId(), fields, TraceHeaders.REQUEST_ID),
                either(headers == null ? null : headers.userId(), fields, TraceHeaders.USER_ID),
                either(headers == null ? null : headers.jobId(), fields, TraceHeaders.JOB_ID),
                either(headers == null ? null : headers.batchId(), fields, TraceHeaders.BATCH_ID));
    }

    private static @Nullable String either(@Nullable String header, Fields fields, String field)
            throws InvalidRecordException {
        if (header != null) {
            return header;
        }
        String text = fields.optionalText(field);
        return text == null || text.isBlank() ? null : text;
    }

    private static Map<String, JsonNode> furtherFields(ObjectNode object) {
        Map<String, JsonNode> further = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> field : object.properties()) {
            if (!LogRecord.OWN_FIELDS.contains(field.getKey())) {
                further.put(field.getKey(), field.getValue());
            }
        }
        return further;
    }
}
