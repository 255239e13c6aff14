package io.throughline.logs;

import java.util.Locale;

/** Which log line comes first. */
enum Order {
    /** The latest event time. */
    NEWEST,
    /** The earliest event time. */
    OLDEST;

    String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
