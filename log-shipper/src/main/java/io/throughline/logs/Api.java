package io.throughline.logs;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.net.httpserver.HttpExchange;
import io.throughline.serve.HttpEndpoint;
import io.throughline.serve.Problem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Answers {@code /api/v1/logs} and {@code /api/v1/traces/{trace_id}}. Thread-safe. */
final class Api {

    static final String LOGS = "/api/v1/logs";
    static final String TRACES = "/api/v1/traces/";
    static final String NEXT_CURSOR = "X-Next-Cursor";
    static final String TOTAL_MATCHED = "X-Total-Matched";

    /** Each answer can take tens of megabytes while it is made. */
    private static final int MOST_AT_ONCE = 8;
    private static final long WAIT_SECONDS = 5;

    private static final JsonMapper JSON = new JsonMapper();

    private final LogStore store;
    private final Semaphore places = new Semaphore(MOST_AT_ONCE);

    Api(LogStore store) {
        this.store = store;
    }

    void logs(HttpExchange exchange) throws IOException, Problem {
        LogQuery query = Parameters.logQuery(exchange.getRequestURI().getRawQuery());
        byte[] lines = made(exchange, () -> {
            LogStore.Page page = read(() -> store.search(query));
            var body = new StringBuilder();
            page.lines().forEach(line -> body.append(line).append('\n'));
            exchange.getResponseHeaders().set(TOTAL_MATCHED, Long.toString(page.total()));
            if (page.next() != null) {
                exchange.getResponseHeaders().set(NEXT_CURSOR, page.next().encoded());
            }
            return body.toString().getBytes(StandardCharsets.UTF_8);
        });
        HttpEndpoint.send(exchange, 200, "application/x-ndjson", lines);
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
        byte[] document = made(exchange, () -> {
            LogStore.TraceEntries trace = read(() -> store.trace(traceId));
            if (trace.entries().isEmpty()) {
                throw new Problem(404, "nothing is stored of trace " + Parameters.shown(traceId));
            }
            return JSON.writeValueAsBytes(TraceAnswer.of(Story.of(traceId, trace)));
        });
        HttpEndpoint.send(exchange, 200, "application/json", document);
    }

    /** Holds a place while the answer is made, and not while it is sent: a slow reader is in nobody's way. */
    private byte[] made(HttpExchange exchange, Making making) throws IOException, Problem {
        boolean place = false;
        try {
            place = places.tryAcquire(WAIT_SECONDS, TimeUnit.SECONDS);
            if (!place) {
                exchange.getResponseHeaders().set("Retry-After", "1");
                throw new Problem(503, "too many searches at once, try again");
            }
            return making.make();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Problem(503, "the server is stopping");
        } finally {
            if (place) {
                places.release();
            }
        }
    }

    private static <T> T read(Reading<T> reading) throws Problem {
        try {
            return reading.read();
        } catch (IOException e) {
            throw new Problem(503, "the store cannot be read: " + e.getMessage());
        }
    }

    @FunctionalInterface
    private interface Making {
        byte[] make() throws IOException, Problem;
    }

    @FunctionalInterface
    private interface Reading<T> {
        T read() throws IOException;
    }
}
