package io.throughline.event;

import java.time.Instant;

/**
 * What every event knows of itself.
 *
 * @param eventId unique id of the event; a second event with the same id is the same event sent again
 * @param timestamp the event time, to the nanosecond
 * @param service the service that the event comes from
 */
public record Origin(String eventId, Instant timestamp, String service) {

    /** Refuses empty texts and years that are not of four digits with {@link IllegalArgumentException}. */
    public Origin {
        Range.notEmpty("event_id", eventId);
        Range.time("timestamp", timestamp);
        Range.notEmpty("service", service);
    }
}
