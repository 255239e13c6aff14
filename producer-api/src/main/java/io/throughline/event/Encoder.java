package io.throughline.event;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.SerializedString;
import com.fasterxml.jackson.databind.JsonNode;
import io.throughline.trace.TraceContext;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes events and log lines as JSON, field by field; what is null is left out. One for each object. */
final class Encoder {

    private static final int TYPICAL_BYTES = 512;
    /** By {@link Field#index}: names that need not be looked at for what has to be escaped. */
    private static final SerializableString[] NAMES = Arrays.stream(Field.values())
            .map(field -> new SerializedString(field.wireName())).toArray(SerializableString[]::new);

    private final JsonGenerator out;

    private Encoder(JsonGenerator out) {
        this.out = out;
    }

    /** What one object consists of. */
    private interface Body {
        void write(Encoder to) throws IOException;
    }

    static byte[] bytes(Event event) {
        return bytes(to -> to.write(event));
    }

    static byte[] bytes(LogRecord log) {
        return bytes(to -> to.write(log));
    }

    private static byte[] bytes(Body body) {
        var bytes = new ByteArrayOutputStream(TYPICAL_BYTES);
        try (JsonGenerator out = Json.generator(bytes)) {
            out.writeStartObject();
            body.write(new Encoder(out));
            out.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot be written as JSON: " + e.getMessage(), e);
        }
        return bytes.toByteArray();
    }

    private void write(Event event) throws IOException {
        text(Field.EVENT_ID, event.origin().eventId());
        text(Field.EVENT_TYPE, event.type().wireName());
        text(Field.TIMESTAMP, UtcText.of(event.origin().timestamp()));
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

    private void write(JobCreated job) throws IOException {
        text(Field.JOB_ID, job.jobId());
        text(Field.JOB_TYPE, job.jobType());
    }

    private void write(JobStarted job) throws IOException {
        text(Field.JOB_ID, job.jobId());
        text(Field.JOB_TYPE, job.jobType());
    }

    private void write(JobCompleted job) throws IOException {
        text(Field.JOB_ID, job.jobId());
        text(Field.JOB_TYPE, job.jobType());
        text(Field.STATUS, job.status().wireName());
        number(Field.DURATION_SECONDS, job.durationSeconds());
        text(Field.ERROR_CODE, job.errorCode());
    }

    private void write(BatchCreated batch) throws IOException {
        text(Field.BATCH_ID, batch.batchId());
        number(Field.SIZE, batch.size());
    }

    private void write(BatchCompleted batch) throws IOException {
        text(Field.BATCH_ID, batch.batchId());
        text(Field.STATUS, batch.status().wireName());
        number(Field.PROCESSING_SECONDS, batch.processingSeconds());
    }

    private void write(LlmCompleted llm) throws IOException {
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

    private void write(CacheHit hit) throws IOException {
        text(Field.CACHE, hit.cache());
        number(Field.SAVED_USD, hit.savedUsd());
        number(Field.SAVED_TOKENS, hit.savedTokens());
    }

    private void write(CacheSize size) throws IOException {
        text(Field.CACHE, size.cache());
        number(Field.ENTRIES, size.entries());
        text(Field.INSTANCE, size.instance());
    }

    private void write(RequestCompleted request) throws IOException {
        text(Field.METHOD, request.method());
        text(Field.ROUTE, request.route());
        number(Field.STATUS_CODE, (long) request.statusCode());
        number(Field.DURATION_SECONDS, request.durationSeconds());
    }

    private void write(DatabaseError error) throws IOException {
        text(Field.DATABASE, error.database());
        text(Field.OPERATION, error.operation());
        text(Field.ERROR_CODE, error.errorCode());
    }

    private void write(LogRecord log) throws IOException {
        text(Field.TIMESTAMP, UtcText.of(log.timestamp()));
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
            out.writeFieldName(field.getKey());
            out.writeTree(field.getValue());
        }
    }

    private void write(TraceContext context) throws IOException {
        text(Field.TRACE_ID, context.traceId());
        text(Field.REQUEST_ID, context.requestId());
        text(Field.USER_ID, context.userId());
        text(Field.JOB_ID, context.jobId());
        text(Field.BATCH_ID, context.batchId());
    }

    private void text(Field field, @Nullable String value) throws IOException {
        if (value != null) {
            out.writeFieldName(NAMES[field.index()]);
            out.writeString(value);
        }
    }

    private void number(Field field, double value) throws IOException {
        out.writeFieldName(NAMES[field.index()]);
        out.writeNumber(value);
    }

    private void number(Field field, long value) throws IOException {
        out.writeFieldName(NAMES[field.index()]);
        out.writeNumber(value);
    }

    private void number(Field field, @Nullable Double value) throws IOException {
        if (value != null) {
            number(field, value.doubleValue());
        }
    }

    private void number(Field field, @Nullable Long value) throws IOException {
        if (value != null) {
            number(field, value.longValue());
        }
    }

    private void number(Field field, @Nullable BigDecimal value) throws IOException {
        if (value != null) {
            out.writeFieldName(NAMES[field.index()]);
            Json.writeDecimal(value, out);
        }
    }
}
