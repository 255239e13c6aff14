package io.throughline.logback;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import io.throughline.event.LogLevel;
import io.throughline.logging.LoggedEvent;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Marker;
import org.slf4j.event.KeyValuePair;

/** What Logback knows of a line. */
final class LogbackLines {

    private LogbackLines() {}

    static LoggedEvent of(ILoggingEvent event) {
        Instant timestamp = event.getInstant();
        return new LoggedEvent(timestamp == null ? Instant.ofEpochMilli(event.getTimeStamp()) : timestamp,
                level(event.getLevel()), event.getLoggerName(), message(event), String.valueOf(event.getThreadName()),
                mdc(event), markers(event.getMarkerList()), pairs(event.getKeyValuePairs()),
                stackTrace(event.getThrowableProxy()));
    }

    /** The arguments of a message are anybody's objects, too. */
    private static String message(ILoggingEvent event) {
        try {
            String message = event.getFormattedMessage();
            return message == null ? "null" : message;
        } catch (RuntimeException e) {
            return event.getMessage() + " (its arguments cannot be shown: " + e.getClass().getName() + ')';
        }
    }

    private static Map<String, String> mdc(ILoggingEvent event) {
        Map<String, String> mdc = event.getMDCPropertyMap();
        return mdc == null ? Map.of() : mdc;
    }

    private static LogLevel level(Level level) {
        return LogLevel.of(level.toString()).orElse(LogLevel.INFO);
    }

    private static List<String> markers(@Nullable List<Marker> markers) {
        return markers == null ? List.of() : markers.stream().map(Marker::getName).toList();
    }

    private static Map<String, @Nullable Object> pairs(@Nullable List<KeyValuePair> pairs) {
        if (pairs == null || pairs.isEmpty()) {
            return Map.of();
        }
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        pairs.forEach(pair -> map.put(String.valueOf(pair.key), pair.value));
        return map;
    }

    private static @Nullable String stackTrace(@Nullable IThrowableProxy thrown) {
        return thrown == null ? null : ThrowableProxyUtil.asString(thrown).stripTrailing();
    }
}
