package io.throughline.logs;

import io.throughline.event.BatchCompleted;
import io.throughline.event.BatchCreated;
import io.throughline.event.Event;
import io.throughline.event.JobCompleted;
import io.throughline.event.JobCreated;
import io.throughline.event.JobStarted;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Follows the jobs and batches of a trace and tells which of their events should be there and are not. */
final class LifeCycles {

    private enum Step {
        CREATED, STARTED, COMPLETED
    }

    private final Map<String, Set<Step>> steps = new LinkedHashMap<>();

    void add(Event event) {
        if (event instanceof JobCreated job) {
            add("job " + job.jobId(), Step.CREATED);
        } else if (event instanceof JobStarted job) {
            add("job " + job.jobId(), Step.STARTED);
        } else if (event instanceof JobCompleted job) {
            add("job " + job.jobId(), Step.COMPLETED);
        } else if (event instanceof BatchCreated batch) {
            add("batch " + batch.batchId(), Step.CREATED);
        } else if (event instanceof BatchCompleted batch) {
            add("batch " + batch.batchId(), Step.COMPLETED);
        }
    }

    /** A sentence for each thing that is missing. */
    List<String> missing() {
        List<String> sentences = new ArrayList<>();
        steps.forEach((what, seen) -> {
            if (!seen.contains(Step.CREATED)) {
                sentences.add(what + " was " + (seen.contains(Step.STARTED) ? "started" : "completed")
                        + " and nothing says that it was created");
            }
            if (!seen.contains(Step.COMPLETED)) {
                sentences.add(what + " was " + (seen.contains(Step.CREATED) ? "created" : "started")
                        + " and has not completed");
            }
        });
        return sentences;
    }

    private void add(String what, Step step) {
        steps.computeIfAbsent(what, w -> EnumSet.noneOf(Step.class)).add(step);
    }
}
