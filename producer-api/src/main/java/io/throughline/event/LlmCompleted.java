package io.throughline.event;

import java.math.BigDecimal;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A call to a language model ended.
 *
 * @param origin id, event time and service
 * @param model the model asked, such as {@code gpt-4o}
 * @param status how it ended
 * @param latencySeconds from request to last byte
 * @param promptTokens tokens sent, those found in a cache included
 * @param completionTokens tokens received
 * @param cachedTokens the part of {@code promptTokens} that the provider had cached
 * @param provider who serves the model
 * @param timeToFirstTokenSeconds from request to first token
 * @param costUsd price of the call in US dollars, when the service knows it
 * @param errorCode what went wrong, as a short code
 */
public record LlmCompleted(Origin origin, String model, LlmStatus status, double latencySeconds, long promptTokens,
        long completionTokens, @Nullable Long cachedTokens, @Nullable String provider,
        @Nullable Double timeToFirstTokenSeconds, @Nullable BigDecimal costUsd,
        @Nullable String errorCode) implements Event {

    /** Refuses values out of range with {@link IllegalArgumentException}. */
    public LlmCompleted {
        Objects.requireNonNull(origin, "origin");
        Range.notEmpty("model", model);
        Objects.requireNonNull(status, "status");
        latencySeconds = Range.seconds("latency_seconds", latencySeconds);
        Range.count("prompt_tokens", promptTokens);
        Range.count("completion_tokens", completionTokens);
        Range.count("cached_tokens", cachedTokens);
        if (cachedTokens != null && cachedTokens > promptTokens) {
            throw new IllegalArgumentException(
                    "cached_tokens is part of prompt_tokens (" + promptTokens + "), got " + cachedTokens);
        }
        timeToFirstTokenSeconds = Range.optionalSeconds("time_to_first_token_seconds", timeToFirstTokenSeconds);
        costUsd = Range.usd("cost_usd", costUsd);
    }

    @Override
    public EventType type() {
        return EventType.LLM_COMPLETED;
    }
}
