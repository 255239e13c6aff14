package io.throughline.event;

/** A record's value that breaks the contract: the reason from the closed list, and a sentence that names the value. */
public final class InvalidRecordException extends Exception {

    private static final long serialVersionUID = 1L;

    private final DeadLetterReason reason;

    /** A refusal for {@code reason}; {@code detail} names the field and the value. */
    public InvalidRecordException(DeadLetterReason reason, String detail) {
        super(detail);
        this.reason = reason;
    }

    /** Why the record was refused. */
    public DeadLetterReason reason() {
        return reason;
    }
}
