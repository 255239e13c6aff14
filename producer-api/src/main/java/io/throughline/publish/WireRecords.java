package io.throughline.publish;

import static io.throughline.event.DeadLetterReason.UNSUPPORTED_SCHEMA_VERSION;
import static io.throughline.event.DeadLetterReason.WRONG_TOPIC;

import io.throughline.event.BatchCompleted;
import io.throughline.event.BatchCreated;
import io.throughline.event.Codec;
import io.throughline.event.Decoded;
import io.throughline.event.Event;
import io.throughline.event.EventType;
import io.throughline.event.InvalidRecordException;
import io.throughline.event.JobCompleted;
import io.throughline.event.JobCreated;
import io.throughline.event.JobStarted;
import io.throughline.event.LogRecord;
import io.throughline.event.PlainLog;
import io.throughline.event.Topic;
import io.throughline.redact.Finding;
import io.throughline.redact.Redactor;
import io.throughline.trace.TraceContext;
import io.throughline.trace.TraceHeaders;
import io.throughline.trace.TraceIds;
import io.throughline.trace.Traceparent;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.jspecify.annotations.Nullable;

/**
 * Events and log lines as Kafka records, and back: topic, key, headers, timestamp and value by the contract.
 *
 * <p>The event time is the record's timestamp, clamped to at most 30 minutes ahead of the clock, because brokers
 * refuse records from further in the future; the payload keeps the event time as it is. Thread-safe.
 */
public final class WireRecords {

    /** Header of the event's type. */
    public static final String EVENT_TYPE = "event_type";
    /** Header of a log line's id, which events have in their value: a line that is sent again has the same. */
    public static final String EVENT_ID = "event_id";
    /** Header of the version of the contract. */
    public static final String SCHEMA_VERSION = "schema_version";
    /** The version that this release writes and reads. */
    public static final String CURRENT_SCHEMA_VERSION = "1";
    /** Header of a record that a replay published; such a record stays out of production numbers. */
    public static final String REPLAY_ID = "replay_id";

    private static final TraceIds TRACE_IDS = new TraceIds(new SecureRandom());
    private static final Header VERSION = TraceHeaders.header(SCHEMA_VERSION, CURRENT_SCHEMA_VERSION);
    private static final Map<EventType, Header> EVENT_TYPES = Arrays.stream(EventType.values()).collect(
            Collectors.toMap(type -> type, type -> TraceHeaders.header(EVENT_TYPE, type.wireName()),
                    (one, other) -> one,
                    () -> new EnumMap<>(EventType.class)));
    private static final int MOST_HEADERS = 8;
    private static final Duration MOST_AHEAD = Duration.ofMinutes(30);

    private final String topicPrefix;
    private final Clock clock;
    private final @Nullable Redactor redactor;

    /** Records for topics with {@code topicPrefix}; {@code clock} serves the clamp only. Nothing is redacted. */
    public WireRecords(String topicPrefix, Clock clock) {
        this(topicPrefix, clock, null);
    }

    /** Records in which {@code redactor} has replaced what must not leave the process. */
    public WireRecords(String topicPrefix, Clock clock, @Nullable Redactor redactor) {
        this.topicPrefix = topicPrefix;
        this.clock = clock;
        this.redactor = redactor;
    }

    /** The record of an event. */
    public ProducerRecord<byte[], byte[]> of(Event event, TraceContext context) {
        return redactor == null
                ? wire(event, context)
                : wire(redactor.redact(event), redactor.redact(context));
    }

    private ProducerRecord<byte[], byte[]> wire(Event event, TraceContext context) {
        return wire(event.type().topic(), key(event, context), event.origin().timestamp(), context,
                EVENT_TYPES.get(event.type()), Codec.encode(event));
    }

    /** The record of a log line. */
    public ProducerRecord<byte[], byte[]> of(LogRecord line) {
        LogRecord log = redactor == null ? line : redactor.redact(line);
        return wire(Topic.LOGS, log.context().traceId(), log.timestamp(), log.context(), null, Codec.encode(log));
    }

    /**
     * Reads the event of a record from {@code topic}.
     *
     * @throws InvalidRecordException with the reason, when the record breaks the contract
     */
    public Decoded<Event> event(Topic topic, Headers headers, byte @Nullable [] value) throws InvalidRecordException {
        return event(topic, WireHeaders.read(headers), headers, value);
    }

    /** As {@link #event(Topic, Headers, byte[])}, of headers that were read before. */
    public Decoded<Event> event(Topic topic, WireHeaders read, Headers headers, byte @Nullable [] value)
            throws InvalidRecordException {
        checkVersion(read.schemaVersion());
        TraceContext named = read.context();
        Decoded<Event> decoded = Codec.decodeEvent(value, named);
        checkTopic(topic, decoded.value());
        return named != null
                ? decoded
                : new Decoded<>(decoded.value(), TraceHeaders.over(headers, decoded.context()));
    }

