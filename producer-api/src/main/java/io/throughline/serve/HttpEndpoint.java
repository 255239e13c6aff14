package io.throughline.serve;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.net.httpserver.Filter;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import io.throughline.http.HttpIds;
import io.throughline.trace.TraceContext;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A small HTTP server: one handler for each path, errors as problem JSON, {@code X-Trace-ID} and {@code X-Request-ID}
 * on every answer.
 *
 * <p>The longest path that matches wins; where none does, the answer is a 404 in the same form. Handlers run on the
 * executor and must be thread-safe. {@link #route}, {@link #routeBelow} and {@link #health} are for the time before
 * {@link #start}.
 */
public final class HttpEndpoint implements AutoCloseable {

    /** Header of the trace id, in and out. */
    public static final String TRACE_ID = HttpIds.TRACE_ID;
    /** Header of the request id, in and out. */
    public static final String REQUEST_ID = HttpIds.REQUEST_ID;

    private static final Logger LOG = LoggerFactory.getLogger(HttpEndpoint.class);
    private static final JsonMapper JSON = new JsonMapper();
    private static final int MOST_WAITING_CONNECTIONS = 128;
    private static final int NOT_ANSWERED_YET = -1;

    /** A reader that takes longer for an answer, or for a piece of a stream, is cut off. */
    private static final Duration ANSWER_PATIENCE = Duration.ofSeconds(60);
    private static final Duration STREAM_PATIENCE = Duration.ofSeconds(20);

    static {
        // Without limits of its own the JDK's server waits for ever: a few hundred clients that send half a request
        // would hold connections until none is left. In seconds; read once, when the first server is made. Its limit
        // for answers would end streams too, so TimedBody sets one instead.
        unlessSet("sun.net.httpserver.maxReqTime", "30");
        unlessSet("jdk.httpserver.maxConnections", "512");
    }

    private final HttpServer server;
    private final ExecutorService executor;
    private final Duration answerPatience;
    private final Duration streamPatience;
    private final ScheduledExecutorService clock = clock();
    private boolean rootServed;

    /** Answers a request; a {@link Problem} becomes problem JSON and any other exception a 500 that says nothing. */
    @FunctionalInterface
    public interface Handler {
        /** Answers one request. */
        void handle(HttpExchange exchange) throws IOException, Problem;
    }

    private HttpEndpoint(HttpServer server, ExecutorService executor, Duration answerPatience,
            Duration streamPatience) {
        this.server = server;
        this.executor = executor;
        this.answerPatience = answerPatience;
        this.streamPatience = streamPatience;
    }

    /**
     * Binds the address and serves nothing yet.
     *
     * @param executor runs the handlers, and is shut down by {@link #close}
     * @throws IOException with a message that names the address, when it cannot be bound
     */
    public static HttpEndpoint bind(InetSocketAddress address, ExecutorService executor) throws IOException {
        return bind(address, executor, ANSWER_PATIENCE, STREAM_PATIENCE);
    }

    static HttpEndpoint bind(InetSocketAddress address, ExecutorService executor, Duration answerPatience,
            Duration streamPatience) throws IOException {
        if (address.isUnresolved()) {
            throw new IOException("cannot listen on " + address.getHostString() + ":" + address.getPort()
                    + ": the host name is not known, use an address of this machine such as 127.0.0.1 or 0.0.0.0");
        }
        try {
            var server = HttpServer.create(address, MOST_WAITING_CONNECTIONS);
            server.setExecutor(executor);
            return new HttpEndpoint(server, executor, answerPatience, streamPatience);
        } catch (BindException e) {
            String what = isOfThisMachine(address.getAddress())
                    ? "stop the program that uses the port, or choose another"
                    : "use an address of this machine such as 127.0.0.1 or 0.0.0.0";
            throw new BindException("cannot listen on " + address.getHostString() + ":" + address.getPort() + " ("
                    + e.getMessage() + "): " + what);
        }
    }

    /** Whether a server can listen on that address at all, on whatever port. */
    public static boolean isOfThisMachine(@Nullable InetAddress address) {
        try (var anyPort = new ServerSocket(0, 1, address)) {
            return anyPort.isBound();
        } catch (IOException e) {
            return false;
        }
    }

    private static void unlessSet(String property, String value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, value);
        }
    }

    /** Answers GET and HEAD for exactly {@code path}. */
    public HttpEndpoint route(String path, Handler handler) {
        return serve(path, handler, path::equals, false);
    }

    /**
     * Answers GET and HEAD for exactly {@code path} with a stream that may go on for ever: each {@code flush} of the
     * body has to reach the reader within 20 seconds, or the reader is cut off.
     */
    public HttpEndpoint stream(String path, Handler handler) {
        return serve(path, handler, path::equals, true);
    }

    /** Answers GET and HEAD for {@code path} and all below it. */
    public HttpEndpoint routeBelow(String path, Handler handler) {
        String folder = path.endsWith("/") ? path : path + '/';
        return serve(path, handler, asked -> asked.equals(path) || asked.startsWith(folder), false);
    }

    /** Answers {@code /health}: 200 or 503, and each check. */
    public HttpEndpoint health(Supplier<Health> health) {
        return route("/health", exchange -> {
            Health now = health.get();
            json(exchange, now.healthy() ? 200 : 503, now.toJson());
        });
    }

    /** Starts to serve. */
    public HttpEndpoint start() {
        if (!rootServed) {
            // Without a handler for "/" the server's own 404 would answer, in HTML and without ids.
            serve("/", exchange -> {}, path -> false, false);
        }
        server.start();
        return this;
    }

    /** The port that was bound. */
    public int port() {
        return server.getAddress().getPort();
    }

    /** Answers with a JSON document. */
    public static void json(HttpExchange exchange, int status, Object document) throws IOException {
        send(exchange, status, "application/json", JSON.writeValueAsBytes(document));
    }

    /** Answers with bytes; a HEAD request gets the headers only. */
    public static void send(HttpExchange exchange, int status, String contentType, byte[] body) throws IOException {
        var headers = exchange.getResponseHeaders();
        headers.set("Content-Type", contentType);
        headers.set("X-Content-Type-Options", "nosniff");
        headers.set("Cache-Control", "no-store");
        boolean head = exchange.getRequestMethod().equals("HEAD");
        exchange.sendResponseHeaders(status, head || body.length == 0 ? -1 : body.length);
        if (!head) {
            exchange.getResponseBody().write(body);
        }
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
        executor.shutdownNow();
        clock.shutdownNow();
    }

    private static ScheduledExecutorService clock() {
        var clock = new ScheduledThreadPoolExecutor(1, work -> {
            var thread = new Thread(work, "throughline-http-clock");
            thread.setDaemon(true);
            return thread;
        });
        clock.setRemoveOnCancelPolicy(true);
        return clock;
    }

    private HttpEndpoint serve(String path, Handler handler, Predicate<String> served, boolean stream) {
        HttpHandler guarded = exchange -> {
            exchange.setStreams(null, new TimedBody(exchange.getResponseBody(), clock,
                    stream ? streamPatience : answerPatience, stream));
            try {
                check(exchange, served);
                handler.handle(exchange);
            } catch (Problem e) {
                problem(exchange, e.status(), String.valueOf(e.getMessage()));
            } catch (IOException | RuntimeException e) {
                failed(exchange, e);
            } finally {
                exchange.close();
            }
        };
        server.createContext(path, guarded).getFilters().add(Filter.beforeHandler("trace ids", HttpEndpoint::identify));
        rootServed |= path.equals("/");
        return this;
    }

    private static void check(HttpExchange exchange, Predicate<String> served) throws Problem {
        String path = exchange.getRequestURI().getPath();
        if (!served.test(path)) {
            throw new Problem(404, "nothing is served at " + path);
        }
        if (!exchange.getRequestMethod().equals("GET") && !exchange.getRequestMethod().equals("HEAD")) {
            exchange.getResponseHeaders().set("Allow", "GET, HEAD");
            throw new Problem(405, exchange.getRequestMethod() + " is not allowed, use GET");
        }
    }

    private static void failed(HttpExchange exchange, Exception e) throws IOException {
        if (exchange.getResponseCode() != NOT_ANSWERED_YET) {
            // The answer had begun, so that it can only be cut short; mostly it is the client that went away.
            LOG.debug("{} {} broke off", exchange.getRequestMethod(), exchange.getRequestURI(), e);
            throw new IOException("the answer broke off", e);
        }
        LOG.error("{} {} failed", exchange.getRequestMethod(), exchange.getRequestURI(), e);
        problem(exchange, 500, "the server failed; its log says why");
    }

    private static void identify(HttpExchange exchange) {
        TraceContext ids = HttpIds.of(exchange.getRequestHeaders()::getFirst);
        exchange.getResponseHeaders().set(TRACE_ID, ids.traceId());
        exchange.getResponseHeaders().set(REQUEST_ID, ids.requestId());
    }

    private static void problem(HttpExchange exchange, int status, String detail) throws IOException {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("type", "about:blank");
        body.put("title", title(status));
        body.put("status", status);
        body.put("detail", detail);
        send(exchange, status, "application/problem+json",
                JSON.writeValueAsString(body).getBytes(StandardCharsets.UTF_8));
    }

    private static String title(int status) {
        return switch (status) {
            case 400 -> "Bad Request";
            case 404 -> "Not Found";
            case 405 -> "Method Not Allowed";
            case 503 -> "Service Unavailable";
            default -> status < 500 ? "Refused" : "Internal Server Error";
        };
    }
}
