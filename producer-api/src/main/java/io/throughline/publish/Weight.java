package io.throughline.publish;

import com.fasterxml.jackson.databind.JsonNode;
import io.throughline.event.BatchCompleted;
import io.throughline.event.BatchCreated;
import io.throughline.event.CacheHit;
import io.throughline.event.CacheMiss;
import io.throughline.event.CacheSize;
import io.throughline.event.DatabaseError;
import io.throughline.event.Event;
import io.throughline.event.JobCompleted;
import io.throughline.event.JobCreated;
import io.throughline.event.JobStarted;
import io.throughline.event.LlmCompleted;
import io.throughline.event.LogRecord;
import io.throughline.event.RequestCompleted;
import io.throughline.event.ServiceHeartbeat;
import io.throughline.trace.TraceContext;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * About how many bytes of heap a record holds while it waits: its texts at one byte a character, as the JDK keeps
 * Latin letters, and a fixed part for the objects around them. Costs some nanoseconds on the caller's thread. Stateless.
 */
final class Weight {

    /** Measured: an event with five short texts holds 450 to 550 bytes, the queue's node included. */
    private static final int OBJECTS = 400;
    private static final int FIELD = 100;

    private Weight() {}

    static int of(Event event, @Nullable TraceContext context) {
        return OBJECTS + of(event.origin().eventId()) + of(event.origin().service()) + texts(event) + ids(context);
    }

    static int of(LogRecord log) {
        long weight = (long) OBJECTS + of(log.logger()) + of(log.message()) + of(log.service()) + of(log.errorCode())
                + of(log.stackTrace()) + ids(log.context());
        if (!log.fields().isEmpty()) {
            for (Map.Entry<String, JsonNode> field : log.fields().entrySet()) {
                weight += of(field.getKey()) + of(field.getValue());
            }
        }
        return (int) Math.min(Integer.MAX_VALUE, weight);
    }

    private static int texts(Event event) {
        return switch (event.type()) {
            case JOB_CREATED -> of(((JobCreated) event).jobId()) + of(((JobCreated) event).jobType());
            case JOB_STARTED -> of(((JobStarted) event).jobId()) + of(((JobStarted) event).jobType());
            case JOB_COMPLETED -> of(((JobCompleted) event).jobId()) + of(((JobCompleted) event).jobType())
                    + of(((JobCompleted) event).errorCode());
            case BATCH_CREATED -> of(((BatchCreated) event).batchId());
            case BATCH_COMPLETED -> of(((BatchCompleted) event).batchId());
            case LLM_COMPLETED -> of(((LlmCompleted) event).model()) + of(((LlmCompleted) event).provider())
                    + of(((LlmCompleted) event).errorCode());
            case CACHE_HIT -> of(((CacheHit) event).cache());
            case CACHE_MISS -> of(((CacheMiss) event).cache());
            case CACHE_SIZE -> of(((CacheSize) event).cache()) + of(((CacheSize) event).instance());
            case REQUEST_COMPLETED -> of(((RequestCompleted) event).method()) + of(((RequestCompleted) event).route());
            case DATABASE_ERROR -> of(((DatabaseError) event).database()) + of(((DatabaseError) event).operation())
                    + of(((DatabaseError) event).errorCode());
            case SERVICE_HEARTBEAT -> of(((ServiceHeartbeat) event).instance());
        };
    }

    private static int ids(@Nullable TraceContext context) {
        return context == null
                ? 0
                : of(context.traceId()) + of(context.requestId()) + of(context.userId()) + of(context.jobId())
                        + of(context.batchId());
    }

    private static int of(@Nullable String text) {
        return text == null ? 0 : text.length();
    }

    private static long of(JsonNode node) {
        if (!node.isContainerNode()) {
            return FIELD + (node.isTextual() ? node.textValue().length() : 0L);
        }
        long weight = FIELD;
        for (JsonNode inner : node) {
            weight += of(inner);
        }
        return weight;
    }
}
