package io.throughline.logs;

import java.util.Locale;

/** What a span stands for. */
enum SpanKind {
    /** A batch of jobs, from created to completed. */
    BATCH,
    /** A job, its time in the queue included. */
    JOB,
    /** An HTTP request that a service answered. */
    REQUEST,
    /** A call to a language model. */
    LLM,
    /** A look into a cache; it has no length. */
    CACHE,
    /** An error of a database; it has no length. */
    DATABASE;

    /** Whether other spans can lie in it. */
    boolean holdsOthers() {
        return compareTo(REQUEST) <= 0;
    }

    String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
