package io.throughline.logs;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.net.httpserver.HttpExchange;
import io.throughline.serve.HttpEndpoint;
import io.throughline.serve.Problem;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** Answers what lies under {@code /api/v1}, save the tail. Thread-safe. */
final class Api {

    static final String LOGS = "/api/v1/logs";
    static final String HISTOGRAM = "/api/v1/logs/histogram";
    static final String SERVICES = "/api/v1/services";
    static final String TRACES = "/api/v1/traces/";
    static final String NEXT_CURSOR = "X-Next-Cursor";
    static final String TOTAL_MATCHED = "X-Total-Matched";

    private static final JsonMapper JSON = new JsonMapper();

    private final LogStore store;
    private final Answers answers;

    Api(LogStore store, Answers answers) {
        this.store = store;
        this.answers = answers;
    }

    void logs(HttpExchange exchange) throws IOException, Problem {
        LogQuery query = Parameters.logQuery(exchange.getRequestURI().getRawQuery());
        answers.answer(exchange, Answers.Weight.LINES, "application/x-ndjson", () -> {
            LogStore.Page page = Answers.read(() -> store.search(query));
            var body = new ByteArrayOutputStream();
            for (String line : page.lines()) {
                body.writeBytes(line.getBytes(StandardCharsets.UTF_8));
                body.write('\n');
            }
            exchange.getResponseHeaders().set(TOTAL_MATCHED, Long.toString(page.total()));
            if (page.next() != null) {
                exchange.getResponseHeaders().set(NEXT_CURSOR, page.next().encoded());
            }
            return body.toByteArray();
        });
    }

    void trace(HttpExchange exchange) throws IOException, Problem {
        // The path, decoded, is what was routed: its first part too may have come with percent signs.
        String traceId = exchange.getRequestURI().getPath().substring(TRACES.length());
        if (traceId.isBlank()) {
            throw new Problem(404, "a trace id must follow " + TRACES);
        }
        if (!Parameters.split(exchange.getRequestURI().getRawQuery()).isEmpty()) {
            throw Parameters.bad("a trace takes no parameters, got ?" + exchange.getRequestURI().getRawQuery());
        }
        answers.answer(exchange, Answers.Weight.TRACES, "application/json", () -> {
            LogStore.TraceEntries trace = Answers.read(() -> store.trace(traceId));
            if (trace.entries().isEmpty()) {
                throw new Problem(404, "nothing is stored of trace " + Parameters.shown(traceId));
            }
            return JSON.writeValueAsBytes(TraceAnswer.of(Story.of(traceId, trace)));
        });
    }

    /** Counts over time of what a search with the same parameters finds. */
    void histogram(HttpExchange exchange) throws IOException, Problem {
        Map<String, String> given = new LinkedHashMap<>(Parameters.split(exchange.getRequestURI().getRawQuery()));
        int slices = Histogram.slices(given.remove("slices"));
        LogQuery query = Parameters.logQueryOf(given);
        answers.answer(exchange, Answers.Weight.LINES, "application/json",
                () -> JSON.writeValueAsBytes(Answers.read(() -> Histogram.of(store, query, slices))));
    }

    /** The names of all services. */
    void services(HttpExchange exchange) throws IOException, Problem {
        HttpEndpoint.json(exchange, 200, Answers.read(store::services));
    }
}
