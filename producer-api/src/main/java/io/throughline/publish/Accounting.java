package io.throughline.publish;

/**
 * Where the records are that a {@link Publisher} was given: accepted = acknowledged + dropped + pending.
 *
 * @param accepted handed over by callers
 * @param acknowledged stored by the brokers
 * @param dropped given up: the queue was full, the brokers refused the record, or the publisher was closed too early
 * @param pending waiting in memory or on their way
 */
public record Accounting(long accepted, long acknowledged, long dropped, long pending) {

    /** Refuses sums that do not hold with {@link IllegalArgumentException}. */
    public Accounting {
        if (accepted != acknowledged + dropped + pending) {
            throw new IllegalArgumentException("accepted " + accepted + " is not acknowledged " + acknowledged
                    + " + dropped " + dropped + " + pending " + pending);
        }
    }
}
