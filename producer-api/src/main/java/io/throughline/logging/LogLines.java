package io.throughline.logging;

import com.fasterxml.jackson.databind.JsonNode;
import io.throughline.event.LogLevel;
import io.throughline.event.LogRecord;
import io.throughline.trace.TraceContext;
import io.throughline.trace.TraceHeaders;
import io.throughline.trace.TraceScope;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Makes log lines as the contract has them from what a logging framework knows. Never throws, whatever the values are;
 * lines, stack traces and fields have bounds, and what is cut says so. Thread-safe.
 */
public final class LogLines {

    /** The trace of what a process does outside of any request, such as its start. */
    private static final TraceContext PROCESS = TraceScope.newTrace();

    private static final Set<String> IDS = Set.of(TraceHeaders.TRACE_ID, TraceHeaders.REQUEST_ID, TraceHeaders.USER_ID,
            TraceHeaders.JOB_ID, TraceHeaders.BATCH_ID);
    private static final Set<String> TAKEN = Set.of("timestamp", "level", "logger", "message", "service",
            "stack_trace", "duration_ms", "status_code", "error_code");
    private static final int LONGEST_MESSAGE = 64 * 1024;
    private static final int LONGEST_STACK_TRACE = 64 * 1024;
    private static final int LONGEST_NAME = 128;

    private final String service;

    /** Lines of this service. */
    public LogLines(String service) {
        this.service = service;
    }

    /**
     * The line. Of {@code pairs} and the MDC the ids of the context, {@code duration_ms} (a number or a
     * {@link Duration}), {@code status_code} and {@code error_code} become the fields of that name and all others
     * further fields; pairs win. A name that a line has anyway, such as {@code message}, gets a {@code _} behind it.
     */
    public LogRecord line(LoggedEvent event) {
        try {
            return whole(event);
        } catch (RuntimeException e) {
            // A value that no field takes: the line goes without its fields, and says so.
            return new LogRecord(event.timestamp(), level(event), event.logger(),
                    LineValues.cut(event.message(), LONGEST_MESSAGE), PROCESS, service, null, null, null, null,
                    Map.of("fields_lost", new LineValues().text(String.valueOf(e.getMessage()))));
        }
    }

    private LogRecord whole(LoggedEvent event) {
        var fields = new LinkedHashMap<String, JsonNode>();
        var values = new LineValues();
        fields.put("thread", values.text(event.thread()));
        if (!event.markers().isEmpty()) {
            fields.put("markers", values.of(event.markers()));
        }
        event.mdc().forEach((name, value) -> put(fields, name, value, values));
        event.pairs().forEach((name, value) -> put(fields, name, value, values));
        return new LogRecord(event.timestamp(), level(event), event.logger(),
                LineValues.cut(event.message(), LONGEST_MESSAGE), context(event), service, duration(event),
                status(event), text(event, "error_code"),
                event.stackTrace() == null ? null : LineValues.cut(event.stackTrace(), LONGEST_STACK_TRACE), fields);
    }

    private static LogLevel level(LoggedEvent event) {
        boolean critical = event.markers().contains("CRITICAL") || event.markers().contains("FATAL");
        return critical ? LogLevel.CRITICAL : event.level();
    }

    private static void put(Map<String, JsonNode> fields, String name, @Nullable Object value, LineValues values) {
        if (name.isEmpty() || IDS.contains(name) || isOwn(name, value)) {
            return;
        }
        String key = name.length() > LONGEST_NAME ? name.substring(0, LONGEST_NAME) : name;
        fields.put(TAKEN.contains(key) ? key + '_' : key, values.of(value));
    }

    private static boolean isOwn(String name, @Nullable Object value) {
        return switch (name) {
            case "duration_ms" -> milliseconds(value) != null;
            case "status_code" -> integer(value) != null;
            case "error_code" -> value != null;
            default -> false;
        };
    }

    private static TraceContext context(LoggedEvent event) {
        String traceId = text(event, TraceHeaders.TRACE_ID);
        TraceContext current = TraceScope.currentOrNull();
        TraceContext base = current == null ? PROCESS : current;
        if (traceId != null && !traceId.equals(base.traceId())) {
            base = TraceContext.of(traceId);
        }
        return new TraceContext(base.traceId(), or(text(event, TraceHeaders.REQUEST_ID), base.requestId()),
                or(text(event, TraceHeaders.USER_ID), base.userId()),
                or(text(event, TraceHeaders.JOB_ID), base.jobId()),
                or(text(event, TraceHeaders.BATCH_ID), base.batchId()));
    }

    private static @Nullable String or(@Nullable String one, @Nullable String other) {
        return one == null ? other : one;
    }

    /** The pair of that name as text, else the MDC's entry; null where neither says anything. */
    private static @Nullable String text(LoggedEvent event, String name) {
        Object pair = event.pairs().get(name);
        String text = pair == null ? event.mdc().get(name) : LineValues.string(pair);
        return text == null || text.isBlank() ? null : LineValues.cut(text, 1024);
    }

    private static @Nullable Object value(LoggedEvent event, String name) {
        Object pair = event.pairs().get(name);
        return pair == null ? event.mdc().get(name) : pair;
    }

    private static @Nullable BigDecimal duration(LoggedEvent event) {
        return milliseconds(value(event, "duration_ms"));
    }

    private static @Nullable Integer status(LoggedEvent event) {
        return integer(value(event, "status_code"));
    }

    private static @Nullable BigDecimal milliseconds(@Nullable Object value) {
        if (value instanceof Duration duration) {
            return duration.isNegative() ? null : BigDecimal.valueOf(duration.toNanos(), 6).stripTrailingZeros();
        }
        BigDecimal number = number(value);
        boolean usable = number != null && number.signum() >= 0 && number.scale() <= 64 && number.scale() > -12
                && number.precision() <= 64 && number.compareTo(new BigDecimal("3.2e12")) <= 0;
        return usable ? number : null;
    }

    private static @Nullable Integer integer(@Nullable Object value) {
        BigDecimal number = number(value);
        if (number == null || number.scale() > 0 || number.scale() < -9 || number.precision() > 9) {
            return null;
        }
        return number.intValue();
    }

    private static @Nullable BigDecimal number(@Nullable Object value) {
        if (value instanceof Number || (value instanceof String text && text.length() <= 40)) {
            try {
                return new BigDecimal(value.toString());
            } catch (RuntimeException e) {
                return null;
            }
        }
        return null;
    }
}
