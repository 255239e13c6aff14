package io.throughline.event;

import java.util.Objects;

/**
 * A service answered an HTTP request.
 *
 * @param origin id, event time and service
 * @param method HTTP method
 * @param route the route, with its variables as names
 * @param statusCode HTTP status, 100 to 599
 * @param durationSeconds from first byte in to last byte out
 */
public record RequestCompleted(Origin origin, String method, String route, int statusCode,
        double durationSeconds) implements Event {

    /** Refuses values out of range with {@link IllegalArgumentException}. */
    public RequestCompleted {
        Objects.requireNonNull(origin, "origin");
        Range.notEmpty("method", method);
        Range.notEmpty("route", route);
        if (statusCode < 100 || statusCode > 599) {
            throw new IllegalArgumentException("status_code must be from 100 to 599, got " + statusCode);
        }
        durationSeconds = Range.seconds("duration_seconds", durationSeconds);
    }

    @Override
    public EventType type() {
        return EventType.REQUEST_COMPLETED;
    }
}
