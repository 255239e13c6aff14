package io.throughline.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.throughline.trace.Traceparent;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class HttpEndpointTest {

    private static final String W3C = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final InetSocketAddress ANY_PORT = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    private final HttpClient client = HttpClient.newHttpClient();
    private final AtomicReference<Health> health = new AtomicReference<>(new Health(List.of()));
    private final HttpEndpoint endpoint;

    HttpEndpointTest() throws IOException {
        endpoint = bind(ANY_PORT).route("/ok", exchange -> HttpEndpoint.json(exchange, 200, Map.of("a", "é")))
                .route("/refused", exchange -> {
                    throw new Problem(400, "limit must be a number, got \"x\"");
                }).route("/broken", exchange -> {
                    throw new IllegalStateException("secret");
                }).route("/unreadable", exchange -> {
                    throw new IOException("secret");
                }).route("/empty", exchange -> HttpEndpoint.send(exchange, 204, "text/plain", new byte[0]))
                .route("/halfway", exchange -> {
                    exchange.sendResponseHeaders(200, 100);
                    exchange.getResponseBody().write(1);
                    exchange.getResponseBody().flush();
                    throw new IllegalStateException("too late");
                }).routeBelow("/below", exchange -> HttpEndpoint.json(exchange, 200, Map.of()))
                .health(health::get).start();
    }

    @AfterEach
    void stop() {
        endpoint.close();
    }

    @ParameterizedTest
    @CsvSource({"GET,/ok,200", "HEAD,/ok,200", "GET,/nowhere,404", "GET,/,404", "GET,/ok/more,404", "POST,/ok,405",
            "DELETE,/ok,405", "POST,/nowhere,404", "GET,/refused,400", "GET,/broken,500", "HEAD,/broken,500",
            "GET,/unreadable,500", "GET,/empty,204", "GET,/health,200"})
    void everyAnswer_carriesBothIds(String method, String path, int status) throws Exception {
        HttpResponse<String> given = ask(method, path, "X-Trace-ID", "trace_abc123", "X-Request-ID", "req_456");
        assertThat(given.statusCode()).isEqualTo(status);
        assertThat(header(given, "X-Trace-ID")).isEqualTo("trace_abc123");
        assertThat(header(given, "X-Request-ID")).isEqualTo("req_456");

        HttpResponse<String> made = ask(method, path);
        assertThat(Traceparent.isTraceId(header(made, "X-Trace-ID"))).isTrue();
        assertThat(header(made, "X-Request-ID")).matches("req_[0-9a-f]{16}");
    }

    @Test
    void madeIds_differ() throws Exception {
        assertThat(header(ask("GET", "/ok"), "X-Trace-ID")).isNotEqualTo(header(ask("GET", "/ok"), "X-Trace-ID"));
        assertThat(header(ask("GET", "/ok"), "X-Request-ID")).isNotEqualTo(header(ask("GET", "/ok"), "X-Request-ID"));
    }

    @Test
    void traceId_isTakenFromTraceparentWhereItIsMissing() throws Exception {
        String traceparent = "00-" + W3C + "-00f067aa0ba902b7-01";
        assertThat(header(ask("GET", "/ok", "traceparent", traceparent), "X-Trace-ID")).isEqualTo(W3C);
        assertThat(header(ask("GET", "/ok", "traceparent", traceparent, "X-Trace-ID", "t1"), "X-Trace-ID"))
                .isEqualTo("t1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a b", "a\tb", "é", "a\u0001b", "a\u007fb"})
    void unprintableId_isNotEchoed(String hostile) throws Exception {
        assertReplaced(raw("GET /ok HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-Trace-ID: " + hostile
                + "\r\nX-Request-ID: " + hostile + "\r\n\r\n"), hostile);
    }

    @Test
    void longId_isNotEchoed() throws Exception {
        String longId = "a".repeat(10_240);
        assertReplaced(raw("GET /ok HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-Trace-ID: " + longId
                + "\r\nX-Request-ID: " + longId + "\r\n\r\n"), longId);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\r\n Set-Cookie: b", "a\r Set-Cookie: b", "a\n Set-Cookie: b",
            "%0d%0aSet-Cookie:b\r\n c"})
    void lineBreakInAnId_addsNoHeaderToTheAnswer(String hostile) throws Exception {
        assertThat(raw("GET /ok HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-Trace-ID: " + hostile + "\r\n\r\n"))
                .doesNotContainIgnoringCase("Set-Cookie: b");
    }

    @Test
    void idOfTheGreatestLength_isEchoed() throws Exception {
        assertThat(header(ask("GET", "/ok", "X-Trace-ID", "a".repeat(128)), "X-Trace-ID")).isEqualTo("a".repeat(128));
        assertThat(header(ask("GET", "/ok", "X-Trace-ID", "a".repeat(129)), "X-Trace-ID")).hasSize(32);
    }

    @Test
    void head_hasTheHeadersWithoutTheBody() throws Exception {
        HttpResponse<String> response = ask("HEAD", "/ok");
        assertThat(response.body()).isEmpty();
        assertThat(header(response, "Content-Type")).isEqualTo("application/json");
        assertThat(header(response, "X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(header(response, "Cache-Control")).isEqualTo("no-store");
    }

    @Test
    void json_isUtf8() throws Exception {
        assertThat(ask("GET", "/ok").body()).isEqualTo("{\"a\":\"é\"}");
    }

    @ParameterizedTest
    @CsvSource({"GET,/refused,400,Bad Request,'limit must be a number, got \"x\"'",
            "GET,/nowhere/é,404,Not Found,nothing is served at /nowhere/é",
            "POST,/ok,405,Method Not Allowed,'POST is not allowed, use GET'",
            "GET,/broken,500,Internal Server Error,the server failed; its log says why",
            "GET,/unreadable,500,Internal Server Error,the server failed; its log says why"})
    void error_isProblemJson(String method, String path, int status, String title, String detail) throws Exception {
        HttpResponse<String> response = ask(method, path);
        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(header(response, "Content-Type")).isEqualTo("application/problem+json");
        assertThat(new JsonMapper().readValue(response.body(), new TypeReference<Map<String, Object>>() {
        }))
                .isEqualTo(Map.of("type", "about:blank", "title", title, "status", status, "detail", detail));
    }

    @Test
    void methodNotAllowed_saysWhichAre() throws Exception {
        assertThat(header(ask("PUT", "/ok"), "Allow")).isEqualTo("GET, HEAD");
    }

    @Test
    void answerThatBreaksOff_isNotMistakenForAWholeOne() {
        assertThatThrownBy(() -> ask("GET", "/halfway")).isInstanceOf(IOException.class);
    }

    @ParameterizedTest
    @CsvSource({"/below,200", "/below/,200", "/below/a/b,200", "/belowground,404", "/okay,404"})
    void routeBelow_reachesWholePathSegmentsOnly(String path, int status) throws Exception {
        assertThat(ask("GET", path).statusCode()).isEqualTo(status);
    }

    @Test
    void health_is200AndSaysWhyEachCheckIsAsItIs() throws Exception {
        health.set(new Health(List.of(new Health.Check("store", true, "open"))));
        HttpResponse<String> response = ask("GET", "/health");
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body())
                .isEqualTo("{\"status\":\"ok\",\"checks\":{\"store\":{\"status\":\"ok\",\"detail\":\"open\"}}}");
    }

    @Test
    void health_is503WhenAnyCheckFails() throws Exception {
        health.set(new Health(List.of(new Health.Check("store", true, "open"),
                new Health.Check("streams", false, "rebalancing for 12 s"))));
        HttpResponse<String> response = ask("GET", "/health");
        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(response.body()).isEqualTo("{\"status\":\"unavailable\",\"checks\":{\"store\":{\"status\":\"ok\","
                + "\"detail\":\"open\"},\"streams\":{\"status\":\"unavailable\",\"detail\":\"rebalancing for 12 s\"}}}");
    }

    @Test
    void takenPort_isNamedWithWhatToDo() {
        var taken = new InetSocketAddress(InetAddress.getLoopbackAddress(), endpoint.port());
        assertThatThrownBy(() -> bind(taken)).isInstanceOf(BindException.class)
                .hasMessageMatching("cannot listen on \\S+:" + endpoint.port()
                        + " \\(.+\\): stop the program that uses the port, or choose another");
    }

    @Test
    void unknownHost_isNamedWithWhatToDo() {
        assertThatThrownBy(() -> bind(InetSocketAddress.createUnresolved("no.such.host.invalid", 8000)))
                .isInstanceOf(IOException.class).hasMessageStartingWith("cannot listen on no.such.host.invalid:8000: ");
    }

    @Test
    void close_freesThePortAndCanBeRepeated() throws IOException {
        int port = endpoint.port();
        endpoint.close();
        endpoint.close();
        bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port)).close();
    }

    private static void assertReplaced(String answer, String hostile) {
        assertThat(answer).startsWith("HTTP/1.1 200").containsPattern("(?i)X-Trace-ID: [0-9a-f]{32}\r\n")
                .containsPattern("(?i)X-Request-ID: req_[0-9a-f]{16}\r\n").doesNotContain(hostile);
    }

    private String raw(String request) throws IOException {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), endpoint.port())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }

    private HttpResponse<String> ask(String method, String path, String... headers) throws Exception {
        var uri = new URI("http", null, "127.0.0.1", endpoint.port(), path, null, null);
        var request = HttpRequest.newBuilder(URI.create(uri.toASCIIString())).timeout(Duration.ofSeconds(10))
                .method(method, BodyPublishers.noBody());
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), BodyHandlers.ofString(StandardCharsets.UTF_8));
    }

    private static String header(HttpResponse<String> response, String name) {
        assertThat(response.headers().allValues(name)).as(name).hasSize(1);
        return response.headers().firstValue(name).orElseThrow();
    }

    private static HttpEndpoint bind(InetSocketAddress address) throws IOException {
        return HttpEndpoint.bind(address, Executors.newCachedThreadPool());
    }
}
