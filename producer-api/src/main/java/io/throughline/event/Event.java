package io.throughline.event;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.time.Instant;

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
    @JsonIgnore
    Origin origin();

    /** The event's type. */
    @JsonProperty("event_type")
    EventType type();

    /** Unique id of the event, as {@link #origin} has it. */
    @JsonProperty("event_id")
    default String eventId() {
        return origin().eventId();
    }

    /** The event time, as {@link #origin} has it. */
    @JsonProperty("timestamp")
    default Instant timestamp() {
        return origin().timestamp();
    }

    /** The service that the event comes from, as {@link #origin} has it. */
    @JsonProperty("service")
    default String service() {
        return origin().service();
    }
}
