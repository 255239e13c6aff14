package io.throughline.aggregate;

import io.throughline.event.BatchCompleted;
import io.throughline.event.BatchCreated;
import io.throughline.event.JobCompleted;
import io.throughline.event.JobCreated;

/** What single events of jobs and batches count. Durations that no event states are derived in {@link Lifecycles}. */
final class JobRules {

    private JobRules() {}

    static void observe(JobCreated created, Observer observer) {
        observer.count(Metric.JOBS_CREATED, created.jobType());
    }

    static void observe(JobCompleted completed, Observer observer) {
        observer.count(Metric.JOBS_COMPLETED, completed.jobType(), completed.status().wireName());
        Double seconds = completed.durationSeconds();
        if (seconds != null) {
            observer.observe(Metric.JOB_DURATION_SECONDS, completed.jobType(), Nanos.of(seconds));
        }
    }

    static void observe(BatchCreated created, Observer observer) {
        observer.count(Metric.BATCHES_CREATED);
    }

    static void observe(BatchCompleted completed, Observer observer) {
        observer.count(Metric.BATCHES_COMPLETED, completed.status().wireName());
        Double seconds = completed.processingSeconds();
        if (seconds != null) {
            observer.observe(Metric.BATCH_PROCESSING_SECONDS, Nanos.of(seconds));
        }
    }
}
