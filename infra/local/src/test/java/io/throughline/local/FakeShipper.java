package io.throughline.local;

import com.sun.net.httpserver.HttpExchange;
import io.throughline.serve.HttpEndpoint;
import io.throughline.serve.Problem;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;

/** A log shipper's HTTP interface that answers what a test gave it and remembers what it was asked. */
final class FakeShipper implements AutoCloseable {

    private final HttpEndpoint endpoint;
    private final List<String> asked = new CopyOnWriteArrayList<>();

    FakeShipper(HttpEndpoint.Handler logs, HttpEndpoint.Handler traces) throws IOException {
        this(logs, traces, exchange -> {
            throw new Problem(400, "not asked for");
        });
    }

    private FakeShipper(HttpEndpoint.Handler logs, HttpEndpoint.Handler traces, HttpEndpoint.Handler tail)
            throws IOException {
        endpoint = HttpEndpoint
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        Executors.newVirtualThreadPerTaskExecutor())
                .route("/api/v1/logs", remembered(logs)).routeBelow("/api/v1/traces/", remembered(traces))
                .stream("/api/v1/tail", remembered(tail)).start();
    }

    static FakeShipper logs(HttpEndpoint.Handler logs) throws IOException {
        return new FakeShipper(logs, exchange -> {
            throw new Problem(404, "no such trace");
        });
    }

    static FakeShipper tail(HttpEndpoint.Handler tail) throws IOException {
        return new FakeShipper(exchange -> {
            throw new Problem(400, "not asked for");
        }, exchange -> {
            throw new Problem(404, "no such trace");
        }, tail);
    }

    static FakeShipper trace(String json) throws IOException {
        return new FakeShipper(exchange -> {
            throw new Problem(400, "not asked for");
        }, exchange -> HttpEndpoint.send(exchange, 200, "application/json", json.getBytes(StandardCharsets.UTF_8)));
    }

    static void ndjson(HttpExchange exchange, String lines) throws IOException {
        HttpEndpoint.send(exchange, 200, "application/x-ndjson", lines.getBytes(StandardCharsets.UTF_8));
    }

    String url() {
        return "http://localhost:" + endpoint.port();
    }

    /** Paths and queries, as they came over the wire. */
    List<String> asked() {
        return asked;
    }

    @Override
    public void close() {
        endpoint.close();
    }

    private HttpEndpoint.Handler remembered(HttpEndpoint.Handler handler) {
        return exchange -> {
            asked.add(exchange.getRequestURI().toString());
            handler.handle(exchange);
        };
    }
}
