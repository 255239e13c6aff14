package io.throughline.event;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How many entries a cache holds now, as one instance of a service reports it.
 *
 * @param origin id, event time and service
 * @param cache name of the cache
 * @param entries entries it holds now
 * @param instance the instance that reports
 */
public record CacheSize(Origin origin, String cache, long entries, @Nullable String instance) implements Event {

    /** Refuses values out of range with {@link IllegalArgumentException}. */
    public CacheSize {
        Objects.requireNonNull(origin, "origin");
        Range.notEmpty("cache", cache);
        Range.notTooLong("instance", instance);
        Range.count("entries", entries);
    }

    @Override
    public EventType type() {
        return EventType.CACHE_SIZE;
    }
}
