package io.throughline.local.replay;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.throughline.local.ShipperClient;
import io.throughline.local.ShipperClient.Refused;
import io.throughline.replay.Coordinates;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where the records of a trace, user, job or batch stand, by the log shipper's store.
 *
 * @param coordinates of every record that the store has
 * @param upTo what was published before that time is in the store; empty when the store does not say
 */
record StoredRecords(List<Coordinates> coordinates, Optional<String> upTo) {

    /** Single records are fetched one by one: of more than that, a scan is faster. */
    private static final int MOST = 10_000;
    private static final JsonMapper JSON = new JsonMapper();

    /**
     * Asks the store for the records that have all these ids.
     *
     * @param ids by the names of their headers
     * @param from event time; null for all. Towards the end there is no such bound: what a service dated after its
     *     publication counts earlier than the store has it
     * @throws Refused when the store is away, has none of them, or does not have or answer all
     */
    static StoredRecords of(Map<String, String> ids, @Nullable Instant from, ShipperClient shipper) throws Refused {
        Map<String, String> query = new HashMap<>(ids);
        query.put("kind", "all");
        query.put("order", "oldest");
        query.put("limit", Integer.toString(MOST));
        if (from != null) {
            query.put("from", from.toString());
        }
        List<Coordinates> coordinates = new ArrayList<>();
        Optional<String> upTo = Optional.empty();
        Optional<String> next;
        do {
            HttpResponse<?> page = page(query, shipper, coordinates);
            upTo = upTo.or(() -> page.headers().firstValue("X-Watermark"));
            next = page.headers().firstValue("X-Next-Cursor");
            next.ifPresent(cursor -> query.put("cursor", cursor));
        } while (next.isPresent());
        if (coordinates.isEmpty()) {
            throw new Refused("the store has no such record", null);
        }
        return new StoredRecords(coordinates, upTo);
    }

    private static HttpResponse<?> page(Map<String, String> query, ShipperClient shipper, List<Coordinates> into)
            throws Refused {
        var answer = shipper.get("/api/v1/logs", query);
        try (var lines = new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8))) {
            if (answer.headers().firstValue("X-Complete").filter("false"::equals).isPresent()) {
                throw new Refused("a part of the store does not answer", null);
            }
            if (answer.headers().firstValueAsLong("X-Total-Matched").orElse(0) > MOST) {
                throw new Refused("the store has more than " + MOST + " such records", null);
            }
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                into.add(coordinates(JSON.readTree(line)));
            }
            return answer;
        } catch (JsonProcessingException e) {
            throw new Refused("the answer from " + shipper.address() + " is no shipper's: " + e.getOriginalMessage(),
                    e);
        } catch (IOException e) {
            throw new Refused("the answer from " + shipper.address() + " broke off: " + e.getMessage(), e);
        }
    }

    private static Coordinates coordinates(JsonNode envelope) {
        return new Coordinates(envelope.path("topic").asText(), envelope.path("partition").asInt(),
                envelope.path("offset").asLong());
    }
}
