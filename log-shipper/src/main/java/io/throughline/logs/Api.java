package io.throughline.logs;

import com.sun.net.httpserver.HttpExchange;
import io.throughline.serve.HttpEndpoint;
import io.throughline.serve.Problem;
import java.io.IOException;
import java.net.URLDecoder;
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

    private final LogStore store;
    private final Semaphore places = new Semaphore(MOST_AT_ONCE);

    Api(LogStore store) {
        this.store = store;
    }

    void logs(HttpExchange exchange) throws IOException, Problem {
        LogQuery query = Parameters.logQuery(exchange.getRequestURI().getRawQuery());
        answer(exchange, () -> {
            LogStore.Page page = read(() -> store.search(query));
            var body = new StringBuilder();
            page.lines().forEach(line -> body.append(line).append('\n'));
            exchange.getResponseHeaders().set(TOTAL_MATCHED, Long.toString(page.total()));
            if (page.next() != null) {
                exchange.getResponseHeaders().set(NEXT_CURSOR, page.next().encoded());
            }
            HttpEndpoint.send(exchange, 200, "application/x-ndjson",
                    body.toString().getBytes(StandardCharsets.UTF_8));
        });
    }

    void trace(HttpExchange exchange) throws IOException, Problem {
        String traceId = traceId(exchange.getRequestURI().getRawPath().substring(TRACES.length()));
        if (!Parameters.split(exchange.getRequestURI().getRawQuery()).isEmpty()) {
            throw Parameters.bad("a trace takes no parameters, got ?" + exchange.getRequestURI().getRawQuery());
        }
        answer(exchange, () -> {
            LogStore.TraceEntries trace = read(() -> store.trace(traceId));
            if (trace.entries().isEmpty()) {
                throw new Problem(404, "nothing is stored of trace " + Parameters.shown(traceId));
            }
            HttpEndpoint.json(exchange, 200, TraceAnswer.of(traceId, trace));
        });
    }

    private static String traceId(String rawSegment) throws Problem {
        try {
            // A plus means a blank in queries only.
            String id = URLDecoder.decode(rawSegment.replace("+", "%2B"), StandardCharsets.UTF_8);
            if (id.isBlank()) {
                throw new Problem(404, "a trace id must follow " + TRACES);
            }
            return id;
        } catch (IllegalArgumentException e) {
            throw Parameters.bad("the trace id cannot be decoded: a percent sign is written %25");
        }
    }

    private void answer(HttpExchange exchange, Answer answer) throws IOException, Problem {
        boolean place = false;
        try {
            place = places.tryAcquire(WAIT_SECONDS, TimeUnit.SECONDS);
            if (!place) {
                exchange.getResponseHeaders().set("Retry-After", "1");
                throw new Problem(503, "too many searches at once, try again");
            }
            answer.give();
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
    private interface Answer {
        void give() throws IOException, Problem;
    }

    @FunctionalInterface
    private interface Reading<T> {
        T read() throws IOException;
    }
}
