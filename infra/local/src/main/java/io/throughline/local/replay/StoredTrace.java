package io.throughline.local.replay;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.throughline.local.ShipperClient;
import io.throughline.local.ShipperClient.Refused;
import io.throughline.replay.Coordinates;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Where the records of a trace stand, by the log shipper's store.
 *
 * @param coordinates of every record that the store has
 * @param whole false when the trace is longer than the store answers at once
 */
record StoredTrace(List<Coordinates> coordinates, boolean whole) {

    private static final JsonMapper JSON = new JsonMapper();

    /** Asks the store; {@link Refused} when it is away or has nothing of the trace. */
    static StoredTrace of(String traceId, ShipperClient shipper) throws Refused {
        try (InputStream body = shipper.get("/api/v1/traces/" + ShipperClient.segment(traceId), Map.of()).body()) {
            JsonNode answer = JSON.readTree(body);
            List<Coordinates> coordinates = new ArrayList<>();
            answer.path("entries").forEach(entry -> coordinates.add(new Coordinates(entry.path("topic").asText(),
                    entry.path("partition").asInt(), entry.path("offset").asLong())));
            return new StoredTrace(coordinates, !answer.path("truncated").asBoolean());
        } catch (IOException e) {
            throw new Refused("the answer from " + shipper.address() + " broke off: " + e.getMessage(), e);
        }
    }
}
