package io.throughline.aggregate;

import io.throughline.event.BatchCompleted;
import io.throughline.event.BatchCreated;
import io.throughline.event.Event;
import io.throughline.event.JobCompleted;
import io.throughline.event.JobCreated;
import io.throughline.event.JobStarted;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * The jobs and batches of one input partition, and what follows from their rows: {@code active_jobs}, and durations
 * that no event states.
 *
 * <p>A row that no event has touched for the limit of its type is dropped, and so is the one untouched for longest when
 * there are more than a limit; a job that was still active then is counted as expired. Time is stream time, so the same
 * records give the same numbers. Not thread-safe.
 */
final class Lifecycles {

    private final JobLimits limits;
    private final int mostRows;
    private final Map<String, Row> jobs = new HashMap<>();
    private final Map<String, Row> batches = new HashMap<>();
    /** By how long they may go untouched, the rows in the order they were touched in. */
    private final Map<Duration, LinkedHashSet<Row>> untouched = new HashMap<>();
    private final RowLog log = new RowLog();
    private final List<String> earlierKeys = new ArrayList<>();

    Lifecycles(JobLimits limits, int mostRows) {
        this.limits = limits;
        this.mostRows = mostRows;
    }

    /** Puts back a chunk; they come in the order of their sequence numbers, and {@link #restored} ends it. */
    void restore(long sequence, byte[] bytes) {
        log.restore(sequence, bytes, (isJob, id, life) -> {
            Map<String, Row> rows = isJob ? jobs : batches;
            Row row = rows.get(id);
            if (life == null) {
                if (row != null) {
                    row.dropped = true;
                    rows.remove(id);
                }
                return row;
            }
            if (row == null) {
                row = new Row(isJob, id, life);
                rows.put(id, row);
            } else {
                row.life = life;
            }
            return row;
        });
    }

    /** Puts back a row that was written before there were chunks; it goes into one with the next commit. */
    void restoreEarlier(String key, Lifecycle life) {
        boolean isJob = key.startsWith("job:");
        String id = key.substring(key.indexOf(':') + 1);
        var row = new Row(isJob, id, life);
        (isJob ? jobs : batches).put(id, row);
        log.mark(row);
        earlierKeys.add(key);
    }

    /** All is back. */
    void restored() {
        List<Row> rows = new ArrayList<>(jobs.values());
        rows.addAll(batches.values());
        rows.sort(Comparator.comparingLong(row -> row.life.touchedMillis()));
        rows.forEach(this::touch);
    }

    /** Takes an event of a job or batch; other events are none of its business. */
    void observe(Event event, long streamTimeMillis, Observer observer) {
        switch (event.type()) {
            case JOB_CREATED -> {
                var created = (JobCreated) event;
                Row row = row(jobs, true, created.jobId(), created.jobType());
                change(row, row.life.created(at(event), streamTimeMillis), observer);
            }
            case JOB_STARTED -> {
                var started = (JobStarted) event;
                Row row = row(jobs, true, started.jobId(), started.jobType());
                change(row, row.life.started(at(event), streamTimeMillis), observer);
            }
            case JOB_COMPLETED -> {
                var completed = (JobCompleted) event;
                Row row = row(jobs, true, completed.jobId(), completed.jobType());
                change(row, row.life.completed(at(event), completed.durationSeconds() != null, streamTimeMillis),
                        observer);
            }
            case BATCH_CREATED -> {
                Row row = row(batches, false, ((BatchCreated) event).batchId(), "");
                change(row, row.life.created(at(event), streamTimeMillis), observer);
            }
            case BATCH_COMPLETED -> {
                var completed = (BatchCompleted) event;
                Row row = row(batches, false, completed.batchId(), "");
                change(row, row.life.completed(at(event), completed.processingSeconds() != null, streamTimeMillis),
                        observer);
            }
            case LLM_COMPLETED, CACHE_HIT, CACHE_MISS, CACHE_SIZE, REQUEST_COMPLETED, DATABASE_ERROR,
                    SERVICE_HEARTBEAT -> {
                // have no life cycle
            }
        }
    }

    /** Drops rows that nothing has touched for the limit of their type. */
    void expire(long streamTimeMillis, Observer observer) {
        untouched.forEach((limit, rows) -> {
            while (!rows.isEmpty()
                    && rows.getFirst().life.touchedMillis() + limit.toMillis() <= streamTimeMillis) {
                drop(rows.removeFirst(), observer);
            }
        });
    }

    /** Hands over what changed since the last call, and the keys of earlier rows that are not needed any more. */
    void drainChanged(RowLog.Output output, Consumer<String> notNeeded) {
        earlierKeys.forEach(notNeeded);
        earlierKeys.clear();
        log.drainChanged(size(), output);
    }

    private int size() {
        return jobs.size() + batches.size();
    }

    private Row row(Map<String, Row> rows, boolean isJob, String id, String type) {
        Row row = rows.get(id);
        if (row == null) {
            row = new Row(isJob, id, Lifecycle.unseen(type));
            rows.put(id, row);
        }
        return row;
    }

    private void change(Row row, Lifecycle changed, Observer observer) {
        Lifecycle before = row.life;
        Lifecycle after = changed;
        long wait = after.derivedWait();
        if (wait != Lifecycle.UNSEEN) {
            observer.observe(Metric.JOB_QUEUE_SECONDS, after.type(), wait);
            after = after.waitCounted();
        }
        long duration = after.derivedDuration();
        if (duration != Lifecycle.UNSEEN) {
            observeDuration(row, duration, observer);
            after = after.durationPaid();
        }
        if (row.isJob && before.isActive() != after.isActive()) {
            observer.observe(Metric.ACTIVE_JOBS, after.isActive() ? Nanos.ONE : -Nanos.ONE);
        }
        row.life = after;
        log.mark(row);
        touch(row);
        if (size() > mostRows) {
            dropLongestUntouched(observer);
        }
    }

    private void touch(Row row) {
        LinkedHashSet<Row> rows = untouched.computeIfAbsent(limits.of(row.life.type()), l -> new LinkedHashSet<>());
        rows.remove(row);
        rows.add(row);
    }

    private void dropLongestUntouched(Observer observer) {
        LinkedHashSet<Row> longest = null;
        for (LinkedHashSet<Row> rows : untouched.values()) {
            if (!rows.isEmpty() && (longest == null
                    || rows.getFirst().life.touchedMillis() < longest.getFirst().life.touchedMillis())) {
                longest = rows;
            }
        }
        drop(Objects.requireNonNull(longest).removeFirst(), observer);
    }

    private void drop(Row row, Observer observer) {
        (row.isJob ? jobs : batches).remove(row.id);
        row.dropped = true;
        log.mark(row);
        if (row.life.isActive() && row.isJob) {
            observer.observe(Metric.ACTIVE_JOBS, -Nanos.ONE);
            observer.count(Metric.THROUGHLINE_EXPIRED_JOBS, row.life.type());
        }
    }

    private static void observeDuration(Row row, long nanos, Observer observer) {
        if (row.isJob) {
            observer.observe(Metric.JOB_DURATION_SECONDS, row.life.type(), nanos);
        } else {
            observer.observe(Metric.BATCH_PROCESSING_SECONDS, nanos);
        }
    }

    private static long at(Event event) {
        return Nanos.ofInstant(event.origin().timestamp());
    }
}
