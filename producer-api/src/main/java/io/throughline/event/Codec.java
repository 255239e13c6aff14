package io.throughline.event;

import static io.throughline.event.DeadLetterReason.INVALID_VALUE;
import static io.throughline.event.DeadLetterReason.MISSING_TRACE_ID;
import static io.throughline.event.DeadLetterReason.UNKNOWN_EVENT_TYPE;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.throughline.trace.TraceContext;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The one translation between events, log lines and the JSON that travels as a record's value.
 *
 * <p>Decoding never throws anything but {@link InvalidRecordException}, whatever the bytes. Unknown fields of events
 * are ignored; those of log lines are kept. Safe to share between threads; each keeps some buffers of its own.
 */
public final class Codec {

    private static final Words<EventType> EVENT_TYPES = Words.of(EventType.values(), EventType::wireName);
    private static final Words<JobStatus> JOB_STATUSES = Words.of(JobStatus.values(), JobStatus::wireName);
    private static final Words<LlmStatus> LLM_STATUSES = Words.of(LlmStatus.values(), LlmStatus::wireName);

    private static final ThreadLocal<FlatFields> FLAT_FIELDS = ThreadLocal.withInitial(FlatFields::new);

    private Codec() {}

    /** The event as UTF-8 JSON. */
    public static byte[] encode(Event event) {
        return Encoder.bytes(event);
    }

    /** The log line as UTF-8 JSON. */
    public static byte[] encode(LogRecord log) {
        return Encoder.bytes(log);
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
        Decoded<Event> flat = value == null ? null : eventFromBytes(value, 0, value.length, headers);
        return flat == null ? eventFromTree(value, headers) : flat;
    }

    /** As {@link #decodeEvent(byte[], TraceContext)}, of the bytes from {@code start} until before {@code end}. */
    public static Decoded<Event> decodeEvent(byte[] bytes, int start, int end, @Nullable TraceContext headers)
            throws InvalidRecordException {
        Decoded<Event> flat = eventFromBytes(bytes, start, end, headers);
        return flat == null ? eventFromTree(Arrays.copyOfRange(bytes, start, end), headers) : flat;
    }

    /**
     * The fast path: the event as {@link #eventFromTree} reads it, or null where that alone can tell. Both read the
     * same fields in the same order, and differ in how a field is found and its value made.
     */
    static @Nullable Decoded<Event> eventFromBytes(byte[] value, int start, int end,
            @Nullable TraceContext headers) {
        FlatFields fields = FLAT_FIELDS.get();
        try {
            return fields.scan(value, start, end)
                    ? event(fields.oneOf(Field.EVENT_TYPE, EVENT_TYPES), fields, headers)
                    : null;
        } catch (NotFlatException | InvalidRecordException | IllegalArgumentException e) {
            return null;
        } finally {
            fields.clear();
        }
    }

