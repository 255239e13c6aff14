package io.throughline.local.demo;

import com.fasterxml.jackson.databind.JsonNode;
import io.throughline.event.Event;
import io.throughline.event.LogLevel;
import io.throughline.event.LogRecord;
import io.throughline.event.Origin;
import io.throughline.trace.TraceContext;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Writes down what one strand of work emits, one thing after the other. Not thread-safe. */
final class Script {

    private final Timeline timeline;
    private final Ids ids;
    private final TraceContext context;
    private Instant now;

    Script(Timeline timeline, Ids ids, TraceContext context, Instant now) {
        this.timeline = timeline;
        this.ids = ids;
        this.context = context;
        this.now = now;
    }

    /** Work that goes on beside this from now, with ids of its own. */
    Script beside(UnaryOperator<TraceContext> within) {
        return new Script(timeline, ids, within.apply(context), now);
    }

    TraceContext context() {
        return context;
    }

    Instant now() {
        return now;
    }

    Script pass(double seconds) {
        now = now.plusNanos((long) (seconds * 1e9)).truncatedTo(ChronoUnit.MICROS);
        return this;
    }

    Script until(Instant later) {
        now = later.isAfter(now) ? later : now;
        return this;
    }

    /** To the microsecond, as services measure. */
    static double rounded(double seconds) {
        return Math.round(seconds * 1e6) / 1e6;
    }

    /** Seconds since then. */
    double since(Instant then) {
        return ChronoUnit.MICROS.between(then, now) / 1e6;
    }

    Script event(String service, Function<Origin, Event> event) {
        var origin = new Origin(ids.event(now), now, service);
        timeline.plan(new Emission.Happened(event.apply(origin), context));
        return this;
    }

    Script log(String service, LogLevel level, String part, String message) {
        return log(line(service, level, part, message));
    }

    Script log(Line line) {
        timeline.plan(new Emission.Logged(new LogRecord(now, line.level, line.service + '.' + line.part, line.message,
                context, line.service, line.durationMs, line.statusCode, line.errorCode, line.stackTrace,
                line.fields)));
        return this;
    }

    static Line line(String service, LogLevel level, String part, String message) {
        return new Line(service, level, part, message);
    }

    /** A log line with what it says beyond its message. */
    static final class Line {
        private final String service;
        private final LogLevel level;
        private final String part;
        private final String message;
        private final Map<String, JsonNode> fields = new LinkedHashMap<>();
        private @Nullable BigDecimal durationMs;
        private @Nullable Integer statusCode;
        private @Nullable String errorCode;
        private @Nullable String stackTrace;

        private Line(String service, LogLevel level, String part, String message) {
            this.service = service;
            this.level = level;
            this.part = part;
            this.message = message;
        }

        Line took(double seconds) {
            durationMs = BigDecimal.valueOf(Math.round(seconds * 1e6), 3);
            return this;
        }

        Line status(int code) {
            statusCode = code;
            return this;
        }

        Line error(String code, @Nullable String trace) {
            errorCode = code;
            stackTrace = trace;
            return this;
        }

        Line with(String name, JsonNode value) {
            fields.put(name, value);
            return this;
        }
    }
}
