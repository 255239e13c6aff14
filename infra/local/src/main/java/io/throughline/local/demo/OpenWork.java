package io.throughline.local.demo;

import io.throughline.event.BatchCompleted;
import io.throughline.event.BatchCreated;
import io.throughline.event.Event;
import io.throughline.event.JobCompleted;
import io.throughline.event.JobCreated;
import io.throughline.event.JobStatus;
import io.throughline.event.Origin;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The jobs and batches that have begun and not ended, as what was published tells. Not thread-safe. */
final class OpenWork {

    private final Map<String, Emission.Happened> open = new LinkedHashMap<>();

    void note(Emission emission) {
        if (!(emission instanceof Emission.Happened happened)) {
            return;
        }
        switch (happened.event()) {
            case JobCreated created -> open.put(created.jobId(), happened);
            case BatchCreated created -> open.put(created.batchId(), happened);
            case JobCompleted completed -> open.remove(completed.jobId());
            case BatchCompleted completed -> open.remove(completed.batchId());
            case Event other -> {
                // begins and ends nothing
            }
        }
    }

    /** Ends everything as cancelled: services that stop do not leave jobs behind that look active for ever. */
    List<Emission> cancel(Instant now) {
        List<Emission> ends = new ArrayList<>();
        // What began last ends first: the jobs of a batch before the batch.
        for (Emission.Happened begun : List.copyOf(open.values()).reversed()) {
            ends.add(new Emission.Happened(cancelled(begun.event(), now), begun.context()));
        }
        open.clear();
        return ends;
    }

    private static Event cancelled(Event begun, Instant now) {
        Instant end = now.isAfter(begun.origin().timestamp()) ? now : begun.origin().timestamp();
        var origin = new Origin(begun.origin().eventId() + "-cancelled", end, begun.origin().service());
        return switch (begun) {
            case JobCreated job -> new JobCompleted(origin, job.jobId(), job.jobType(), JobStatus.CANCELLED, null,
                    null);
            case BatchCreated batch -> new BatchCompleted(origin, batch.batchId(), JobStatus.CANCELLED, null);
            default -> throw new IllegalStateException("cannot be cancelled: " + begun.type());
        };
    }
}
