package io.throughline.local.demo;

import static io.throughline.local.demo.Script.line;

import com.fasterxml.jackson.databind.node.TextNode;
import io.throughline.event.CacheHit;
import io.throughline.event.CacheMiss;
import io.throughline.event.LlmCompleted;
import io.throughline.event.LlmStatus;
import io.throughline.event.LogLevel;

/** How a worker gets an answer: from its cache, else from a language model, with one more try. */
final class LlmCalls {

    private static final double HIT_RATE = 0.65;
    private static final double TIMEOUT_SECONDS = 10;

    private final Draw draw;
    private final Caches caches;

    LlmCalls(Draw draw, Caches caches) {
        this.draw = draw;
        this.caches = caches;
    }

    /** Whether an answer came. */
    boolean answered(Script script, JobType type, String instance) {
        Model model = draw.oneOf(Model.ALL);
        long prompt = 30 + Math.round(draw.logNormal(type.promptTokens(), 0.5));
        long completion = 5 + Math.round(draw.logNormal(type.completionTokens(), 0.6));
        script.pass(draw.logNormal(0.003, 0.4));
        if (draw.chance(HIT_RATE)) {
            hit(script, type, model, prompt, completion);
            return true;
        }
        script.event(type.service(), origin -> new CacheMiss(origin, Caches.of(type.service())));
        boolean answered = call(script, type, model, prompt, completion)
                || retry(script, type, model, prompt, completion);
        if (answered) {
            caches.add(type.service(), instance);
        }
        return answered;
    }

    private void hit(Script script, JobType type, Model model, long prompt, long completion) {
        script.event(type.service(), origin -> new CacheHit(origin, Caches.of(type.service()),
                model.price(prompt, 0, completion), prompt + completion));
        script.log(type.service(), LogLevel.DEBUG, "cache", "answer found in cache " + Caches.of(type.service()));
    }

    private boolean retry(Script script, JobType type, Model model, long prompt, long completion) {
        script.log(line(type.service(), LogLevel.WARNING, "llm", "asking " + model.name() + " again").with("model",
                TextNode.valueOf(model.name()))).pass(draw.logNormal(0.5, 0.3));
        return call(script, type, model, prompt, completion);
    }

    private boolean call(Script script, JobType type, Model model, long prompt, long completion) {
        LlmStatus status = status();
        double first = draw.logNormal(model.firstTokenSeconds(), 0.35);
        double latency = switch (status) {
            case SUCCESS -> first + completion * draw.logNormal(model.secondsPerToken(), 0.25);
            case TIMEOUT -> TIMEOUT_SECONDS;
            case ERROR, RATE_LIMITED -> draw.logNormal(0.2, 0.4);
        };
        script.pass(latency);
        emit(script, type, model, new Call(status, prompt, cached(prompt), completion, latency, first));
        return status == LlmStatus.SUCCESS;
    }

    /** A call that has ended. */
    private record Call(LlmStatus status, long prompt, long cached, long completion, double latency, double first) {}

    private void emit(Script script, JobType type, Model model, Call call) {
        boolean success = call.status() == LlmStatus.SUCCESS;
        long completion = success ? call.completion() : 0;
        boolean priced = success && draw.chance(0.7);
        double latency = Script.rounded(call.latency());
        script.event(type.service(), origin -> new LlmCompleted(origin, model.name(), call.status(), latency,
                call.prompt(), completion, success ? call.cached() : null, model.provider(),
                success ? Math.min(latency, Script.rounded(call.first())) : null,
                priced ? model.price(call.prompt(), call.cached(), completion) : null,
                success ? null : errorCode(call.status())));
        script.log(success
                ? line(type.service(), LogLevel.INFO, "llm",
                        model.name() + " answered with " + completion + " tokens").took(latency).status(200)
                : line(type.service(), LogLevel.WARNING, "llm", model.name() + " did not answer").took(latency)
                        .status(httpStatus(call.status())).error(errorCode(call.status()), null));
    }

    /** Providers cache prompts from their beginning, in blocks of 128 tokens. */
    private long cached(long prompt) {
        return draw.chance(0.4) ? (long) (prompt * draw.random().nextDouble()) / 128 * 128 : 0;
    }

    private LlmStatus status() {
        double roll = draw.random().nextDouble();
        if (roll < 0.960) {
            return LlmStatus.SUCCESS;
        }
        return roll < 0.975 ? LlmStatus.ERROR : roll < 0.985 ? LlmStatus.TIMEOUT : LlmStatus.RATE_LIMITED;
    }

    private static String errorCode(LlmStatus status) {
        return "llm_" + status.wireName();
    }

    private static int httpStatus(LlmStatus status) {
        return switch (status) {
            case SUCCESS -> 200;
            case ERROR -> 500;
            case TIMEOUT -> 504;
            case RATE_LIMITED -> 429;
        };
    }
}
