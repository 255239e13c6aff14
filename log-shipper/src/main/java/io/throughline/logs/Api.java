package io.throughline.logs;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.net.httpserver.HttpExchange;
import io.throughline.serve.HttpEndpoint;
import io.throughline.serve.Problem;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Answers what lies under {@code /api/v1}, save the tail. Thread-safe. */
final class Api {

    static final String LOGS = "/api/v1/logs";
    static final String HISTOGRAM = "/api/v1/logs/histogram";
    static final String SERVICES = "/api/v1/services";
    static final String TRACES = "/api/v1/traces/";
    static final String NEXT_CURSOR = "X-Next-Cursor";
    static final String TOTAL_MATCHED = "X-Total-Matched";
    static final String COMPLETE = "X-Complete";
    static final String MISSING_PEERS = "X-Missing-Peers";
    static final String WATERMARK = "X-Watermark";

    private static final JsonMapper JSON = new JsonMapper();

    private final LogSearch store;
    private final Answers answers;

    Api(LogSearch store, Answers answers) {
        this.store = store;
        this.answers = answers;
    }

    void logs(HttpExchange exchange) throws IOException, Problem {
        LogQuery query = Parameters.logQuery(exchange.getRequestURI().getRawQuery());
        answers.answer(exchange, Answers.Weight.LINES, "application/x-ndjson", () -> {
            LogSearch.Page page = Answers.read(() -> store.search(query));
            describe(exchange, page);
            var body = new ByteArrayOutputStream();
            for (StoredEntry entry : page.entries()) {
                // Log lines are what they were; where there are events too, each record says what and where it is.
                String line = query.kinds().contains(Kind.EVENT) ? Envelopes.write(entry) : entry.json();
                body.writeBytes(line.getBytes(StandardCharsets.UTF_8));
                body.write('\n');
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
            LogSearch.TraceEntries trace = Answers.read(() -> store.trace(traceId));
            describe(exchange, trace.coverage());
            if (trace.entries().isEmpty()) {
                throw nothing(traceId, trace.coverage());
            }
            return JSON.writeValueAsBytes(TraceAnswer.of(Story.of(traceId, trace)));
        });
    }

    /** That nothing is stored can only be said when everybody was asked. */
    private static Problem nothing(String traceId, Coverage coverage) {
        return coverage.complete()
                ? new Problem(404, "nothing is stored of trace " + Parameters.shown(traceId))
                : new Problem(503, "nothing was found of trace " + Parameters.shown(traceId) + ", and "
                        + String.join(", ", coverage.missing()) + " did not answer");
    }

    /** Counts over time of what a search with the same parameters finds. */
    void histogram(HttpExchange exchange) throws IOException, Problem {
        Map<String, String> given = new LinkedHashMap<>(Parameters.split(exchange.getRequestURI().getRawQuery()));
        int slices = Histogram.slices(given.remove("slices"));
        LogQuery query = Parameters.logQueryOf(given);
        answers.answer(exchange, Answers.Weight.LINES, "application/json", () -> {
            Set<String> missing = new TreeSet<>();
            byte[] histogram = JSON.writeValueAsBytes(Answers.read(() -> Histogram.of(store, query, slices, missing)));
            describe(exchange, new Coverage(null, List.copyOf(missing)));
            return histogram;
        });
    }

    /** The names of all services. */
    void services(HttpExchange exchange) throws IOException, Problem {
        HttpEndpoint.json(exchange, 200, Answers.read(store::services));
    }

    /** Says in headers what a page is a part of. */
    static void describe(HttpExchange exchange, LogSearch.Page page) {
        exchange.getResponseHeaders().set(TOTAL_MATCHED, Long.toString(page.total()));
        if (page.next() != null) {
            exchange.getResponseHeaders().set(NEXT_CURSOR, page.next().encoded());
        }
        describe(exchange, page.coverage());
    }

    /** Says in headers how much was searched. */
    static void describe(HttpExchange exchange, Coverage coverage) {
        exchange.getResponseHeaders().set(COMPLETE, Boolean.toString(coverage.complete()));
        if (!coverage.complete()) {
            exchange.getResponseHeaders().set(MISSING_PEERS, String.join(",", coverage.missing()));
        }
        if (coverage.watermark() != null) {
            exchange.getResponseHeaders().set(WATERMARK, coverage.watermark().toString());
        }
    }
}
