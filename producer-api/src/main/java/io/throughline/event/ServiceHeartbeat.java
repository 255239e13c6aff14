package io.throughline.event;

import java.util.Objects;

/**
 * An instance of a service is alive.
 *
 * @param origin id, event time and service
 * @param instance the instance
 */
public record ServiceHeartbeat(Origin origin, String instance) implements Event {

    /** Refuses values out of range with {@link IllegalArgumentException}. */
    public ServiceHeartbeat {
        Objects.requireNonNull(origin, "origin");
        Range.notEmpty("instance", instance);
    }

    @Override
    public EventType type() {
        return EventType.SERVICE_HEARTBEAT;
    }
}
