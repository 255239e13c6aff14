package io.throughline.event;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A batch ended.
 *
 * @param origin id, event time and service
 * @param batchId the batch
 * @param status how it ended
 * @param processingSeconds how long it took; when null it is derived from {@link BatchCreated}
 */
public record BatchCompleted(Origin origin, String batchId, JobStatus status,
        @Nullable Double processingSeconds) implements Event {

    /** Refuses values out of range with {@link IllegalArgumentException}. */
    public BatchCompleted {
        Objects.requireNonNull(origin, "origin");
        Range.notEmpty("batch_id", batchId);
        Objects.requireNonNull(status, "status");
        processingSeconds = Range.optionalSeconds("processing_seconds", processingSeconds);
    }

    @Override
    public EventType type() {
        return EventType.BATCH_COMPLETED;
    }
}