    /** The slow path: any JSON, and the reason where it is refused. */
    static Decoded<Event> eventFromTree(byte @Nullable [] value, @Nullable TraceContext headers)
            throws InvalidRecordException {
        var fields = new TreeFields(Json.object(value));
        String name = fields.text(Field.EVENT_TYPE);
        EventType type = EventType.of(name).orElseThrow(() -> new InvalidRecordException(UNKNOWN_EVENT_TYPE,
                "event_type \"" + TreeFields.shorten(name) + "\" is not known"));
        try {
            return event(type, fields, headers);
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
        var fields = new TreeFields(object);
        try {
            var log = new LogRecord(fields.timestamp(Field.TIMESTAMP), level(fields), fields.optionalText(Field.LOGGER),
                    fields.text(Field.MESSAGE), context(fields, headers), fields.optionalText(Field.SERVICE),
                    fields.optionalDecimal(Field.DURATION_MS), fields.optionalInteger(Field.STATUS_CODE),
                    fields.optionalText(Field.ERROR_CODE), fields.optionalText(Field.STACK_TRACE),
                    furtherFields(object));
            return new Decoded<>(log, log.context());
        } catch (IllegalArgumentException e) {
            throw new InvalidRecordException(INVALID_VALUE, String.valueOf(e.getMessage()));
        }
    }

    private static LogLevel level(Fields in) throws InvalidRecordException {
        String level = in.text(Field.LEVEL);
        return LogLevel.of(level).orElseThrow(() -> new InvalidRecordException(INVALID_VALUE,
                "level must be DEBUG, INFO, WARNING, ERROR or CRITICAL, got \"" + TreeFields.shorten(level) + '"'));
    }

    private static Decoded<Event> event(EventType type, Fields in, @Nullable TraceContext headers)
            throws InvalidRecordException {
        var origin = new Origin(in.text(Field.EVENT_ID), in.timestamp(Field.TIMESTAMP), in.text(Field.SERVICE));
        return new Decoded<>(event(type, origin, in), countable(context(in, headers)));
    }

    /** Ids of events become parts of what is counted; those of log lines are looked up only, and may be longer. */
    private static TraceContext countable(TraceContext context) {
        Range.notTooLong("trace_id", context.traceId());
        Range.notTooLong("request_id", context.requestId());
        Range.notTooLong("user_id", context.userId());
        Range.notTooLong("job_id", context.jobId());
        Range.notTooLong("batch_id", context.batchId());
        return context;
    }

    private static Event event(EventType type, Origin origin, Fields in) throws InvalidRecordException {
        return switch (type) {
            case JOB_CREATED -> new JobCreated(origin, in.text(Field.JOB_ID), in.text(Field.JOB_TYPE));
            case JOB_STARTED -> new JobStarted(origin, in.text(Field.JOB_ID), in.text(Field.JOB_TYPE));
            case JOB_COMPLETED ->
                new JobCompleted(origin, in.text(Field.JOB_ID), in.text(Field.JOB_TYPE), jobStatus(in),
                        in.optionalNumber(Field.DURATION_SECONDS), in.optionalText(Field.ERROR_CODE));
            case BATCH_CREATED -> new BatchCreated(origin, in.text(Field.BATCH_ID), in.optionalCount(Field.SIZE));
            case BATCH_COMPLETED -> new BatchCompleted(origin, in.text(Field.BATCH_ID), jobStatus(in),
                    in.optionalNumber(Field.PROCESSING_SECONDS));
            case LLM_COMPLETED -> new LlmCompleted(origin, in.text(Field.MODEL),
                    in.oneOf(Field.STATUS, LLM_STATUSES), in.number(Field.LATENCY_SECONDS),
                    in.count(Field.PROMPT_TOKENS), in.count(Field.COMPLETION_TOKENS),
                    in.optionalCount(Field.CACHED_TOKENS),
                    in.optionalText(Field.PROVIDER), in.optionalNumber(Field.TIME_TO_FIRST_TOKEN_SECONDS),
                    in.optionalDecimal(Field.COST_USD), in.optionalText(Field.ERROR_CODE));
            case CACHE_HIT -> new CacheHit(origin, in.text(Field.CACHE), in.optionalDecimal(Field.SAVED_USD),
                    in.optionalCount(Field.SAVED_TOKENS));
            case CACHE_MISS -> new CacheMiss(origin, in.text(Field.CACHE));
            case CACHE_SIZE ->
                new CacheSize(origin, in.text(Field.CACHE), in.count(Field.ENTRIES), in.optionalText(Field.INSTANCE));
            case REQUEST_COMPLETED -> new RequestCompleted(origin, in.text(Field.METHOD), in.text(Field.ROUTE),
                    in.integer(Field.STATUS_CODE), in.number(Field.DURATION_SECONDS));
            case DATABASE_ERROR -> new DatabaseError(origin, in.text(Field.DATABASE), in.text(Field.OPERATION),
                    in.optionalText(Field.ERROR_CODE));
            case SERVICE_HEARTBEAT -> new ServiceHeartbeat(origin, in.text(Field.INSTANCE));
        };
    }

    private static JobStatus jobStatus(Fields in) throws InvalidRecordException {
        return in.oneOf(Field.STATUS, JOB_STATUSES);
    }

    private static TraceContext context(Fields in, @Nullable TraceContext headers) throws InvalidRecordException {
        String traceId = either(headers == null ? null : headers.traceId(), in, Field.TRACE_ID);
        if (traceId == null) {
            throw new InvalidRecordException(MISSING_TRACE_ID,
                    "no header trace_id, no valid traceparent and no field trace_id");
        }
        return new TraceContext(traceId,
                either(headers == null ? null : headers.requestId(), in, Field.REQUEST_ID),
                either(headers == null ? null : headers.userId(), in, Field.USER_ID),
                either(headers == null ? null : headers.jobId(), in, Field.JOB_ID),
                either(headers == null ? null : headers.batchId(), in, Field.BATCH_ID));
    }

    private static @Nullable String either(@Nullable String header, Fields in, Field field)
            throws InvalidRecordException {
        String text = header != null ? header : in.optionalText(field);
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
