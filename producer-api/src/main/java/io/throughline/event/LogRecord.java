package io.throughline.event;

import com.fasterxml.jackson.databind.JsonNode;
import io.throughline.trace.TraceContext;
import io.throughline.trace.TraceHeaders;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
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
 * @param durationMs how long the thing it speaks of took, in milliseconds: 0 to 3.2e12, at most 64 decimals
 * @param statusCode HTTP status
 * @param errorCode what went wrong, as a short code
 * @param stackTrace stack trace of an exception
 * @param fields further fields by their name on the wire, kept and returned unchanged, in their order
 */
public record LogRecord(Instant timestamp, LogLevel level, @Nullable String logger, String message,
        TraceContext context, @Nullable String service, @Nullable BigDecimal durationMs,
        @Nullable Integer statusCode, @Nullable String errorCode, @Nullable String stackTrace,
        Map<String, JsonNode> fields) {

    /** The names on the wire that are no further fields. */
    static final Set<String> OWN_FIELDS = Set.of("timestamp", "level", "logger", "message", "service", "duration_ms",
            "status_code", "error_code", "stack_trace", TraceHeaders.TRACE_ID, TraceHeaders.REQUEST_ID,
            TraceHeaders.USER_ID, TraceHeaders.JOB_ID, TraceHeaders.BATCH_ID);

    /**
     * Keeps a copy of {@code fields}. Refuses years that are not of four digits, a duration out of range, a further
     * field with the name of a field that a log line has anyway, and in further fields numbers of more than 100 digits,
     * with {@link IllegalArgumentException}.
     */
    public LogRecord {
        Range.time("timestamp", timestamp);
        Objects.requireNonNull(level, "level");
        Objects.requireNonNull(message, "message");
        Objects.requireNonNull(context, "context");
        durationMs = Range.milliseconds("duration_ms", durationMs);
        fields = fields.isEmpty() ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(fields));
        fields.forEach(LogRecord::check);
    }

    /** The same line in another trace. */
    public LogRecord withContext(TraceContext other) {
        return new LogRecord(timestamp, level, logger, message, other, service, durationMs, statusCode, errorCode,
                stackTrace, fields);
    }

    private static void check(String name, JsonNode value) {
        if (OWN_FIELDS.contains(name)) {
            throw new IllegalArgumentException(name + " is a field of every log line and cannot be a further one");
        }
        checkNumbers(name, value);
    }

    private static void checkNumbers(String name, JsonNode value) {
        if (value.isBigDecimal() || value.isBigInteger()) {
            Range.digits(TreeFields.shorten(name), value.decimalValue());
        }
        value.forEach(inner -> checkNumbers(name, inner));
    }
}
