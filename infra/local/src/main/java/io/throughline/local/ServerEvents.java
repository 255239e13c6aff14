package io.throughline.local;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Reads server-sent events from an answer, one after another. Not thread-safe.
 *
 * @see <a href="https://html.spec.whatwg.org/multipage/server-sent-events.html">server-sent events</a>
 */
final class ServerEvents {

    private final BufferedReader in;
    private @Nullable String lastId;

    ServerEvents(InputStream body) {
        this.in = new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8));
    }

    /**
     * One event.
     *
     * @param name such as {@code log}
     * @param data its text; line breaks as they were sent
     */
    record Event(String name, String data) {}

    /** The next event; null when the answer is over. Comments, which servers send as heartbeats, are passed over. */
    @Nullable
    Event next() throws IOException {
        String name = "message";
        String id = lastId;
        StringBuilder data = null;
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            int colon = line.indexOf(':');
            String field = colon < 0 ? line : line.substring(0, colon);
            String value = colon < 0 ? "" : line.substring(colon + 1);
            value = value.startsWith(" ") ? value.substring(1) : value;
            if (line.isEmpty()) {
                // Only now: an event that was cut off is still to come.
                lastId = id;
            }
            if (line.isEmpty() && data != null) {
                return new Event(name, data.toString());
            }
            switch (field) {
                case "id" -> id = value;
                case "event" -> name = value;
                case "data" -> data = data == null
                        ? new StringBuilder(value)
                        : data.append('\n').append(
                                value);
                default -> {
                    // a comment, the end of an event without data, or a field that is not for us
                }
            }
        }
        return null;
    }

    /** Whether nothing waits to be read. */
    boolean quiet() throws IOException {
        return !in.ready();
    }

    /** The last id that came, with an event or by itself; null before that. */
    @Nullable
    String lastId() {
        return lastId;
    }
}
