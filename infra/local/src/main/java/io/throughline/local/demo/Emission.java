package io.throughline.local.demo;

import io.throughline.event.Event;
import io.throughline.event.LogRecord;
import io.throughline.trace.TraceContext;
import java.time.Instant;

/** One thing that a service of the platform publishes. */
sealed interface Emission {

    /** When. */
    Instant at();

    /** Whose work it belongs to. */
    TraceContext context();

    /**
     * An event.
     *
     * @param event what happened
     * @param context whose work it belongs to
     */
    record Happened(Event event, TraceContext context) implements Emission {

        @Override
        public Instant at() {
            return event.origin().timestamp();
        }
    }

    /**
     * A log line.
     *
     * @param log the line
     */
    record Logged(LogRecord log) implements Emission {

        @Override
        public Instant at() {
            return log.timestamp();
        }

        @Override
        public TraceContext context() {
            return log.context();
        }
    }
}
