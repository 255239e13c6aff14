package io.throughline.aggregate;

import io.throughline.event.InvalidRecordException;

/** What became of a record. */
public sealed interface Outcome {

    /** What needs no reason. */
    enum Plain implements Outcome {
        /** It went into the numbers. */
        COUNTED,
        /** Its event was counted before, by another record with the same {@code event_id}. */
        DUPLICATE,
        /** A replay published it. */
        REPLAYED,
        /** The state holds this very record already; it is not even counted as read. */
        HELD
    }

    /**
     * It cannot be used.
     *
     * @param why the reason from the closed list, and a sentence
     */
    record DeadLetter(InvalidRecordException why) implements Outcome {}
}
