package io.throughline.event;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.databind.JsonNode;
import io.throughline.trace.TraceContext;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One structured log line.
 *
 * @param timestamp when it was written
 * @param level how severe it is
 * @param logger the logger's name, where known
 * @param message the text
 * @param context the trace it belongs to
 * @param service the service that wrote it
 * @param durationMs how long the thing it speaks of took, in milliseconds
 * @param statusCode HTTP status
 * @param errorCode what went wrong, as a short code
 * @param stackTrace stack trace of an exception
 * @param fields further fields by their name on the wire, kept and returned unchanged, in their order
 */
@JsonPropertyOrder({"timestamp", "level", "logger", "message", "context", "duration_ms", "status_code", "service",
        "error_code", "stack_trace"})
public record LogRecord(Instant timestamp, LogLevel level, @Nullable String logger, String message,
        @JsonUnwrapped TraceContext context, @Nullable String service, @Nullable BigDecimal durationMs,
        @Nullable Integer statusCode, @Nullable String errorCode, @Nullable String stackTrace,
        @JsonAnyGetter Map<String, JsonNode> fields) {

    /** Keeps a copy of {@code fields}. */
    public LogRecord {
        Objects.requireNonNull(timestamp, "timestamp");
        Objects.requireNonNull(level, "level");
        Objects.requireNonNull(message, "message");
        Objects.requireNonNull(context, "context");
        fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
    }
}
