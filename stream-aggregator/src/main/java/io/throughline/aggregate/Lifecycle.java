package io.throughline.aggregate;

import org.jspecify.annotations.Nullable;

/**
 * The row of one job or batch: which of its events have been seen, and when they happened. Immutable.
 *
 * <p>Events may come in any order and more than once: each fills in its own field, and what follows from the row (is it
 * active, how long did it take) is derived anew.
 *
 * @param type the job's type; empty for batches
 * @param createdNanos event time of the creation in nanoseconds since 1970; null when not seen
 * @param startedNanos event time of the start; null when not seen
 * @param completedNanos event time of the completion; null when not seen
 * @param durationOwed whether the completion stated no duration and the creation to derive it from was not seen yet
 * @param touchedMillis stream time of the newest change in milliseconds since 1970
 */
record Lifecycle(String type, @Nullable Long createdNanos, @Nullable Long startedNanos, @Nullable Long completedNanos,
        boolean durationOwed, long touchedMillis) {

    static Lifecycle unseen(String type) {
        return new Lifecycle(type, null, null, null, false, 0);
    }

    /** Whether something was begun and has not ended. */
    boolean isActive() {
        return completedNanos == null && (createdNanos != null || startedNanos != null);
    }

    Lifecycle created(long atNanos, long nowMillis) {
        return new Lifecycle(type, createdNanos == null ? Long.valueOf(atNanos) : createdNanos, startedNanos,
                completedNanos, durationOwed, nowMillis);
    }

    Lifecycle started(long atNanos, long nowMillis) {
        return new Lifecycle(type, createdNanos, startedNanos == null ? Long.valueOf(atNanos) : startedNanos,
                completedNanos, durationOwed, nowMillis);
    }

    Lifecycle completed(long atNanos, boolean durationStated, long nowMillis) {
        return new Lifecycle(type, createdNanos, startedNanos, atNanos, durationOwed || !durationStated, nowMillis);
    }

    /** The duration that is owed and can be derived now, in nanoseconds and never negative; null when there is none. */
    @Nullable
    Long derivedDuration() {
        if (!durationOwed || createdNanos == null || completedNanos == null) {
            return null;
        }
        return Math.max(0, completedNanos - createdNanos);
    }

    Lifecycle durationPaid() {
        return new Lifecycle(type, createdNanos, startedNanos, completedNanos, false, touchedMillis);
    }
}
