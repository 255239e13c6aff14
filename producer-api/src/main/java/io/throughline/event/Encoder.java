package io.throughline.event;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.fasterxml.jackson.databind.JsonNode;
import io.throughline.trace.TraceContext;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes events and log lines as JSON, field by field; what is null is left out. One for each object. */
final class Encoder {

    /** By {@link Field#index}. */
    private static final byte[][] NAMES = Arrays.stream(Field.values()).map(field -> JsonBytes.name(field.wireName()))
            .toArray(byte[][]::new);

    private final JsonBytes out = new JsonBytes();

    private Encoder() {}

    static byte[] bytes(Event event) {
        var encoder = new Encoder();
        encoder.write(event);
        return encoder.out.end();
    }

    static byte[] bytes(LogRecord log) {
        var encoder = new Encoder();
        encoder.write(log);
        return encoder.out.end();
    }

    private void write(Event event) {
        text(Field.EVENT_ID, event.origin().eventId());
        text(Field.EVENT_TYPE, event.type().wireName());
        time(event.origin().timestamp());
        text(Field.SERVICE, event.origin().service());
        switch (event.type()) {
            case JOB_CREATED -> write((JobCreated) event);
            case JOB_STARTED -> write((JobStarted) event);
            case JOB_COMPLETED -> write((JobCompleted) event);
            case BATCH_CREATED -> write((BatchCreated) event);
            case BATCH_COMPLETED -> write((BatchCompleted) event);
            case LLM_COMPLETED -> write((LlmCompleted) event);
            case CACHE_HIT -> write((CacheHit) event);
            case CACHE_MISS -> text(Field.CACHE, ((CacheMiss) event).cache());
            case CACHE_SIZE -> write((CacheSize) event);
            case REQUEST_COMPLETED -> write((RequestCompleted) event);
            case DATABASE_ERROR -> write((DatabaseError) event);
            case SERVICE_HEARTBEAT -> text(Field.INSTANCE, ((ServiceHeartbeat) event).instance());
        }
    }

    private void write(JobCreated job) {
        text(Field.JOB_ID, job.jobId());
        text(Field.JOB_TYPE, job.jobType());
    }

    private void write(JobStarted job) {
        text(Field.JOB_ID, job.jobId());
        text(Field.JOB_TYPE, job.jobType());
    }

    private void write(JobCompleted job) {
        text(Field.JOB_ID, job.jobId());
        text(Field.JOB_TYPE, job.jobType());
        text(Field.STATUS, job.status().wireName());
        number(Field.DURATION_SECONDS, job.durationSeconds());
        text(Field.ERROR_CODE, job.errorCode());
    }

    private void write(BatchCreated batch) {
        text(Field.BATCH_ID, batch.batchId());
        number(Field.SIZE, batch.size());
    }

    private void write(BatchCompleted batch) {
        text(Field.BATCH_ID, batch.batchId());
        text(Field.STATUS, batch.status().wireName());
        number(Field.PROCESSING_SECONDS, batch.processingSeconds());
    }

    private void write(LlmCompleted llm) {
        text(Field.MODEL, llm.model());
        text(Field.STATUS, llm.status().wireName());
        number(Field.LATENCY_SECONDS, llm.latencySeconds());
        number(Field.PROMPT_TOKENS, llm.promptTokens());
        number(Field.COMPLETION_TOKENS, llm.completionTokens());
        number(Field.CACHED_TOKENS, llm.cachedTokens());
        text(Field.PROVIDER, llm.provider());
        number(Field.TIME_TO_FIRST_TOKEN_SECONDS, llm.timeToFirstTokenSeconds());
        number(Field.COST_USD, llm.costUsd());
        text(Field.ERROR_CODE, llm.errorCode());
    }

    private void write(CacheHit hit) {
        text(Field.CACHE, hit.cache());
        number(Field.SAVED_USD, hit.savedUsd());
        number(Field.SAVED_TOKENS, hit.savedTokens());
    }

    private void write(CacheSize size) {
        text(Field.CACHE, size.cache());
        number(Field.ENTRIES, size.entries());
        text(Field.INSTANCE, size.instance());
    }

    private void write(RequestCompleted request) {
        text(Field.METHOD, request.method());
        text(Field.ROUTE, request.route());
        number(Field.STATUS_CODE, (long) request.statusCode());
        number(Field.DURATION_SECONDS, request.durationSeconds());
    }

    private void write(DatabaseError error) {
        text(Field.DATABASE, error.database());
        text(Field.OPERATION, error.operation());
        text(Field.ERROR_CODE, error.errorCode());
    }

    private void write(LogRecord log) {
        time(log.timestamp());
        text(Field.LEVEL, log.level().wireName());
        text(Field.LOGGER, log.logger());
        text(Field.MESSAGE, log.message());
        write(log.context());
        number(Field.DURATION_MS, log.durationMs());
        Integer statusCode = log.statusCode();
        number(Field.STATUS_CODE, statusCode == null ? null : Long.valueOf(statusCode));
        text(Field.SERVICE, log.service());
        text(Field.ERROR_CODE, log.errorCode());
        text(Field.STACK_TRACE, log.stackTrace());
        for (Map.Entry<String, JsonNode> field : log.fields().entrySet()) {
            out.anyName(field.getKey());
            write(field.getValue());
        }
    }

    private void write(TraceContext context) {
        text(Field.TRACE_ID, context.traceId());
        text(Field.REQUEST_ID, context.requestId());
        text(Field.USER_ID, context.userId());
        text(Field.JOB_ID, context.jobId());
        text(Field.BATCH_ID, context.batchId());
    }

    /** Most further fields are texts; the others may be anything. */
    private void write(JsonNode value) {
        if (value.isTextual()) {
            out.text(value.textValue());
        } else {
            out.raw(Json.bytes(value));
        }
    }

    private void time(Instant time) {
        out.name(NAMES[Field.TIMESTAMP.index()]);
        out.time(time);
    }

    private void text(Field field, @Nullable String value) {
        if (value != null) {
            out.name(NAMES[field.index()]);
            out.text(value);
        }
    }

    private void number(Field field, double value) {
        out.name(NAMES[field.index()]);
        out.number(value);
    }

    private void number(Field field, long value) {
        out.name(NAMES[field.index()]);
        out.number(value);
    }

    private void number(Field field, @Nullable Double value) {
        if (value != null) {
            number(field, value.doubleValue());
        }
    }

    private void number(Field field, @Nullable Long value) {
        if (value != null) {
            number(field, value.longValue());
        }
    }

    private void number(Field field, @Nullable BigDecimal value) {
        if (value != null) {
            out.name(NAMES[field.index()]);
            out.raw(Json.decimal(value).getBytes(US_ASCII));
        }
    }
}
