package io.throughline.local.monitoring;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** What Alertmanager tells people, kept in the order in which it came. */
final class Webhook implements AutoCloseable {

    private static final JsonMapper JSON = new JsonMapper();

    private final HttpServer server;
    private final List<Notice> notices = new CopyOnWriteArrayList<>();

    /** An alert in a message. */
    record Notice(String name, String status, JsonNode alert) {}

    private Webhook(HttpServer server) {
        this.server = server;
    }

    static Webhook start() throws IOException {
        var webhook = new Webhook(HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0));
        webhook.server.createContext("/", webhook::take);
        webhook.server.start();
        return webhook;
    }

    String address() {
        return "localhost:" + server.getAddress().getPort();
    }

    List<Notice> notices() {
        return List.copyOf(notices);
    }

    private void take(HttpExchange exchange) throws IOException {
        try (exchange) {
            JSON.readTree(exchange.getRequestBody()).path("alerts").forEach(alert -> notices.add(new Notice(
                    alert.path("labels").path("alertname").asText(), alert.path("status").asText(), alert)));
            exchange.sendResponseHeaders(200, -1);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
