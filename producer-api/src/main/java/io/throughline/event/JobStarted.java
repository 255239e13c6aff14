package io.throughline.event;

import java.util.Objects;

/**
 * A job left the queue and began.
 *
 * @param origin id, event time and service
 * @param jobId the job, unique over all job types
 * @param jobType the kind of job, such as {@code video}
 */
public record JobStarted(Origin origin, String jobId, String jobType) implements Event {

    /** Refuses values out of range with {@link IllegalArgumentException}. */
    public JobStarted {
        Objects.requireNonNull(origin, "origin");
        Range.notEmpty("job_id", jobId);
        Range.notEmpty("job_type", jobType);
    }

    @Override
    public EventType type() {
        return EventType.JOB_STARTED;
    }
}
