package io.throughline.event;

import java.math.BigDecimal;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A cache had the answer.
 *
 * @param origin id, event time and service
 * @param cache name of the cache
 * @param savedUsd US dollars that the hit saved
 * @param savedTokens tokens that the hit saved
 */
public record CacheHit(Origin origin, String cache, @Nullable BigDecimal savedUsd,
        @Nullable Long savedTokens) implements Event {

    /** Refuses values out of range with {@link IllegalArgumentException}. */
    public CacheHit {
        Objects.requireNonNull(origin, "origin");
        Range.notEmpty("cache", cache);
        savedUsd = Range.usd("saved_usd", savedUsd);
        Range.count("saved_tokens", savedTokens);
    }

    @Override
    public EventType type() {
        return EventType.CACHE_HIT;
    }
}
