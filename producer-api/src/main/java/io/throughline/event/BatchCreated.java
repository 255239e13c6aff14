package io.throughline.event;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A batch of jobs was accepted.
 *
 * @param origin id, event time and service
 * @param batchId the batch
 * @param size number of jobs in it
 */
public record BatchCreated(Origin origin, String batchId, @Nullable Long size) implements Event {

    /** Refuses values out of range with {@link IllegalArgumentException}. */
    public BatchCreated {
        Objects.requireNonNull(origin, "origin");
        Range.notEmpty("batch_id", batchId);
        Range.count("size", size);
    }

    @Override
    public EventType type() {
        return EventType.BATCH_CREATED;
    }
}
