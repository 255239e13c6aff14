package io.throughline.logging;

import io.throughline.event.LogLevel;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What every logging framework knows of a line.
 *
 * @param timestamp when it was logged
 * @param level how severe it is
 * @param logger the logger's name
 * @param message the text with its arguments
 * @param thread name of the thread that logged it
 * @param mdc the MDC of that thread
 * @param markers names of its markers
 * @param pairs its key-value pairs
 * @param stackTrace of its exception
 */
public record LoggedEvent(Instant timestamp, LogLevel level, String logger, String message, String thread,
        Map<String, String> mdc, List<String> markers, Map<String, @Nullable Object> pairs,
        @Nullable String stackTrace) {}
