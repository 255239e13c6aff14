package io.throughline.bench;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** An event as one would read it without Throughline: Jackson into classes, by the field {@code event_type}. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "event_type")
@JsonSubTypes({@JsonSubTypes.Type(value = Message.Llm.class, name = "llm.completed"),
        @JsonSubTypes.Type(value = Message.CacheHit.class, name = "cache.hit"),
        @JsonSubTypes.Type(value = Message.CacheMiss.class, name = "cache.miss"),
        @JsonSubTypes.Type(value = Message.CacheSize.class, name = "cache.size"),
        @JsonSubTypes.Type(value = Message.JobCreated.class, name = "job.created"),
        @JsonSubTypes.Type(value = Message.JobStarted.class, name = "job.started"),
        @JsonSubTypes.Type(value = Message.JobCompleted.class, name = "job.completed"),
        @JsonSubTypes.Type(value = Message.BatchCreated.class, name = "batch.created"),
        @JsonSubTypes.Type(value = Message.BatchCompleted.class, name = "batch.completed")})
sealed interface Message {

    /** Reads one event; what it does not know of an event is left out. */
    static Message read(byte[] json) throws IOException {
        return Mapper.MAPPER.readValue(json, Message.class);
    }

    record Llm(String eventId, String timestamp, String service, String model, String status,
            double latencySeconds, long promptTokens, long completionTokens,
            @Nullable Double costUsd) implements Message {}

    record CacheHit(String eventId, String timestamp, String service, String cache,
            @Nullable Double savedUsd) implements Message {}

    record CacheMiss(String eventId, String timestamp, String service, String cache) implements Message {}

    record CacheSize(String eventId, String timestamp, String service, String cache,
            long entries) implements Message {}

    record JobCreated(String eventId, String timestamp, String service, String jobId,
            String jobType) implements Message {}

    record JobStarted(String eventId, String timestamp, String service, String jobId,
            String jobType) implements Message {}

    record JobCompleted(String eventId, String timestamp, String service, String jobId, String jobType,
            String status, @Nullable Double durationSeconds) implements Message {}

    record BatchCreated(String eventId, String timestamp, String service, String batchId) implements Message {}

    record BatchCompleted(String eventId, String timestamp, String service, String batchId, String status,
            @Nullable Double processingSeconds) implements Message {}

    /** Made once; thread-safe. */
    final class Mapper {
        private static final ObjectMapper MAPPER = JsonMapper.builder()
                .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
                .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

        private Mapper() {}
    }
}
