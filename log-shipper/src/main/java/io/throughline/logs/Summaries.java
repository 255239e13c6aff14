package io.throughline.logs;

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
import io.throughline.event.JobStatus;
import io.throughline.event.LlmCompleted;
import io.throughline.event.LlmStatus;
import io.throughline.event.LogLevel;
import io.throughline.event.LogRecord;
import io.throughline.event.RequestCompleted;
import io.throughline.event.ServiceHeartbeat;
import org.jspecify.annotations.Nullable;

/** One line for a person about an event or a log line, and whether it tells of a failure. */
final class Summaries {

    private static final int LONGEST = 200;

    private Summaries() {}

    static String of(LogRecord log) {
        return log.level() + " " + firstLine(log.message());
    }

    static String of(Event event) {
        return firstLine(switch (event) {
            case JobCreated e -> "job " + e.jobId() + " created (" + e.jobType() + ")";
            case JobStarted e -> "job " + e.jobId() + " started (" + e.jobType() + ")";
            case JobCompleted e -> "job " + e.jobId() + " completed: " + e.status().wireName()
                    + seconds(e.durationSeconds()) + code(e.errorCode());
            case BatchCreated e -> "batch " + e.batchId() + " created" + (e.size() == null
                    ? ""
                    : ", " + e.size()
                            + " jobs");
            case BatchCompleted e -> "batch " + e.batchId() + " completed: " + e.status().wireName()
                    + seconds(e.processingSeconds());
            case LlmCompleted e -> e.model() + " " + e.status().wireName() + seconds(e.latencySeconds()) + ", "
                    + e.promptTokens() + "+" + e.completionTokens() + " tokens" + code(e.errorCode());
            case CacheHit e -> "cache " + e.cache() + " hit";
            case CacheMiss e -> "cache " + e.cache() + " miss";
            case CacheSize e -> "cache " + e.cache() + " holds " + e.entries() + " entries";
            case RequestCompleted e -> e.method() + " " + e.route() + " " + e.statusCode()
                    + seconds(e.durationSeconds());
            case DatabaseError e -> "database " + e.database() + " failed: " + e.operation() + code(e.errorCode());
            case ServiceHeartbeat e -> "heartbeat of " + e.instance();
        });
    }

    static boolean failed(LogRecord log) {
        return log.level().compareTo(LogLevel.ERROR) >= 0;
    }

    static boolean failed(Event event) {
        return switch (event) {
            case JobCompleted e -> e.status() == JobStatus.FAILED;
            case BatchCompleted e -> e.status() == JobStatus.FAILED;
            case LlmCompleted e -> e.status() != LlmStatus.SUCCESS;
            case RequestCompleted e -> e.statusCode() >= 500;
            case DatabaseError e -> true;
            case JobCreated e -> false;
            case JobStarted e -> false;
            case BatchCreated e -> false;
            case CacheHit e -> false;
            case CacheMiss e -> false;
            case CacheSize e -> false;
            case ServiceHeartbeat e -> false;
        };
    }

    private static String firstLine(String text) {
        String line = text.lines().findFirst().orElse("");
        return line.length() <= LONGEST ? line : line.substring(0, LONGEST) + "…";
    }

    private static String seconds(@Nullable Double seconds) {
        return seconds == null ? "" : ", " + seconds + " s";
    }

    private static String code(@Nullable String errorCode) {
        return errorCode == null ? "" : ", " + errorCode;
    }
}
