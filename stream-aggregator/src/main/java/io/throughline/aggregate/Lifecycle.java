package io.throughline.aggregate;

import org.jspecify.annotations.Nullable;

/**
 * The row of one job or batch: which of its events have been seen, and when they happened. Immutable.
 *
 * <p>Events may come in any order and more than once: each fills in its own field, and what follows from the row (is it
 * active, how long did it wait and take) is derived anew.
 *
 * @param type the job's type; empty for batches
 * @param createdNanos event time of the creation in nanoseconds since 1970; null when not seen
 * @param startedNanos event time of the start; null when not seen
 * @param completedNanos event time of the completion; null when not seen
 * @param durationOwed whether the completion stated no duration and the creation to derive it from was not seen yet
 * @param queueCounted whether the wait between creation and start has been counted
 * @param touchedMillis stream time of the newest change in milliseconds since 1970
 */
record Lifecycle(String type, @Nullable Long createdNanos, @Nullable Long startedNanos, @Nullable Long completedNanos,
        boolean durationOwed, boolean queueCounted, long touchedMillis) {

    static Lifecycle unseen(String type) {
        return new Lifecycle(type, null, null, null, false, false, 0);
    }

    /** Whether something was begun and has not ended. */
    boolean isActive() {
        return completedNanos == null && (createdNanos != null || startedNanos != null);
    }

    Lifecycle created(long atNanos, long nowMillis) {
        return new Lifecycle(type, first(createdNanos, atNanos), startedNanos, completedNanos, durationOwed,
                queueCounted, nowMillis);
    }

    Lifecycle started(long atNanos, long nowMillis) {
        return new Lifecycle(type, createdNanos, first(startedNanos, atNanos), completedNanos, durationOwed,
                queueCounted, nowMillis);
    }

    Lifecycle completed(long atNanos, boolean durationStated, long nowMillis) {
        return new Lifecycle(type, createdNanos, startedNanos, atNanos, durationOwed || !durationStated, queueCounted,
                nowMillis);
    }

    /** The duration that is owed and can be derived now, in nanoseconds and never negative; null when there is none. */
    @Nullable
    Long derivedDuration() {
        return durationOwed ? between(createdNanos, completedNanos) : null;
    }

    /** The wait that was not counted yet and can be derived now, in nanoseconds and never negative; null when none. */
    @Nullable
    Long derivedWait() {
        return queueCounted ? null : between(createdNanos, startedNanos);
    }

    Lifecycle durationPaid() {
        return new Lifecycle(type, createdNanos, startedNanos, completedNanos, false, queueCounted, touchedMillis);
    }

    Lifecycle waitCounted() {
        return new Lifecycle(type, createdNanos, startedNanos, completedNanos, durationOwed, true, touchedMillis);
    }

    private static Long first(@Nullable Long held, long offered) {
        return held == null ? Long.valueOf(offered) : held;
    }

    private static @Nullable Long between(@Nullable Long fromNanos, @Nullable Long toNanos) {
        return fromNanos == null || toNanos == null ? null : Long.valueOf(Math.max(0, toNanos - fromNanos));
    }
}
