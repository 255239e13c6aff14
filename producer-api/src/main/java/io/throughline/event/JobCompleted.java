package io.throughline.event;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A job ended.
 *
 * @param origin id, event time and service
 * @param jobId the job, unique over all job types
 * @param jobType the kind of job, such as {@code video}
 * @param status how it ended
 * @param durationSeconds how long it took; when null it is derived from {@link JobCreated}
 * @param errorCode what went wrong, as a short code
 */
public record JobCompleted(Origin origin, String jobId, String jobType, JobStatus status,
        @Nullable Double durationSeconds, @Nullable String errorCode) implements Event {

    /** Refuses values out of range with {@link IllegalArgumentException}. */
    public JobCompleted {
        Objects.requireNonNull(origin, "origin");
        Range.notEmpty("job_id", jobId);
        Range.notEmpty("job_type", jobType);
        Objects.requireNonNull(status, "status");
        durationSeconds = Range.optionalSeconds("duration_seconds", durationSeconds);
    }

    @Override
    public EventType type() {
        return EventType.JOB_COMPLETED;
    }
}
