package io.throughline.logs;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.net.httpserver.HttpExchange;
import io.throughline.serve.HttpEndpoint;
import io.throughline.serve.Problem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;

/**
 * What shippers ask each other: the same questions as anybody's, answered from the own store alone, every record with
 * its place. No interface for others. Thread-safe.
 */
final class PeerApi {

    static final String RECORDS = "/internal/v1/records";
    static final String COUNTS = "/internal/v1/counts";
    static final String SERVICES = "/internal/v1/services";
    /** Header with the name of the shipper that answers. */
    static final String INSTANCE = "X-Throughline-Instance";

    private static final JsonMapper JSON = new JsonMapper();

    private final LogSearch local;
    private final String instance;
    /** Places of their own: shippers that wait for each other must not hold those that the other's answer needs. */
    private final Answers answers = new Answers();

    PeerApi(LogSearch local, String instance) {
        this.local = local;
        this.instance = instance;
    }

    void routes(HttpEndpoint endpoint) {
        endpoint.route(RECORDS, this::records).route(COUNTS, this::counts).route(SERVICES, this::services);
    }

    private void records(HttpExchange exchange) throws IOException, Problem {
        LogQuery query = Parameters.logQuery(exchange.getRequestURI().getRawQuery());
        answer(exchange, "application/x-ndjson", () -> {
            LogSearch.Page page = Answers.read(() -> local.search(query));
            Api.describe(exchange, page);
            var lines = new StringBuilder();
            for (StoredEntry entry : page.entries()) {
                lines.append(Envelopes.write(entry)).append('\n');
            }
            return lines.toString().getBytes(StandardCharsets.UTF_8);
        });
    }

    private void counts(HttpExchange exchange) throws IOException, Problem {
        String raw = exchange.getRequestURI().getRawQuery();
        String[] parts = (raw == null ? "" : raw).split("&", 2);
        String[] slices = parts[0].split("_", -1);
        try {
            var asked = new TimeSlices(Instant.ofEpochMilli(Long.parseLong(slices[0])),
                    Duration.ofMillis(Long.parseLong(slices[1])), Integer.parseInt(slices[2]));
            LogQuery query = Parameters.logQuery(parts.length < 2 ? null : parts[1]);
            answer(exchange, "application/json",
                    () -> JSON.writeValueAsBytes(Answers.read(() -> local.counts(query, asked))));
        } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
            throw Parameters.bad("slices must be written from_width_count, got " + Parameters.shown(parts[0]));
        }
    }

    private void services(HttpExchange exchange) throws IOException, Problem {
        answer(exchange, "application/json", () -> JSON.writeValueAsBytes(Answers.read(local::services)));
    }

    /** Slices as {@link #counts} reads them: they begin and end at whole milliseconds. */
    static String slices(TimeSlices slices) {
        return slices.from().toEpochMilli() + "_" + slices.width().toMillis() + "_" + slices.count();
    }

    private void answer(HttpExchange exchange, String type, Answers.Making body) throws IOException, Problem {
        exchange.getResponseHeaders().set(INSTANCE, instance);
        answers.answer(exchange, Answers.Weight.LINES, type, body);
    }
}
