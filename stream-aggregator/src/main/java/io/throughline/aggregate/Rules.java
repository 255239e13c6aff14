package io.throughline.aggregate;

import io.throughline.event.BatchCompleted;
import io.throughline.event.BatchCreated;
import io.throughline.event.CacheHit;
import io.throughline.event.CacheMiss;
import io.throughline.event.CacheSize;
import io.throughline.event.DatabaseError;
import io.throughline.event.Event;
import io.throughline.event.JobCompleted;
import io.throughline.event.JobCreated;
import io.throughline.event.JobStarted;
import io.throughline.event.LlmCompleted;
import io.throughline.event.RequestCompleted;
import io.throughline.event.ServiceHeartbeat;
import io.throughline.trace.TraceContext;

/**
 * Which series an event touches, and by how much: a pure function of the event and its context.
 *
 * <p>No clock, no I/O, no Kafka and no memory of earlier events, so that whoever reads an event again arrives at the
 * same numbers. What needs earlier events is in {@link Lifecycles}. Thread-safe.
 */
public final class Rules {

    private final LlmRules llm;

    /** Rules that price calls by {@code prices}. */
    public Rules(Prices prices) {
        this.llm = new LlmRules(prices);
    }

    /** Tells {@code observer} every series that {@code event} touches by itself. */
    public void observe(Event event, TraceContext context, Observer observer) {
        String userId = context.userId();
        if (userId != null) {
            observer.see(userId);
        }
        switch (event) {
            case JobCreated created -> JobRules.observe(created, observer);
            case JobStarted started -> {
                // Touches no series by itself; it is part of a job's life cycle.
            }
            case JobCompleted completed -> JobRules.observe(completed, observer);
            case BatchCreated created -> JobRules.observe(created, observer);
            case BatchCompleted completed -> JobRules.observe(completed, observer);
            case LlmCompleted completed -> llm.observe(completed, observer);
            case CacheHit hit -> CacheRules.observe(hit, observer);
            case CacheMiss miss -> CacheRules.observe(miss, observer);
            case CacheSize size -> CacheRules.observe(size, observer);
            case RequestCompleted request -> ServiceRules.observe(request, observer);
            case DatabaseError error -> ServiceRules.observe(error, observer);
            case ServiceHeartbeat heartbeat -> ServiceRules.observe(heartbeat, observer);
        }
    }
}
