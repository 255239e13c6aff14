package io.throughline.event;

import java.time.Instant;
import java.util.Objects;

/**
 * What every event knows of itself.
 *
 * @param eventId unique id of the event; a second event with the same id is the same event sent again
 * @param timestamp the event time, to the nanosecond
 * @param service the service that the event comes from
 */
public record Origin(String eventId, Instant timestamp, String service) {

    /** Refuses empty texts with {@link IllegalArgumentException}. */
    public Origin {
        Range.notEmpty("event_id", eventId);
        Objects.requireNonNull(timestamp, "timestamp");
        Range.notEmpty("service", service);
    }
}
