package io.throughline.event;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** The closed list of event types: the name on the wire and the topic that carries it. */
public enum EventType {
    /** {@link JobCreated}. */
    JOB_CREATED("job.created", Topic.JOBS),
    /** {@link JobStarted}. */
    JOB_STARTED("job.started", Topic.JOBS),
    /** {@link JobCompleted}. */
    JOB_COMPLETED("job.completed", Topic.JOBS),
    /** {@link BatchCreated}. */
    BATCH_CREATED("batch.created", Topic.BATCHES),
    /** {@link BatchCompleted}. */
    BATCH_COMPLETED("batch.completed", Topic.BATCHES),
    /** {@link LlmCompleted}. */
    LLM_COMPLETED("llm.completed", Topic.LLM),
    /** {@link CacheHit}. */
    CACHE_HIT("cache.hit", Topic.CACHE),
    /** {@link CacheMiss}. */
    CACHE_MISS("cache.miss", Topic.CACHE),
    /** {@link CacheSize}. */
    CACHE_SIZE("cache.size", Topic.CACHE),
    /** {@link RequestCompleted}. */
    REQUEST_COMPLETED("request.completed", Topic.SERVICES),
    /** {@link DatabaseError}. */
    DATABASE_ERROR("database.error", Topic.SERVICES),
    /** {@link ServiceHeartbeat}. */
    SERVICE_HEARTBEAT("service.heartbeat", Topic.SERVICES);

    private static final Map<String, EventType> BY_WIRE_NAME = Arrays.stream(values())
            .collect(Collectors.toUnmodifiableMap(EventType::wireName, type -> type));

    private final String wireName;
    private final Topic topic;

    EventType(String wireName, Topic topic) {
        this.wireName = wireName;
        this.topic = topic;
    }

    /** The type with that name on the wire, such as {@code llm.completed}. */
    public static Optional<EventType> of(String wireName) {
        return Optional.ofNullable(BY_WIRE_NAME.get(wireName));
    }

    /** The name in the field {@code event_type} and the header of that name. */
    @JsonValue
    public String wireName() {
        return wireName;
    }

    /** The topic that carries events of this type. */
    public Topic topic() {
        return topic;
    }
}
