package io.throughline.logs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;

/** The few requests that a store makes of OpenSearch. Thread-safe. */
final class OpenSearchClient implements AutoCloseable {

    private static final JsonMapper JSON = new JsonMapper();
    private static final Duration CONNECT = Duration.ofSeconds(3);
    private static final Duration ANSWER = Duration.ofSeconds(30);
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final long FIRST_PAUSE_MILLIS = 100;
    private static final long LONGEST_PAUSE_MILLIS = 5_000;
    private static final int TOO_MANY_REQUESTS = 429;

    private final OpenSearchConfig config;
    private final HttpClient client = HttpClient.newBuilder().connectTimeout(CONNECT).build();

    OpenSearchClient(OpenSearchConfig config) {
        this.config = config;
    }

    /** The answer to a request with a JSON body, or with none when it is empty; 404 is an empty node. */
    JsonNode call(String method, String path, String body) throws IOException {
        HttpResponse<String> answer = send(method, path, "application/json", body);
        if (answer.statusCode() == 404) {
            return JSON.missingNode();
        }
        if (answer.statusCode() >= 300) {
            throw refused(method + ' ' + path, answer);
        }
        return JSON.readTree(answer.body());
    }

    /**
     * Sends a bulk until the cluster has taken all of it: what it pushes back is sent again, more and more slowly. Each
     * document has an id of its own, so what was taken already is only written over with the same.
     */
    void bulk(String lines) throws IOException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        for (long pause = FIRST_PAUSE_MILLIS;; pause = Math.min(2 * pause, LONGEST_PAUSE_MILLIS)) {
            HttpResponse<String> answer = send("POST", "/_bulk", "application/x-ndjson", lines);
            boolean busy = answer.statusCode() == TOO_MANY_REQUESTS || answer.statusCode() == 503;
            if (!busy) {
                busy = pushedBack(answer);
            }
            if (!busy) {
                return;
            }
            if (System.nanoTime() > deadline) {
                throw new IOException("OpenSearch at " + config.url() + " has been too busy to take records for "
                        + PATIENCE.toSeconds() + " s");
            }
            sleep(pause);
        }
    }

    @Override
    public void close() {
        client.shutdownNow();
    }

    /** Whether some documents were refused for want of room in a queue; any other refusal is an error. */
    private boolean pushedBack(HttpResponse<String> answer) throws IOException {
        if (answer.statusCode() >= 300) {
            throw refused("POST /_bulk", answer);
        }
        JsonNode result = JSON.readTree(answer.body());
        boolean busy = false;
        if (result.path("errors").booleanValue()) {
            for (JsonNode item : result.path("items")) {
                JsonNode done = item.path("index");
                if (done.path("status").intValue() == TOO_MANY_REQUESTS) {
                    busy = true;
                } else if (done.has("error")) {
                    throw new IOException("OpenSearch at " + config.url() + " does not take "
                            + done.path("_id").textValue() + ": " + done.path("error").path("reason").textValue());
                }
            }
        }
        return busy;
    }

    private HttpResponse<String> send(String method, String path, String type, String body) throws IOException {
        var request = HttpRequest.newBuilder(URI.create(config.url().toString().replaceAll("/+$", "") + path))
                .timeout(ANSWER).header("Content-Type", type);
        if (config.user() != null) {
            request.header("Authorization", "Basic " + Base64.getEncoder().encodeToString(
                    (config.user() + ':' + config.password()).getBytes(StandardCharsets.UTF_8)));
        }
        request.method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        try {
            return client.send(request.build(), BodyHandlers.ofString());
        } catch (IOException e) {
            throw new IOException("OpenSearch at " + config.url() + " does not answer: " + e, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for OpenSearch", e);
        }
    }

    private IOException refused(String request, HttpResponse<String> answer) {
        String body = answer.body();
        return new IOException("OpenSearch at " + config.url() + " answers " + answer.statusCode() + " to " + request
                + ": " + (body.length() > 500 ? body.substring(0, 500) + "…" : body));
    }

    private static void sleep(long millis) throws IOException {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for OpenSearch", e);
        }
    }
}