    /**
     * As above, of a value that stands in {@code bytes} from {@code start} until before {@code end}, when the headers name
     * a trace.
     *
     * @param named the {@link WireHeaders#context} of the headers
     */
    public Decoded<Event> event(Topic topic, WireHeaders read, TraceContext named, byte[] bytes, int start, int end)
            throws InvalidRecordException {
        checkVersion(read.schemaVersion());
        Decoded<Event> decoded = Codec.decodeEvent(bytes, start, end, named);
        checkTopic(topic, decoded.value());
        return decoded;
    }

    private void checkTopic(Topic topic, Event event) throws InvalidRecordException {
        Topic expected = event.type().topic();
        if (expected != topic) {
            throw new InvalidRecordException(WRONG_TOPIC, event.type().wireName() + " belongs on "
                    + expected.name(topicPrefix) + ", not on " + topic.name(topicPrefix));
        }
    }

    /**
     * Reads the log line of a record.
     *
     * @throws InvalidRecordException with the reason, when the record breaks the contract
     */
    public Decoded<LogRecord> log(Headers headers, byte @Nullable [] value) throws InvalidRecordException {
        return log(WireHeaders.read(headers), headers, value);
    }

    /**
     * The log line of a record as far as a store of lines needs it, of headers that were read before; null where
     * {@link #log(WireHeaders, Headers, byte[])} has to read it.
     *
     * @throws InvalidRecordException with the reason, when the record is of another version
     */
    public @Nullable PlainLog plainLog(WireHeaders read, byte @Nullable [] value) throws InvalidRecordException {
        checkVersion(read.schemaVersion());
        // Without a trace the other ids of the headers still have their say.
        return read.context() == null ? null : PlainLog.read(value, read.context());
    }

    /** As {@link #log(Headers, byte[])}, of headers that were read before. */
    public Decoded<LogRecord> log(WireHeaders read, Headers headers, byte @Nullable [] value)
            throws InvalidRecordException {
        checkVersion(read.schemaVersion());
        TraceContext named = read.context();
        Decoded<LogRecord> decoded = Codec.decodeLog(value, named);
        if (named != null) {
            return decoded;
        }
        LogRecord log = decoded.value().withContext(TraceHeaders.over(headers, decoded.context()));
        return new Decoded<>(log, log.context());
    }

    /** How many secrets were replaced in what was made here, of each kind; empty where nothing is redacted. */
    public Map<Finding, Long> redactions() {
        return redactor == null ? Map.of() : redactor.counts();
    }

    /** Whether a replay published the record. */
    public static boolean isReplayed(Headers headers) {
        return headers.lastHeader(REPLAY_ID) != null;
    }

    /** The key of an event: its job, batch, service or trace, so that what belongs together keeps its order. */
    public static String key(Event event, TraceContext context) {
        return switch (event.type()) {
            case JOB_CREATED -> ((JobCreated) event).jobId();
            case JOB_STARTED -> ((JobStarted) event).jobId();
            case JOB_COMPLETED -> ((JobCompleted) event).jobId();
            case BATCH_CREATED -> ((BatchCreated) event).batchId();
            case BATCH_COMPLETED -> ((BatchCompleted) event).batchId();
            case LLM_COMPLETED, CACHE_HIT, CACHE_MISS, CACHE_SIZE -> context.traceId();
            case REQUEST_COMPLETED, DATABASE_ERROR, SERVICE_HEARTBEAT -> event.origin().service();
        };
    }

    private ProducerRecord<byte[], byte[]> wire(Topic topic, String key, Instant timestamp, TraceContext context,
            @Nullable Header eventType, byte[] value) {
        List<Header> headers = new ArrayList<>(MOST_HEADERS);
        TraceHeaders.write(context, headers::add);
        byte[] traceparent = Traceparent.bytesWithoutSpan(context.traceId());
        if (traceparent != null) {
            headers.add(new RecordHeader(Traceparent.HEADER, traceparent));
        }
        headers.add(VERSION);
        if (eventType != null) {
            headers.add(eventType);
        }
        return new ProducerRecord<>(topic.name(topicPrefix), null, recordTimestamp(timestamp),
                key.getBytes(StandardCharsets.UTF_8), value, headers);
    }

    /** The record timestamp of an event time, in milliseconds: from 1970 to 30 minutes ahead of the clock. */
    public long recordTimestamp(Instant eventTime) {
        long latest = clock.millis() + MOST_AHEAD.toMillis();
        // By seconds first, because the milliseconds of a year such as 999999999 do not fit a long.
        if (eventTime.getEpochSecond() > latest / 1000) {
            return latest;
        }
        return eventTime.getEpochSecond() < 0 ? 0 : Math.min(latest, eventTime.toEpochMilli());
    }

    /** For a record that belongs to no trace. */
    String newTraceId() {
        return TRACE_IDS.newTraceId();
    }

    /** The name of the topic that log lines go to. */
    String topicOfLogs() {
        return Topic.LOGS.name(topicPrefix);
    }

    /** The clock that the records are timed with. */
    Clock clock() {
        return clock;
    }

    private static void checkVersion(@Nullable String version) throws InvalidRecordException {
        if (version != null && !version.equals(CURRENT_SCHEMA_VERSION)) {
            throw new InvalidRecordException(UNSUPPORTED_SCHEMA_VERSION, "schema_version is " + version
                    + ", this release reads " + CURRENT_SCHEMA_VERSION);
        }
    }
}
