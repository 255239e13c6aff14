package io.throughline.bench;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;

/**
 * A page of metrics in Prometheus' text format.
 *
 * @param text its lines
 */
record Page(String text) {

    /** The page that a server on this machine shows now; one that is not ready shows an empty page. */
    static Page of(int port) throws IOException, InterruptedException {
        try (var client = HttpClient.newHttpClient()) {
            var answer = client.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/metrics")).build(),
                    BodyHandlers.ofString());
            return new Page(answer.statusCode() == 200 ? answer.body() : "");
        }
    }

    /** The sum over all series of that name, which is whole. */
    long sum(String name) {
        double sum = text.lines().filter(line -> line.startsWith(name + '{') || line.startsWith(name + ' '))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1))).sum();
        return Math.round(sum);
    }
}
