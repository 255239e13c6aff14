package io.throughline.local;

import com.fasterxml.jackson.databind.JsonNode;
import io.throughline.event.LogLevel;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;

/**
 * One entry of a trace as the timeline shows it. Texts are safe to print.
 *
 * @param at when it happened; for an event with a duration, when it ended
 * @param duration how long an event took
 * @param service where it comes from
 * @param what the event's type or the log line's level
 * @param summary what it says
 * @param severity how it is to be seen
 */
record TraceEntry(Instant at, Optional<Duration> duration, String service, String what, String summary,
        Severity severity) {

    private static final List<String> DURATIONS = List.of("duration_seconds", "latency_seconds", "processing_seconds");
    private static final double LONGEST_SECONDS = 3.2e9;

    /** How an entry is to be seen. */
    enum Severity {
        /** Diagnostic detail. */
        DETAIL,
        /** As it should be. */
        NORMAL,
        /** Something is off. */
        WARNING,
        /** Something failed. */
        FAILURE
    }

    /** Reads an entry of {@code /api/v1/traces}; one without a time of its own stands where the trace starts. */
    static TraceEntry of(JsonNode entry, JsonNode startedAt) {
        JsonNode record = entry.path("record");
        boolean event = text(entry, "kind").equals("event");
        // A record that the shipper cannot read any more has no summary, and is a text.
        String summary = entry.path("summary").asText(record.asText(""));
        JsonNode time = entry.hasNonNull("timestamp") ? entry.path("timestamp") : startedAt;
        if (event) {
            return of(entry, time, duration(record), text(record, "event_type"), summary, ofStatus(record));
        }
        String level = LogLevel.of(text(record, "level")).map(LogLevel::wireName).orElse("");
        // The summary of a log line repeats its level, which has a column of its own.
        String message = text(record, "message");
        return of(entry, time, Optional.empty(), level, message.isEmpty() ? summary : message, ofLevel(level));
    }

    private static TraceEntry of(JsonNode entry, JsonNode time, Optional<Duration> duration, String what,
            String summary, Severity severity) {
        return new TraceEntry(instant(time).orElse(Instant.EPOCH), duration,
                Printable.text(text(entry, "service")), Printable.text(what), Printable.text(summary), severity);
    }

    private static String text(JsonNode object, String field) {
        return object.path(field).asText("");
    }

    /** When it began. */
    Instant start() {
        return at.minus(duration.orElse(Duration.ZERO));
    }

    static Optional<Instant> instant(JsonNode time) {
        try {
            return Optional.of(DateTimeFormatter.ISO_OFFSET_DATE_TIME.parse(time.asText(), Instant::from));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    private static Optional<Duration> duration(JsonNode record) {
        return DURATIONS.stream().map(record::path).filter(JsonNode::isNumber).map(JsonNode::doubleValue)
                .filter(seconds -> seconds >= 0 && seconds <= LONGEST_SECONDS)
                .map(seconds -> Duration.ofNanos((long) (seconds * 1e9))).findFirst();
    }

    private static Severity ofLevel(String level) {
        return switch (level) {
            case "DEBUG" -> Severity.DETAIL;
            case "WARNING" -> Severity.WARNING;
            case "ERROR", "CRITICAL" -> Severity.FAILURE;
            default -> Severity.NORMAL;
        };
    }

    private static Severity ofStatus(JsonNode record) {
        if (text(record, "event_type").equals("database.error") || record.path("status_code").asInt() >= 500) {
            return Severity.FAILURE;
        }
        return switch (text(record, "status")) {
            case "failed", "error", "timeout" -> Severity.FAILURE;
            case "cancelled", "rate_limited" -> Severity.WARNING;
            default -> record.path("status_code").asInt() >= 400 ? Severity.WARNING : Severity.NORMAL;
        };
    }
}
