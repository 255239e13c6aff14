package io.throughline.local.monitoring;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;

/** What a running Prometheus answers. */
record Prometheus(int port) {

    private static final JsonMapper JSON = new JsonMapper();

    /** A sample of an answer: its labels and its number. */
    record Sample(JsonNode labels, double value) {}

    List<Sample> query(String expression) {
        return ask("/api/v1/query?query=" + URLEncoder.encode(expression, UTF_8)).path("result").valueStream()
                .map(result -> new Sample(result.path("metric"),
                        Double.parseDouble(result.path("value").path(1).asText().replace("Inf", "Infinity"))))
                .toList();
    }

    boolean answers() {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    /** The member {@code data} of the answer; what Prometheus calls an error fails the test in its words. */
    JsonNode ask(String path) {
        try (var http = HttpClient.newHttpClient()) {
            var answer = http.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                    .timeout(Duration.ofSeconds(10)).build(), BodyHandlers.ofString());
            JsonNode json = JSON.readTree(answer.body());
            if (!json.path("status").asText().equals("success")) {
                throw new AssertionError(path + ": " + answer.body());
            }
            return json.path("data");
        } catch (IOException e) {
            throw new UncheckedIOException("Prometheus does not answer", e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
