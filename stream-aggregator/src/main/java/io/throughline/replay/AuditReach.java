package io.throughline.replay;

import io.throughline.aggregate.Metric;

/** How far back an audit reads, and what it can judge because of that. */
enum AuditReach {
    /** From the first record. */
    EVERYTHING,
    /** Far enough for jobs, batches and cache reports. */
    LIFE_CYCLES,
    /** Far enough to know duplicates. */
    DUPLICATES;

    /** Whether a metric depends on nothing from before. */
    boolean judges(Metric metric) {
        return switch (metric) {
            case THROUGHLINE_LABEL_OVERFLOW -> this == EVERYTHING;
            case THROUGHLINE_EXPIRED_CACHE_REPORTS -> this != DUPLICATES;
            default -> this != DUPLICATES || !isOfLifeCycles(metric);
        };
    }

    /** Whether a metric follows from more than one event of a job or batch. */
    static boolean isOfLifeCycles(Metric metric) {
        return switch (metric) {
            case ACTIVE_JOBS, JOB_DURATION_SECONDS, JOB_QUEUE_SECONDS, BATCH_PROCESSING_SECONDS,
                    THROUGHLINE_EXPIRED_JOBS ->
                true;
            default -> false;
        };
    }

    /** Which label values came first, and so are not folded into {@code other}, only the first record tells. */
    boolean judgesFolded() {
        return this == EVERYTHING;
    }
}
