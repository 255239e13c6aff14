package io.throughline.aggregate;

/**
 * What is known of one job or batch: which of its events have been seen, and when they happened. Immutable.
 *
 * <p>Events may come in any order and more than once: each fills in its own field, and what follows from the row (is it
 * active, how long did it wait and take) is derived anew.
 *
 * @param type the job's type; empty for batches
 * @param createdNanos event time of the creation in nanoseconds since 1970; {@link #UNSEEN} when not seen
 * @param startedNanos event time of the start; {@link #UNSEEN} when not seen
 * @param completedNanos event time of the completion; {@link #UNSEEN} when not seen
 * @param durationOwed whether the completion stated no duration and the creation to derive it from was not seen yet
 * @param queueCounted whether the wait between creation and start has been counted
 * @param touchedMillis stream time of the newest change in milliseconds since 1970
 */
record Lifecycle(String type, long createdNanos, long startedNanos, long completedNanos, boolean durationOwed,
        boolean queueCounted, long touchedMillis) {

    static final long UNSEEN = Long.MIN_VALUE;

    static Lifecycle unseen(String type) {
        return new Lifecycle(type, UNSEEN, UNSEEN, UNSEEN, false, false, 0);
    }

    /** Whether something was begun and has not ended. */
    boolean isActive() {
        return completedNanos == UNSEEN && (createdNanos != UNSEEN || startedNanos != UNSEEN);
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

    /** The duration that is owed and can be derived now, in nanoseconds and never negative; UNSEEN when there is none. */
    long derivedDuration() {
        return durationOwed ? between(createdNanos, completedNanos) : UNSEEN;
    }

    /** The wait that was not counted yet and can be derived now, in nanoseconds and never negative; UNSEEN when none. */
    long derivedWait() {
        return queueCounted ? UNSEEN : between(createdNanos, startedNanos);
    }

    Lifecycle durationPaid() {
        return new Lifecycle(type, createdNanos, startedNanos, completedNanos, false, queueCounted, touchedMillis);
    }

    Lifecycle waitCounted() {
        return new Lifecycle(type, createdNanos, startedNanos, completedNanos, durationOwed, true, touchedMillis);
    }

    private static long first(long held, long offered) {
        return held == UNSEEN ? offered : held;
    }

    private static long between(long fromNanos, long toNanos) {
        return fromNanos == UNSEEN || toNanos == UNSEEN ? UNSEEN : Math.max(0, toNanos - fromNanos);
    }
}
