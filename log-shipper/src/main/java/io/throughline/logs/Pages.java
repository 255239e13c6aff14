package io.throughline.logs;

import com.sun.net.httpserver.HttpExchange;
import io.throughline.serve.HttpEndpoint;
import io.throughline.serve.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * Serves the page for people: searching at {@code /}, a trace at {@code /trace/{trace_id}}. It loads nothing from
 * elsewhere, and its policy forbids the browser to.
 */
final class Pages {

    private static final String FOLDER = "/page/";
    private static final String TRACE = "/trace/";
    private static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
            + "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
    private static final Map<String, String> FILES = Map.of("app.js", "text/javascript; charset=utf-8", "dom.js",
            "text/javascript; charset=utf-8", "query.js", "text/javascript; charset=utf-8", "search.js",
            "text/javascript; charset=utf-8", "histogram.js", "text/javascript; charset=utf-8", "trace.js",
            "text/javascript; charset=utf-8", "style.css", "text/css; charset=utf-8", "icon.svg", "image/svg+xml");

    private final URI grafana;
    private final byte[] page = resource("index.html");

    /** Pages with links to that Grafana. */
    Pages(URI grafana) {
        this.grafana = grafana;
    }

    HttpEndpoint routes(HttpEndpoint endpoint) {
        FILES.forEach((name, type) -> {
            byte[] file = resource(name);
            endpoint.route(FOLDER + name, exchange -> send(exchange, type, file));
        });
        return endpoint.route("/", this::search).routeBelow(TRACE, exchange -> html(exchange))
                .route(FOLDER + "settings.json", exchange -> HttpEndpoint.json(exchange, 200,
                        Map.of("grafana_url", grafana.toString().replaceAll("/+$", ""))));
    }

    private void search(HttpExchange exchange) throws IOException, Problem {
        Map<String, String> given = Parameters.split(exchange.getRequestURI().getRawQuery());
        String trace = given.get("trace");
        if (trace == null && given.size() == 1) {
            trace = given.get("trace_id");
        }
        if (trace == null) {
            html(exchange);
            return;
        }
        exchange.getResponseHeaders().set("Location",
                TRACE + URLEncoder.encode(trace.strip(), StandardCharsets.UTF_8).replace("+", "%20"));
        HttpEndpoint.send(exchange, 303, "text/plain; charset=utf-8", new byte[0]);
    }

    private void html(HttpExchange exchange) throws IOException {
        send(exchange, "text/html; charset=utf-8", page);
    }

    private static void send(HttpExchange exchange, String type, byte[] file) throws IOException {
        exchange.getResponseHeaders().set("Content-Security-Policy", POLICY);
        exchange.getResponseHeaders().set("Referrer-Policy", "no-referrer");
        HttpEndpoint.send(exchange, 200, type, file);
    }

    private static byte[] resource(String name) {
        try (InputStream in = Pages.class.getResourceAsStream("page/" + name)) {
            if (in == null) {
                throw new IllegalStateException("page/" + name + " is not on the class path");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
