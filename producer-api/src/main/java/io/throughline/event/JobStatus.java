package io.throughline.event;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** How a job or a batch ended. */
public enum JobStatus {
    /** It did what was asked. */
    SUCCESS,
    /** It ended with an error. */
    FAILED,
    /** Somebody stopped it. */
    CANCELLED;

    private final String wireName = name().toLowerCase(Locale.ROOT);

    /** The value on the wire and as a label. */
    @JsonValue
    public String wireName() {
        return wireName;
    }
}
