package io.throughline.event;

import java.util.Objects;

/**
 * A cache did not have the answer.
 *
 * @param origin id, event time and service
 * @param cache name of the cache
 */
public record CacheMiss(Origin origin, String cache) implements Event {

    /** Refuses values out of range with {@link IllegalArgumentException}. */
    public CacheMiss {
        Objects.requireNonNull(origin, "origin");
        Range.notEmpty("cache", cache);
    }

    @Override
    public EventType type() {
        return EventType.CACHE_MISS;
    }
}
