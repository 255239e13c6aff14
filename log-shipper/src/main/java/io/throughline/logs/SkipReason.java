package io.throughline.logs;

import java.util.Locale;

/** Why a record is not in the store: the closed list of the label {@code reason}. */
enum SkipReason {
    /** A replay published it. */
    REPLAYED,
    /** An event that breaks the contract; the aggregator puts it with the dead letters. */
    UNDECODABLE,
    /** A log line that breaks the contract; it went to the dead letters. */
    DEAD_LETTERED,
    /** A log line that breaks the contract and that the brokers refuse as a dead letter too. */
    UNDELIVERABLE,
    /** It was gone from Kafka before it was read. */
    EXPIRED;

    String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
