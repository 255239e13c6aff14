package io.throughline.bench;

import io.throughline.event.Event;
import io.throughline.event.EventType;
import io.throughline.event.LlmCompleted;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What was counted, by the name of the number; the truth while events are published, and the claim of whoever read
 * them. Not thread-safe.
 */
final class Tally {

    /** Events that went into the numbers. */
    static final String EVENTS = "events";
    /** Records read, as the aggregator counts them. */
    static final String CONSUMED = "throughline_consumed_total";

    private static final String TOKENS = "tokens_used_sum";
    private static final Map<EventType, String> METRIC_OF = new EnumMap<>(Map.of(EventType.LLM_COMPLETED,
            "llm_requests_total", EventType.CACHE_HIT, "cache_hits_total", EventType.CACHE_MISS, "cache_misses_total",
            EventType.JOB_CREATED, "jobs_created_total", EventType.JOB_COMPLETED, "jobs_completed_total",
            EventType.BATCH_CREATED, "batches_created_total", EventType.BATCH_COMPLETED, "batches_completed_total"));

    /** Sums on a page of metrics that tell whether the right things were counted, not only as many. */
    static final Set<String> METRICS = Stream.concat(METRIC_OF.values().stream(), Stream.of(TOKENS))
            .collect(Collectors.toUnmodifiableSet());

    private final Map<String, Long> counted = new TreeMap<>();

    /** Counts an event as it ought to be counted. */
    void add(Event event) {
        add(EVENTS, 1);
        add(CONSUMED, 1);
        String metric = METRIC_OF.get(event.type());
        if (metric != null) {
            add(metric, 1);
        }
        if (event instanceof LlmCompleted call) {
            add(TOKENS, call.promptTokens() + call.completionTokens());
        }
    }

    Map<String, Long> counted() {
        return Map.copyOf(counted);
    }

    /**
     * Throws {@link IllegalStateException} unless every number of {@code claim} is that of {@code truth}: variants that
     * did different work cannot be compared.
     */
    static void verify(String who, Map<String, Long> truth, Map<String, Long> claim) {
        if (!claim.containsKey(EVENTS)) {
            throw new IllegalStateException(who + " did not say how many events it counted");
        }
        new TreeMap<>(claim).forEach((name, number) -> {
            if (!number.equals(truth.get(name))) {
                throw new IllegalStateException("%s counted %,d %s where %,d were published: nothing can be compared"
                        .formatted(who, number, name, truth.get(name)));
            }
        });
    }

    private void add(String name, long amount) {
        counted.merge(name, amount, Long::sum);
    }
}
