package io.throughline.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.Filter;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.throughline.event.RequestCompleted;
import io.throughline.trace.TraceContext;
import io.throughline.trace.TraceScope;
import io.throughline.trace.Traceparent;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;

@SuppressWarnings("try") // a scope is held, not used
class JdkEdgeTest {

    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";

    private final Queue<Map.Entry<RequestCompleted, TraceContext>> answered = new ConcurrentLinkedQueue<>();
    private final HttpClient client = TracedHttpClient.of(HttpClient.newHttpClient());
    private HttpServer server;

    /** As an authentication does it. */
    private static final class Refusal extends Filter {
        @Override
        public String description() {
            return "early refusal";
        }

        @Override
        public void doFilter(HttpExchange exchange, Chain chain) throws IOException {
            if (exchange.getRequestURI().getPath().startsWith("/refused")) {
                exchange.sendResponseHeaders(401, -1);
                exchange.close();
            } else {
                chain.doFilter(exchange);
            }
        }
    }

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newFixedThreadPool(2));
        var context = server.createContext("/", exchange -> {
            if (exchange.getRequestURI().getPath().startsWith("/fail")) {
                throw new IllegalStateException("on purpose");
            }
            byte[] body = (TraceScope.currentOrNull() + " " + MDC.get("trace_id")).getBytes(
                    java.nio.charset.StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        context.getFilters().add(new TraceFilter("shop",
                (event, trace) -> answered.add(Map.entry((RequestCompleted) event, trace)),
                Routes.declared("/jobs/{job_id}")));
        context.getFilters().add(new Refusal());
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private HttpResponse<String> get(String path, String... headers) throws Exception {
        var request = HttpRequest.newBuilder(URI.create("http://localhost:" + server.getAddress().getPort() + path));
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return client.send(request.build(), BodyHandlers.ofString());
    }

    private Map.Entry<RequestCompleted, TraceContext> answered() {
        await().until(() -> !answered.isEmpty());
        return answered.remove();
    }

    private static String header(HttpResponse<?> response, String name) {
        return response.headers().firstValue(name).orElse("none");
    }

    @Test
    void requestWithIds_runsInThemAndAnswersWithThem() throws Exception {
        var answer = get("/jobs/17", "X-Trace-ID", "trace_abc123", "X-Request-ID", "req_1");
        assertThat(header(answer, "X-Trace-ID")).isEqualTo("trace_abc123");
        assertThat(header(answer, "X-Request-ID")).isEqualTo("req_1");
        assertThat(answer.body()).contains("traceId=trace_abc123").contains("requestId=req_1")
                .endsWith(" trace_abc123");
        var told = answered();
        assertThat(told.getKey().route()).isEqualTo("/jobs/{job_id}");
        assertThat(told.getKey().statusCode()).isEqualTo(200);
        assertThat(told.getKey().service()).isEqualTo("shop");
        assertThat(told.getValue()).isEqualTo(TraceContext.of("trace_abc123").withRequestId("req_1"));
    }

    @Test
    void requestWithoutIds_getsNewOnes() throws Exception {
        var answer = get("/x", "X-Trace-ID", "not printable \u00e9".replace("\u00e9", "\t"));
        assertThat(header(answer, "X-Trace-ID")).matches(Traceparent::isTraceId);
        assertThat(header(answer, "X-Request-ID")).startsWith("req_");
        assertThat(header(get("/x", "traceparent", "00-" + TRACE + "-00f067aa0ba902b7-01"), "X-Trace-ID"))
                .isEqualTo(TRACE);
    }

    @Test
    void failureAndEarlyRefusal_carryTheIdsAndAreTold() throws Exception {
        var failed = get("/fail", "X-Trace-ID", "t1");
        assertThat(failed.statusCode()).isEqualTo(500);
        assertThat(header(failed, "X-Trace-ID")).isEqualTo("t1");
        assertThat(answered().getKey().statusCode()).isEqualTo(500);
        var refused = get("/refused", "X-Trace-ID", "t2");
        assertThat(refused.statusCode()).isEqualTo(401);
        assertThat(header(refused, "X-Trace-ID")).isEqualTo("t2");
        assertThat(header(refused, "X-Request-ID")).startsWith("req_");
        assertThat(answered().getKey().statusCode()).isEqualTo(401);
    }

    @Test
    void client_sendsTheCurrentContextOn() throws Exception {
        try (TraceScope scope = TraceScope.open(TraceContext.of(TRACE).withRequestId("req_7"))) {
            var answer = get("/x");
            assertThat(header(answer, "X-Trace-ID")).isEqualTo(TRACE);
            assertThat(header(answer, "X-Request-ID")).isEqualTo("req_7");
            var request = TracedHttpClient.traced(HttpRequest.newBuilder(URI.create("http://localhost/")).build());
            assertThat(request.headers().firstValue("traceparent").flatMap(Traceparent::parse).orElseThrow().traceId())
                    .isEqualTo(TRACE);
            var seen = client.sendAsync(HttpRequest.newBuilder(answer.uri()).build(), BodyHandlers.ofString())
                    .thenApply(unused -> TraceScope.current().map(TraceContext::traceId).orElse("none"));
            assertThat(seen.get()).isEqualTo(TRACE);
            assertThat(header(get("/x", "X-Trace-ID", "own"), "X-Trace-ID")).isEqualTo("own");
        }
    }

    @Test
    void cancelledAnswer_endsTheExchange() throws Exception {
        var hungUp = new CountDownLatch(1);
        server.createContext("/endless", exchange -> {
            exchange.sendResponseHeaders(200, 0);
            try (var body = exchange.getResponseBody()) {
                while (true) {
                    body.write(new byte[64 * 1024]);
                    body.flush();
                }
            } catch (IOException e) {
                hungUp.countDown();
            }
        });
        var answer = client.sendAsync(HttpRequest.newBuilder(URI.create(
                "http://localhost:" + server.getAddress().getPort() + "/endless")).build(), BodyHandlers.discarding());
        assertThat(hungUp.await(300, TimeUnit.MILLISECONDS)).isFalse();
        assertThat(answer.cancel(true)).isTrue();
        assertThat(hungUp.await(30, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void routes_areBoundedWhateverIsAskedFor() {
        var routes = Routes.declared("/a/{x}/b");
        assertThat(routes.routeOf("/a/17/b")).isEqualTo("/a/{x}/b");
        assertThat(routes.routeOf("/v1/shorts/8c6f3b1e-aaaa/frames")).isEqualTo("/v1/shorts/{id}/frames");
        assertThat(routes.routeOf("")).isEmpty();
        long distinct = java.util.stream.IntStream.range(0, 10_000)
                .mapToObj(i -> routes.routeOf("/" + Integer.toString(i, 26).replaceAll("[0-9]", "z") + "/q")).distinct()
                .count();
        assertThat(distinct).isLessThanOrEqualTo(201);
    }
}
