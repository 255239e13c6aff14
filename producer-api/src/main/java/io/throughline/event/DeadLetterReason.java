package io.throughline.event;

import java.util.Locale;

/** Why a record could not be used: the closed list of {@code dead_letter_reason}. */
public enum DeadLetterReason {
    /** The record has no value. */
    EMPTY_VALUE,
    /** The value is not one well-formed JSON document in UTF-8. */
    NOT_JSON,
    /** The value is JSON, but not an object. */
    NOT_AN_OBJECT,
    /** A required field is missing. */
    MISSING_FIELD,
    /** A field has another JSON type than it should. */
    WRONG_TYPE,
    /** A field has the right type and a value out of range. */
    INVALID_VALUE,
    /** {@code event_type} is none of the contract's. */
    UNKNOWN_EVENT_TYPE,
    /** {@code schema_version} is one that this release cannot read. */
    UNSUPPORTED_SCHEMA_VERSION,
    /** The event belongs on another topic. */
    WRONG_TOPIC,
    /** No header or field says which trace the record belongs to. */
    MISSING_TRACE_ID;

    private final String wireName = name().toLowerCase(Locale.ROOT);

    /** The value of the header {@code dead_letter_reason}. */
    public String wireName() {
        return wireName;
    }
}
