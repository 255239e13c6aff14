package io.throughline.bench;

import java.util.Locale;

/** A constant that people know by its name in lower case. */
interface Labelled {

    /** As {@link Enum#name}. */
    String name();

    /** The name that people read. */
    default String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
