package io.throughline.logs;

import io.throughline.event.InvalidRecordException;

/** What becomes of a record. */
sealed interface Verdict {

    /** It is stored. */
    record Keep(Entry entry) implements Verdict {}

    /** It is left out and counted. */
    record Skip(SkipReason reason) implements Verdict {}

    /** It goes to the dead letters. */
    record Refuse(InvalidRecordException why) implements Verdict {}
}
