package io.throughline.logs;

import io.throughline.event.CacheHit;
import io.throughline.event.CacheMiss;
import io.throughline.event.Event;
import io.throughline.event.LlmCompleted;
import java.math.BigDecimal;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a trace cost and used in all. Each event counts once, however often it was sent.
 *
 * <p>Costs are those that events tell, added as decimals: {@code 0.1 + 0.2} is {@code 0.3}. A call whose event tells
 * none is counted as unpriced and never taken for free.
 */
final class Totals {

    long llmCalls;
    long unpricedCalls;
    @Nullable
    BigDecimal costUsd;
    long promptTokens;
    long cachedTokens;
    long completionTokens;
    long cacheHits;
    long cacheMisses;
    @Nullable
    BigDecimal savedUsd;
    long savedTokens;

    static Totals of(List<Item> items, Set<Integer> duplicates) {
        var totals = new Totals();
        for (int i = 0; i < items.size(); i++) {
            Event event = items.get(i).event();
            if (event != null && !duplicates.contains(i)) {
                totals.add(event);
            }
        }
        return totals;
    }

    private void add(Event event) {
        if (event instanceof LlmCompleted call) {
            llmCalls++;
            unpricedCalls += call.costUsd() == null ? 1 : 0;
            costUsd = sum(costUsd, call.costUsd());
            promptTokens += call.promptTokens();
            cachedTokens += call.cachedTokens() == null ? 0 : call.cachedTokens();
            completionTokens += call.completionTokens();
        } else if (event instanceof CacheHit hit) {
            cacheHits++;
            savedUsd = sum(savedUsd, hit.savedUsd());
            savedTokens += hit.savedTokens() == null ? 0 : hit.savedTokens();
        } else if (event instanceof CacheMiss) {
            cacheMisses++;
        }
    }

    private static @Nullable BigDecimal sum(@Nullable BigDecimal one, @Nullable BigDecimal other) {
        return one == null ? other : other == null ? one : one.add(other);
    }
}
