package io.throughline.event;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** How a call to a language model ended. */
public enum LlmStatus {
    /** An answer came. */
    SUCCESS,
    /** The provider answered with an error. */
    ERROR,
    /** No answer came in time. */
    TIMEOUT,
    /** The provider refused for exceeding a rate. */
    RATE_LIMITED;

    private final String wireName = name().toLowerCase(Locale.ROOT);

    /** The value on the wire and as a label. */
    @JsonValue
    public String wireName() {
        return wireName;
    }
}
