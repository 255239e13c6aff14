package io.throughline.event;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;
import java.util.Optional;

/** Levels of a log line, in rising order of severity. */
public enum LogLevel {
    /** Detailed diagnostic information. */
    DEBUG,
    /** General informational messages. */
    INFO,
    /** Something is off, and the system still works. */
    WARNING,
    /** A request failed. */
    ERROR,
    /** The system is unstable. */
    CRITICAL;

    /** Reads a level in any case; WARN is WARNING, FATAL is CRITICAL and TRACE is DEBUG. */
    public static Optional<LogLevel> of(String text) {
        return switch (text.toUpperCase(Locale.ROOT)) {
            case "TRACE", "DEBUG" -> Optional.of(DEBUG);
            case "INFO" -> Optional.of(INFO);
            case "WARN", "WARNING" -> Optional.of(WARNING);
            case "ERROR" -> Optional.of(ERROR);
            case "FATAL", "CRITICAL" -> Optional.of(CRITICAL);
            default -> Optional.empty();
        };
    }

    /** The value on the wire. */
    @JsonValue
    public String wireName() {
        return name();
    }
}
