package io.throughline.event;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/** The fields that events and log lines have in JSON. */
enum Field {
    // Of every event.
    EVENT_ID, EVENT_TYPE, TIMESTAMP, SERVICE,
    // The trace context.
    TRACE_ID, REQUEST_ID, USER_ID, JOB_ID, BATCH_ID,
    // Of jobs and batches.
    JOB_TYPE, STATUS, DURATION_SECONDS, ERROR_CODE, SIZE, PROCESSING_SECONDS,
    // Of calls to models.
    MODEL, LATENCY_SECONDS, PROMPT_TOKENS, COMPLETION_TOKENS, CACHED_TOKENS, PROVIDER,
    // The same, what is seldom known.
    TIME_TO_FIRST_TOKEN_SECONDS, COST_USD,
    // Of caches.
    CACHE, SAVED_USD, SAVED_TOKENS, ENTRIES, INSTANCE,
    // Of services.
    METHOD, ROUTE, STATUS_CODE, DATABASE, OPERATION,
    // Of log lines.
    LEVEL, LOGGER, MESSAGE, DURATION_MS, STACK_TRACE;

    private static final Set<Field> LABELS = EnumSet.of(SERVICE, JOB_TYPE, ERROR_CODE, MODEL, PROVIDER, CACHE, INSTANCE,
            METHOD, ROUTE, DATABASE, OPERATION);

    private final String wireName = name().toLowerCase(Locale.ROOT);

    /** The name in JSON. */
    String wireName() {
        return wireName;
    }

    /** Index into arrays with a place for each field, as an EnumMap has it; that cannot hold numbers without objects. */
    @SuppressWarnings("EnumOrdinal")
    int index() {
        return ordinal();
    }

    /** Whether the same few texts come again and again, so that one copy of each is worth keeping. */
    boolean isLabel() {
        return LABELS.contains(this);
    }
}
