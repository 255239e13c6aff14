package io.throughline.event;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.annotation.JsonUnwrapped;

/**
 * Something that happened on the platform. The list is closed: a {@code switch} over it without {@code default} is
 * checked by the compiler.
 *
 * <p>Every event is immutable and valid once it exists. The trace it belongs to stands beside it, in the record's
 * headers.
 */
@JsonPropertyOrder({"event_id", "event_type", "timestamp", "service"})
public sealed interface Event permits JobCreated, JobStarted, JobCompleted, BatchCreated, BatchCompleted, LlmCompleted,
        CacheHit, CacheMiss, CacheSize, RequestCompleted, DatabaseError, ServiceHeartbeat {

    /** Id, event time and service. */
    @JsonUnwrapped
    Origin origin();

    /** The event's type. */
    @JsonProperty("event_type")
    EventType type();
}
