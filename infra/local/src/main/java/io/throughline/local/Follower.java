package io.throughline.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.throughline.local.ShipperClient.Refused;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Prints log lines as the shipper stores them. After a connection breaks it goes on where it was. */
final class Follower {

    private static final JsonMapper JSON = new JsonMapper();
    private static final long BETWEEN_ATTEMPTS_MILLIS = 1_000;
    /** A shipper that is restarted is back within this time. */
    private static final int MOST_ATTEMPTS = 60;

    private final Terminal terminal;
    private final ShipperClient shipper;
    private @Nullable String lastId;
    private boolean toldIncomplete;

    Follower(Terminal terminal, ShipperClient shipper) {
        this.terminal = terminal;
        this.shipper = shipper;
    }

    /** Prints what matches until it ends, nobody reads any more, or the shipper stays away; returns the exit code. */
    int follow(Map<String, String> query) throws Refused {
        Map<String, String> asked = new LinkedHashMap<>(query);
        for (int attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
            try (InputStream body = shipper.stream("/api/v1/tail", asked, lastId).body()) {
                if (attempt > 0) {
                    terminal.err().println("logs: following again");
                }
                attempt = 0;
                if (print(new ServerEvents(body))) {
                    return 0;
                }
            } catch (IOException e) {
                terminal.err().println("logs: the connection broke off, trying again");
            } catch (Refused e) {
                if (attempt == 0 && lastId == null) {
                    throw e;
                }
            }
            // What came before is on the screen already.
            asked.put("backlog", "0");
            pause();
        }
        throw new Refused("the shipper at " + shipper.address() + " did not come back", null);
    }

    private boolean print(ServerEvents events) throws IOException {
        try {
            return printAll(events);
        } finally {
            lastId = events.lastId() == null ? lastId : events.lastId();
        }
    }

    private boolean printAll(ServerEvents events) throws IOException {
        for (ServerEvents.Event event = events.next(); event != null; event = events.next()) {
            switch (event.name()) {
                case "log" -> terminal.out().println(event.data());
                case "dropped" -> terminal.err().println("logs: " + dropped(JSON.readTree(event.data())));
                case "incomplete" -> incomplete(JSON.readTree(event.data()).path("not_shown"));
                case "end" -> {
                    terminal.out().flush();
                    terminal.err().println("logs: ended, " + Printable.text(JSON.readTree(event.data()).path("status")
                            .asText()));
                    return true;
                }
                default -> {
                    // from a newer shipper
                }
            }
            if (events.quiet()) {
                terminal.out().flush();
                if (terminal.closed()) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Said once: it comes with every connection. */
    private void incomplete(JsonNode others) {
        if (!toldIncomplete) {
            List<String> names = new ArrayList<>();
            others.forEach(other -> names.add(Printable.text(other.asText())));
            terminal.err().println("logs: incomplete: shows what " + shipper.address() + " stores; follow "
                    + String.join(", ", names) + " with --url too");
            toldIncomplete = true;
        }
    }

    private static String dropped(JsonNode data) {
        return data.path("count").isNumber()
                ? data.path("count").asLong() + " lines are missing here: this reader was too slow"
                : "lines may be missing here";
    }

    private static void pause() throws Refused {
        try {
            Thread.sleep(BETWEEN_ATTEMPTS_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Refused("interrupted", e);
        }
    }
}
