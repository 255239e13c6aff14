package io.throughline.logs;

import io.throughline.event.BatchCompleted;
import io.throughline.event.BatchCreated;
import io.throughline.event.CacheHit;
import io.throughline.event.CacheMiss;
import io.throughline.event.CacheSize;
import io.throughline.event.Codec;
import io.throughline.event.DatabaseError;
import io.throughline.event.DeadLetterReason;
import io.throughline.event.Decoded;
import io.throughline.event.Event;
import io.throughline.event.InvalidRecordException;
import io.throughline.event.JobCompleted;
import io.throughline.event.JobCreated;
import io.throughline.event.JobStarted;
import io.throughline.event.LlmCompleted;
import io.throughline.event.LogRecord;
import io.throughline.event.PlainLog;
import io.throughline.event.RequestCompleted;
import io.throughline.event.ServiceHeartbeat;
import io.throughline.event.Topic;
import io.throughline.publish.WireHeaders;
import io.throughline.publish.WireRecords;
import io.throughline.trace.TraceContext;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** Decides what becomes of a record, by its topic, headers and value alone; never throws, whatever the bytes. */
final class RecordReader {

    private static final List<Topic> TOPICS = List.of(Topic.JOBS, Topic.BATCHES, Topic.LLM, Topic.CACHE,
            Topic.SERVICES, Topic.LOGS);

    private final Map<String, Topic> topics = new LinkedHashMap<>();
    private final WireRecords records;

    RecordReader(String topicPrefix) {
        TOPICS.forEach(topic -> topics.put(topic.name(topicPrefix), topic));
        this.records = new WireRecords(topicPrefix, Clock.systemUTC());
    }

    /** The names of the topics whose records can be read. */
    Set<String> topics() {
        return topics.keySet();
    }

    Verdict read(ConsumerRecord<byte[], byte[]> record) {
        WireHeaders headers = WireHeaders.read(record.headers());
        if (headers.isReplayed()) {
            return new Verdict.Skip(SkipReason.REPLAYED);
        }
        Topic topic = Objects.requireNonNull(topics.get(record.topic()), record.topic());
        try {
            return new Verdict.Keep(topic == Topic.LOGS ? log(headers, record) : event(topic, headers, record));
        } catch (InvalidRecordException e) {
            return topic == Topic.LOGS ? new Verdict.Refuse(e) : new Verdict.Skip(SkipReason.UNDECODABLE);
        }
    }

    private Entry log(WireHeaders headers, ConsumerRecord<byte[], byte[]> record) throws InvalidRecordException {
        PlainLog plain = records.plainLog(headers, record.value());
        if (plain != null) {
            return new Entry(Kind.LOG, partition(record), record.offset(), plain.timestamp(), plain.context(),
                    plain.service(), plain.logger(), plain.level(), plain.errorCode(), plain.statusCode(),
                    text(plain.message(), plain.stackTrace()), new String(record.value(), StandardCharsets.UTF_8));
        }
        LogRecord log = records.log(headers, record.headers(), record.value()).value();
        return new Entry(Kind.LOG, partition(record), record.offset(), log.timestamp(), log.context(),
                log.service(), log.logger(), log.level(), log.errorCode(), log.statusCode(),
                text(log.message(), log.stackTrace()), json(log, record.value()));
    }

    private Entry event(Topic topic, WireHeaders headers, ConsumerRecord<byte[], byte[]> record)
            throws InvalidRecordException {
        Decoded<Event> decoded = records.event(topic, headers, record.headers(), record.value());
        Event event = decoded.value();
        return new Entry(Kind.EVENT, partition(record), record.offset(), event.origin().timestamp(),
                context(event, decoded.context()), event.origin().service(), null, null, errorCode(event),
                event instanceof RequestCompleted request ? request.statusCode() : null, List.of(),
                utf8(record.value()));
    }

    private static List<String> text(String message, @Nullable String stackTrace) {
        return stackTrace == null ? List.of(message) : List.of(message, stackTrace);
    }

    /** As it came, where nothing has to be filled in, named otherwise or put on one line. */
    private static String json(LogRecord log, byte @Nullable [] value) throws InvalidRecordException {
        if (value != null && Contexts.tells(value, log)) {
            return new String(value, StandardCharsets.UTF_8);
        }
        return json(log);
    }

    private static String json(LogRecord log) throws InvalidRecordException {
        try {
            return new String(Codec.encode(log), StandardCharsets.UTF_8);
        } catch (UncheckedIOException e) {
            // What was read should always be writable; were it not, one record must not stop the rest.
            throw new InvalidRecordException(DeadLetterReason.INVALID_VALUE,
                    "the log line cannot be written as JSON");
        }
    }

    /** The decoder reads JSON in UTF-16 and UTF-32 too; the contract has UTF-8 only, and so have answers. */
    private static String utf8(byte @Nullable [] value) throws InvalidRecordException {
        byte[] bytes = Objects.requireNonNull(value, "a value that was decoded");
        for (int i = 0; i < Math.min(4, bytes.length); i++) {
            if (bytes[i] == 0) {
                throw new InvalidRecordException(DeadLetterReason.NOT_JSON, "the value is not in UTF-8");
            }
        }
        String json = new String(bytes, StandardCharsets.UTF_8);
        return json.startsWith("\uFEFF") ? json.substring(1) : json;
    }

    private static TraceContext context(Event event, TraceContext context) {
        return switch (event) {
            case JobCreated job -> withJob(context, job.jobId());
            case JobStarted job -> withJob(context, job.jobId());
            case JobCompleted job -> withJob(context, job.jobId());
            case BatchCreated batch -> withBatch(context, batch.batchId());
            case BatchCompleted batch -> withBatch(context, batch.batchId());
            case LlmCompleted e -> context;
            case CacheHit e -> context;
            case CacheMiss e -> context;
            case CacheSize e -> context;
            case RequestCompleted e -> context;
            case DatabaseError e -> context;
            case ServiceHeartbeat e -> context;
        };
    }

    private static TraceContext withJob(TraceContext context, String jobId) {
        return context.jobId() == null ? context.withJobId(jobId) : context;
    }

    private static TraceContext withBatch(TraceContext context, String batchId) {
        return context.batchId() == null ? context.withBatchId(batchId) : context;
    }

    private static @Nullable String errorCode(Event event) {
        return switch (event) {
            case JobCompleted job -> job.errorCode();
            case LlmCompleted llm -> llm.errorCode();
            case DatabaseError error -> error.errorCode();
            case JobCreated e -> null;
            case JobStarted e -> null;
            case BatchCreated e -> null;
            case BatchCompleted e -> null;
            case CacheHit e -> null;
            case CacheMiss e -> null;
            case CacheSize e -> null;
            case RequestCompleted e -> null;
            case ServiceHeartbeat e -> null;
        };
    }

    private static TopicPartition partition(ConsumerRecord<byte[], byte[]> record) {
        return new TopicPartition(record.topic(), record.partition());
    }
}
