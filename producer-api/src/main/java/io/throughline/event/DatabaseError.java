package io.throughline.event;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A database refused or failed an operation.
 *
 * @param origin id, event time and service
 * @param database name of the database
 * @param operation what was tried
 * @param errorCode what went wrong, as a short code
 */
public record DatabaseError(Origin origin, String database, String operation,
        @Nullable String errorCode) implements Event {

    /** Refuses values out of range with {@link IllegalArgumentException}. */
    public DatabaseError {
        Objects.requireNonNull(origin, "origin");
        Range.notEmpty("database", database);
        Range.notEmpty("operation", operation);
    }

    @Override
    public EventType type() {
        return EventType.DATABASE_ERROR;
    }
}
