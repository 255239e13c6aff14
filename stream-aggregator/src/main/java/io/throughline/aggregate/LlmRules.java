package io.throughline.aggregate;

import io.throughline.event.LlmCompleted;
import java.math.BigDecimal;
import java.util.OptionalLong;

/** What a call to a language model counts, tokens and cost included. */
final class LlmRules {

    private final Prices prices;

    LlmRules(Prices prices) {
        this.prices = prices;
    }

    void observe(LlmCompleted call, Observer observer) {
        String model = call.model();
        observer.count(Metric.LLM_REQUESTS, model, call.status().wireName());
        observer.observe(Metric.LLM_LATENCY_SECONDS, model, Nanos.of(call.latencySeconds()));
        observer.observe(Metric.TOKENS_USED, model, Nanos.ofWhole(call.promptTokens() + call.completionTokens()));
        tokens(call, observer);
        OptionalLong nanoUsd = cost(call);
        nanoUsd.ifPresent(known -> observer.observe(Metric.LLM_COST_USD, model, known));
        // At zero for priced calls, so that the first one without a price is an increase.
        observer.observe(Metric.LLM_UNPRICED_REQUESTS, model, nanoUsd.isPresent() ? 0 : Nanos.ONE);
    }

    private static void tokens(LlmCompleted call, Observer observer) {
        long cached = cached(call);
        observer.observe(Metric.LLM_TOKENS, call.model(), "prompt",
                Nanos.ofWhole(call.promptTokens() - cached));
        observer.observe(Metric.LLM_TOKENS, call.model(), "cached", Nanos.ofWhole(cached));
        observer.observe(Metric.LLM_TOKENS, call.model(), "completion",
                Nanos.ofWhole(call.completionTokens()));
    }

    /** What the service reported wins over the price table. */
    private OptionalLong cost(LlmCompleted call) {
        BigDecimal reported = call.costUsd();
        if (reported != null) {
            return OptionalLong.of(Nanos.of(reported));
        }
        return prices.costNanoUsd(call.model(), call.origin().timestamp(), call.promptTokens() - cached(call),
                cached(call), call.completionTokens());
    }

    private static long cached(LlmCompleted call) {
        Long cached = call.cachedTokens();
        return cached == null ? 0 : cached;
    }
}
