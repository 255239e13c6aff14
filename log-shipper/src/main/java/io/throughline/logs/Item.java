package io.throughline.logs;

import io.throughline.event.Codec;
import io.throughline.event.Event;
import io.throughline.event.InvalidRecordException;
import io.throughline.event.LogRecord;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A stored record and what it says.
 *
 * @param entry as it was stored
 * @param event the event, unless it is a log line or cannot be read any more
 * @param log the log line, unless it is an event or cannot be read any more
 */
record Item(StoredEntry entry, @Nullable Event event, @Nullable LogRecord log) {

    private static final Logger LOG = LoggerFactory.getLogger(Item.class);

    /** One record that an older version took must not keep the others of its trace from being seen. */
    static Item of(StoredEntry entry) {
        byte[] value = entry.json().getBytes(StandardCharsets.UTF_8);
        try {
            return switch (entry.kind()) {
                case LOG -> new Item(entry, null, Codec.decodeLog(value, entry.context()).value());
                case EVENT -> new Item(entry, Codec.decodeEvent(value, entry.context()).value(), null);
            };
        } catch (InvalidRecordException e) {
            LOG.warn("{}-{}@{} was stored and cannot be read again: {}", entry.topic(), entry.partition(),
                    entry.offset(), e.getMessage());
            return new Item(entry, null, null);
        }
    }

    /** The event time; null when the record cannot be read any more. */
    @Nullable
    Instant time() {
        return event != null ? event.origin().timestamp() : log != null ? log.timestamp() : null;
    }

    @Nullable
    String service() {
        return event != null ? event.origin().service() : log != null ? log.service() : null;
    }

    /** One line for a person; null when the record cannot be read any more. */
    @Nullable
    String summary() {
        return event != null ? Summaries.of(event) : log != null ? Summaries.of(log) : null;
    }

    boolean failed() {
        return event != null ? Summaries.failed(event) : log != null && Summaries.failed(log);
    }
}
