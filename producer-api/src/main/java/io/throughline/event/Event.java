package io.throughline.event;

import java.time.Instant;

/**
 * Something that happened on the platform. The list is closed: a {@code switch} over it without {@code default} is
 * checked by the compiler.
 *
 * <p>Every event is immutable and valid once it exists. The trace it belongs to stands beside it, in the record's
 * headers.
 */
public sealed interface Event permits JobCreated, JobStarted, JobCompleted, BatchCreated, BatchCompleted, LlmCompleted,
        CacheHit, CacheMiss, CacheSize, RequestCompleted, DatabaseError, ServiceHeartbeat {

    /** Id, event time and service. */
    Origin origin();

    /** The event's type. */
    EventType type();

    /** Unique id of the event, as {@link #origin} has it. */
    default String eventId() {
        return origin().eventId();
    }

    /** The event time, as {@link #origin} has it. */
    default Instant timestamp() {
        return origin().timestamp();
    }

    /** The service that the event comes from, as {@link #origin} has it. */
    default String service() {
        return origin().service();
    }
}
