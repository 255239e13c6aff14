package io.throughline.aggregate;

import io.throughline.event.BatchCompleted;
import io.throughline.event.BatchCreated;
import io.throughline.event.Event;
import io.throughline.event.JobCompleted;
import io.throughline.event.JobCreated;
import io.throughline.event.JobStarted;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The jobs and batches of one input partition, and what follows from their rows: {@code active_jobs}, and durations
 * that no event states.
 *
 * <p>A row that no event has touched for the limit of its type is dropped; a job that was still active then is
 * counted as expired.
 * Time is stream time, so the same records give the same numbers. Not thread-safe.
 */
final class Lifecycles {

    private static final String JOB = "job:";
    private static final String BATCH = "batch:";

    private final JobLimits limits;
    private final Map<String, Lifecycle> rows = new HashMap<>();
    private final Set<String> changed = new HashSet<>();

    Lifecycles(JobLimits limits) {
        this.limits = limits;
    }

    void restore(String key, Lifecycle row) {
        rows.put(key, row);
    }

    /** Takes an event of a job or batch; other events are none of its business. */
    void observe(Event event, long streamTimeMillis, Observer observer) {
        long at = Nanos.ofInstant(event.origin().timestamp());
        switch (event.type()) {
            case JOB_CREATED -> {
                var created = (JobCreated) event;
                change(JOB + created.jobId(), created.jobType(), row -> row.created(at, streamTimeMillis), observer);
            }
            case JOB_STARTED -> {
                var started = (JobStarted) event;
                change(JOB + started.jobId(), started.jobType(), row -> row.started(at, streamTimeMillis), observer);
            }
            case JOB_COMPLETED -> {
                var completed = (JobCompleted) event;
                change(JOB + completed.jobId(), completed.jobType(),
                        row -> row.completed(at, completed.durationSeconds() != null, streamTimeMillis), observer);
            }
            case BATCH_CREATED -> change(BATCH + ((BatchCreated) event).batchId(), "",
                    row -> row.created(at, streamTimeMillis), observer);
            case BATCH_COMPLETED -> {
                var completed = (BatchCompleted) event;
                change(BATCH + completed.batchId(), "",
                        row -> row.completed(at, completed.processingSeconds() != null, streamTimeMillis), observer);
            }
            case LLM_COMPLETED, CACHE_HIT, CACHE_MISS, CACHE_SIZE, REQUEST_COMPLETED, DATABASE_ERROR,
                    SERVICE_HEARTBEAT -> {
                // have no life cycle
            }
        }
    }

    /** Drops rows that nothing has touched for the limit of their type. */
    void expire(long streamTimeMillis, Observer observer) {
        rows.entrySet().removeIf(entry -> {
            Lifecycle row = entry.getValue();
            if (row.touchedMillis() + limits.of(row.type()).toMillis() > streamTimeMillis) {
                return false;
            }
            changed.add(entry.getKey());
            if (row.isActive() && isJob(entry.getKey())) {
                observer.observe(Metric.ACTIVE_JOBS, -Nanos.ONE);
                observer.count(Metric.THROUGHLINE_EXPIRED_JOBS, row.type());
            }
            return true;
        });
    }

    /** Hands over each row that changed since the last call; a null row was dropped. */
    void drainChanged(BiConsumer<String, @Nullable Lifecycle> consumer) {
        changed.forEach(key -> consumer.accept(key, rows.get(key)));
        changed.clear();
    }

    private void change(String key, String type, UnaryOperator<Lifecycle> step, Observer observer) {
        Lifecycle before = rows.getOrDefault(key, Lifecycle.unseen(type));
        Lifecycle after = step.apply(before);
        Long wait = after.derivedWait();
        if (wait != null) {
            observer.observe(Metric.JOB_QUEUE_SECONDS, after.type(), wait);
            after = after.waitCounted();
        }
        Long duration = after.derivedDuration();
        if (duration != null) {
            observeDuration(key, after.type(), duration, observer);
            after = after.durationPaid();
        }
        if (isJob(key) && before.isActive() != after.isActive()) {
            observer.observe(Metric.ACTIVE_JOBS, after.isActive() ? Nanos.ONE : -Nanos.ONE);
        }
        rows.put(key, after);
        changed.add(key);
    }

    private static void observeDuration(String key, String type, long nanos, Observer observer) {
        if (isJob(key)) {
            observer.observe(Metric.JOB_DURATION_SECONDS, type, nanos);
        } else {
            observer.observe(Metric.BATCH_PROCESSING_SECONDS, nanos);
        }
    }

    private static boolean isJob(String key) {
        return key.startsWith(JOB);
    }
}
