package io.throughline.logs;

import java.util.Locale;

/** What a stored record is. */
enum Kind {
    /** A structured log line. */
    LOG,
    /** An event of the contract. */
    EVENT;

    String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Kind of(String wireName) {
        return valueOf(wireName.toUpperCase(Locale.ROOT));
    }
}
