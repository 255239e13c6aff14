package io.throughline.local.demo;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;

/**
 * A language model as callers see it.
 *
 * @param name as the label {@code model}
 * @param provider who serves it
 * @param firstTokenSeconds median time to the first token
 * @param secondsPerToken median time for each further token
 * @param promptUsd US dollars for a million prompt tokens; those cached cost half
 * @param completionUsd US dollars for a million completion tokens
 */
record Model(String name, String provider, double firstTokenSeconds, double secondsPerToken, double promptUsd,
        double completionUsd) {

    /** Repeated as often as they are used. */
    static final List<Model> ALL = List.of(
            new Model("gpt-4o", "openai", 0.45, 0.011, 2.50, 10.00),
            new Model("gpt-4o-mini", "openai", 0.30, 0.006, 0.15, 0.60),
            new Model("gpt-4o-mini", "openai", 0.30, 0.006, 0.15, 0.60),
            new Model("claude-sonnet-4-5", "anthropic", 0.60, 0.013, 3.00, 15.00),
            new Model("gemini-2.0-flash", "google", 0.25, 0.004, 0.10, 0.40));

    /** The price of a call, to a millionth of a dollar. */
    BigDecimal price(long promptTokens, long cachedTokens, long completionTokens) {
        double usd = ((promptTokens - cachedTokens / 2.0) * promptUsd + completionTokens * completionUsd) / 1e6;
        return BigDecimal.valueOf(usd).setScale(6, RoundingMode.HALF_UP);
    }
}
