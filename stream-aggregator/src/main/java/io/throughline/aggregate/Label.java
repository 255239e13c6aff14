package io.throughline.aggregate;

import java.util.List;

/**
 * A label of a metric.
 *
 * @param name such as {@code status}
 * @param vocabulary all the values it can have, when the list is closed; empty when it is open
 */
public record Label(String name, List<String> vocabulary) {

    static Label open(String name) {
        return new Label(name, List.of());
    }

    static Label closed(String name, List<String> vocabulary) {
        return new Label(name, vocabulary);
    }

    /** Whether all values are known beforehand. */
    public boolean isClosed() {
        return !vocabulary.isEmpty();
    }
}
