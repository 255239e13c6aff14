package io.throughline.bench;

import io.throughline.aggregate.BucketLayout;
import io.throughline.aggregate.Metric;
import java.util.Map;
import java.util.Objects;
import java.util.function.ObjDoubleConsumer;

/**
 * What one event adds to which series, for the variants that keep a keyed state for each series: the same numbers as
 * {@link ByHand}. Stateless.
 */
final class Observations {

    /** Between the name of a metric and its label values. */
    private static final char SEPARATOR = '|';

    private static final Map<String, double[]> BOUNDS = Map.of("llm_latency_seconds",
            bounds(Metric.LLM_LATENCY_SECONDS), "tokens_used", bounds(Metric.TOKENS_USED), "job_duration_seconds",
            bounds(Metric.JOB_DURATION_SECONDS), "batch_processing_seconds", bounds(Metric.BATCH_PROCESSING_SECONDS));

    private Observations() {}

    /** Tells {@code sink} each series, as {@code metric|label value|…}, and the amount. */
    static void of(Message message, ObjDoubleConsumer<String> sink) {
        switch (message) {
            case Message.Llm call -> {
                sink.accept(series("llm_requests_total", call.model(), call.status()), 1);
                sink.accept(series("llm_latency_seconds", call.model()), call.latencySeconds());
                sink.accept(series("tokens_used", call.model()),
                        (double) (call.promptTokens() + call.completionTokens()));
                sink.accept(series("llm_tokens_total", call.model(), "prompt"), (double) call.promptTokens());
                sink.accept(series("llm_tokens_total", call.model(), "completion"), (double) call.completionTokens());
                sink.accept(series("llm_cost_usd_total", call.model()),
                        Objects.requireNonNullElse(call.costUsd(), 0.0));
            }
            case Message.CacheHit hit -> {
                sink.accept("cache_hits_total", 1);
                sink.accept("cache_saved_usd_total", Objects.requireNonNullElse(hit.savedUsd(), 0.0));
            }
            case Message.CacheMiss miss -> sink.accept("cache_misses_total", 1);
            case Message.CacheSize size -> {
                // A gauge of the newest value is left out: nothing is compared by it.
            }
            case Message.JobCreated job -> {
                sink.accept(series("jobs_created_total", job.jobType()), 1);
                sink.accept("active_jobs", 1);
            }
            case Message.JobStarted job -> {
                // nothing to count
            }
            case Message.JobCompleted job -> {
                sink.accept(series("jobs_completed_total", job.jobType(), job.status()), 1);
                sink.accept("active_jobs", -1);
                if (job.durationSeconds() != null) {
                    sink.accept(series("job_duration_seconds", job.jobType()), job.durationSeconds());
                }
            }
            case Message.BatchCreated batch -> sink.accept("batches_created_total", 1);
            case Message.BatchCompleted batch -> {
                sink.accept(series("batches_completed_total", batch.status()), 1);
                if (batch.processingSeconds() != null) {
                    sink.accept("batch_processing_seconds", batch.processingSeconds());
                }
            }
        }
    }

    /** The state of a series that nothing has been added to: the sum and, of a histogram, the count of each bucket. */
    static double[] empty(String series) {
        double[] bounds = BOUNDS.get(metric(series));
        return new double[bounds == null ? 1 : 1 + bounds.length];
    }

    /** Adds an amount to a state, in place. */
    static double[] add(String series, double amount, double[] state) {
        state[0] += amount;
        double[] bounds = BOUNDS.get(metric(series));
        if (bounds != null) {
            int bucket = 0;
            while (amount > bounds[bucket]) {
                bucket++;
            }
            state[1 + bucket]++;
        }
        return state;
    }

    /** Adds what a series says to the claim of a variant, by the names of {@link Tally}. */
    static void claim(String series, double[] state, Map<String, Long> claim) {
        String metric = metric(series);
        String name = BOUNDS.containsKey(metric) ? metric + "_sum" : metric;
        if (Tally.METRICS.contains(name)) {
            claim.merge(name, Math.round(state[0]), Long::sum);
        }
    }

    private static String metric(String series) {
        int end = series.indexOf(SEPARATOR);
        return end < 0 ? series : series.substring(0, end);
    }

    private static String series(String metric, String... labelValues) {
        return metric + SEPARATOR + String.join(String.valueOf(SEPARATOR), labelValues);
    }

    /** The last is infinite. */
    private static double[] bounds(Metric histogram) {
        return BucketLayout.bundled().of(histogram).upperBounds();
    }
}
