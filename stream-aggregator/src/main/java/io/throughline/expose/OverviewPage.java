package io.throughline.expose;

import com.sun.net.httpserver.HttpExchange;
import io.throughline.serve.HttpEndpoint;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;

/** The page at {@code /} with its script, its style and the chart library. Immutable. */
final class OverviewPage {

    /** Where the WebJar keeps the library; the folder holds its licence too. */
    private static final String UPLOT = "/META-INF/resources/webjars/uplot/1.6.30/";
    private static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
            + "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private final Map<String, HttpEndpoint.Handler> resources = new LinkedHashMap<>();

    /** Reads everything once. */
    OverviewPage() {
        add("/", "text/html", "page/index.html");
        add("/app.js", "text/javascript", "page/app.js");
        add("/style.css", "text/css", "page/style.css");
        add("/favicon.svg", "image/svg+xml", "page/favicon.svg");
        add("/uplot.js", "text/javascript", UPLOT + "dist/uPlot.iife.min.js");
        add("/uplot.css", "text/css", UPLOT + "dist/uPlot.min.css");
        add("/uplot-licence.txt", "text/plain", UPLOT + "LICENSE");
    }

    /** Serves all of it. */
    void route(HttpEndpoint http) {
        resources.forEach(http::route);
    }

    private static void send(HttpExchange exchange, String contentType, byte[] content) throws IOException {
        exchange.getResponseHeaders().set("Content-Security-Policy", POLICY);
        exchange.getResponseHeaders().set("Referrer-Policy", "no-referrer");
        HttpEndpoint.send(exchange, 200, contentType + "; charset=utf-8", content);
    }

    private void add(String path, String contentType, String resource) {
        try (InputStream in = OverviewPage.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException("the class path lacks " + resource);
            }
            byte[] content = in.readAllBytes();
            resources.put(path, exchange -> send(exchange, contentType, content));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + resource, e);
        }
    }
}
