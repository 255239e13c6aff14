package io.throughline.log4j;

import io.throughline.event.LogLevel;
import io.throughline.logging.LoggedEvent;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.Marker;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.message.MapMessage;
import org.apache.logging.log4j.message.Message;
import org.jspecify.annotations.Nullable;

/** What Log4j knows of a line. */
final class Log4jLines {

    private Log4jLines() {}

    static LoggedEvent of(LogEvent event) {
        var time = event.getInstant();
        return new LoggedEvent(Instant.ofEpochSecond(time.getEpochSecond(), time.getNanoOfSecond()),
                level(event.getLevel()), event.getLoggerName() == null ? "" : event.getLoggerName(),
                message(event.getMessage()), String.valueOf(event.getThreadName()), event.getContextData().toMap(),
                markers(event.getMarker()), pairs(event.getMessage()), stackTrace(event.getThrown()));
    }

    private static String message(Message message) {
        try {
            String text = message.getFormattedMessage();
            return text == null ? "null" : text;
        } catch (RuntimeException e) {
            return "(the message cannot be shown: " + e.getClass().getName() + ')';
        }
    }

    private static LogLevel level(Level level) {
        return LogLevel.of(level.name()).orElseGet(() -> level.isMoreSpecificThan(Level.ERROR)
                ? LogLevel.ERROR
                : level.isMoreSpecificThan(Level.WARN)
                        ? LogLevel.WARNING
                        : level.isMoreSpecificThan(Level.INFO) ? LogLevel.INFO : LogLevel.DEBUG);
    }

    private static List<String> markers(@Nullable Marker marker) {
        if (marker == null) {
            return List.of();
        }
        List<String> names = new ArrayList<>(List.of(marker.getName()));
        if (marker.hasParents()) {
            for (Marker parent : marker.getParents()) {
                names.add(parent.getName());
            }
        }
        return names;
    }

    /** The entries of a map message; SLF4J's key-value pairs come as one. */
    private static Map<String, @Nullable Object> pairs(Message message) {
        Map<String, @Nullable Object> pairs = new LinkedHashMap<>();
        if (message instanceof MapMessage<?, ?> map) {
            map.getData().forEach(pairs::put);
        }
        return pairs;
    }

    private static @Nullable String stackTrace(@Nullable Throwable thrown) {
        if (thrown == null) {
            return null;
        }
        var text = new StringWriter();
        try {
            thrown.printStackTrace(new PrintWriter(text));
        } catch (RuntimeException | StackOverflowError e) {
            text.append(thrown.getClass().getName() + " (cannot be shown: " + e.getClass().getName() + ')');
        }
        return text.toString().stripTrailing();
    }
}
