package io.throughline.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.throughline.publish.Settings;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Asks the log shipper's HTTP interface. Every failure is one line that says what to do. Thread-safe. */
public final class ShipperClient implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final Duration LONGEST_ANSWER = Duration.ofMinutes(1);
    private static final int LONGEST_PROBLEM = 64 * 1024;
    private static final JsonMapper JSON = new JsonMapper();

    private final HttpClient http = HttpClient.newBuilder().connectTimeout(PATIENCE).build();
    private final String address;

    /** The shipper refused the question or is away; the message is one line for the user. */
    public static final class Refused extends Exception {
        private static final long serialVersionUID = 1L;

        private final boolean misunderstood;

        /** One line for the user. */
        public Refused(String why, @Nullable Throwable cause) {
            super(why, cause);
            this.misunderstood = false;
        }

        private Refused(String why, int status) {
            super(why);
            this.misunderstood = status == 400;
        }

        /** The exit code of the command that asked: 2 when the question was none, else 1. */
        int exitCode() {
            return misunderstood ? 2 : 1;
        }
    }

    private ShipperClient(String address) {
        this.address = address;
    }

    /**
     * A client of the shipper at {@code url}, else {@code THROUGHLINE_SHIPPER_URL}, else port
     * {@code THROUGHLINE_SHIPPER_PORT} of this machine.
     */
    public static ShipperClient of(@Nullable String url, Settings settings) throws Refused {
        int port = settings.integer("THROUGHLINE_SHIPPER_PORT", 8001, 1, 65_535);
        String address = url != null ? url : settings.text("THROUGHLINE_SHIPPER_URL", "http://localhost:" + port);
        if (!address.matches("https?://[^/?#\\s]+(/[^?#\\s]*)?")) {
            throw new Refused("the shipper's address must be such as http://localhost:8001, got \""
                    + Printable.text(address) + '"', null);
        }
        return new ShipperClient(address.replaceAll("/+$", ""));
    }

    /** Where it asks. */
    public String address() {
        return address;
    }

    /** The answer to a GET; the caller closes the body. */
    public HttpResponse<InputStream> get(String path, Map<String, String> query) throws Refused {
        URI uri = URI.create(address + path + (query.isEmpty() ? "" : '?' + encode(query)));
        HttpResponse<InputStream> answer = send(HttpRequest.newBuilder(uri).timeout(LONGEST_ANSWER).build());
        if (answer.statusCode() != 200) {
            throw new Refused(problem(answer), answer.statusCode());
        }
        return answer;
    }

    /** A stream that may go on for ever, first of what came after {@code lastId}; the caller closes the body. */
    HttpResponse<InputStream> stream(String path, Map<String, String> query, @Nullable String lastId) throws Refused {
        URI uri = URI.create(address + path + (query.isEmpty() ? "" : '?' + encode(query)));
        var request = HttpRequest.newBuilder(uri).header("Accept", "text/event-stream").timeout(LONGEST_ANSWER);
        if (lastId != null) {
            request.header("Last-Event-ID", lastId);
        }
        HttpResponse<InputStream> answer = send(request.build());
        if (answer.statusCode() != 200) {
            throw new Refused(problem(answer), answer.statusCode());
        }
        return answer;
    }

    /** {@code text} as one segment of a path. */
    public static String segment(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    @Override
    public void close() {
        http.close();
    }

    private HttpResponse<InputStream> send(HttpRequest request) throws Refused {
        try {
            return http.send(request, BodyHandlers.ofInputStream());
        } catch (ConnectException e) {
            throw away("nothing answers", e);
        } catch (IOException e) {
            throw away(Printable.text(String.valueOf(e.getMessage())), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw away("interrupted", e);
        }
    }

    private Refused away(String why, Exception cause) {
        return new Refused("no log shipper at " + address + " (" + why
                + "); start one with ./throughline up, or name another with --url or THROUGHLINE_SHIPPER_URL", cause);
    }

    private static String problem(HttpResponse<InputStream> answer) {
        try (InputStream body = answer.body()) {
            JsonNode detail = JSON.readTree(body.readNBytes(LONGEST_PROBLEM)).path("detail");
            if (detail.isTextual()) {
                return Printable.text(detail.textValue());
            }
        } catch (IOException e) {
            // not problem JSON: the status is what we know
        }
        return "HTTP " + answer.statusCode() + " from " + answer.uri();
    }

    private static String encode(Map<String, String> query) {
        return query.entrySet().stream().map(e -> segment(e.getKey()) + '=' + segment(e.getValue()))
                .collect(Collectors.joining("&"));
    }
}
