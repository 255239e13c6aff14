package io.throughline.logs;

import java.util.Comparator;
import java.util.Locale;

/** Which record comes first. */
enum Order {
    /** The latest event time. */
    NEWEST,
    /** The earliest event time. */
    OLDEST;

    String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    Comparator<StoredEntry> comparator() {
        return this == OLDEST ? StoredEntry.CAUSAL : StoredEntry.CAUSAL.reversed();
    }
}
