package io.throughline.http;

import io.throughline.trace.TraceContext;
import io.throughline.trace.TraceScope;
import io.throughline.trace.TracedFuture;
import io.throughline.trace.Traceparent;
import java.io.IOException;
import java.net.Authenticator;
import java.net.CookieHandler;
import java.net.ProxySelector;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.PushPromiseHandler;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/**
 * An {@link HttpClient} that sends the ids of the current context on: {@code traceparent} (where the trace id is a W3C
 * id), {@code X-Trace-ID} and {@code X-Request-ID}. Headers that a request has already stay as they are. Stages of
 * asynchronous answers run in the context of the call. Thread-safe.
 */
public final class TracedHttpClient extends HttpClient {

    private final HttpClient client;

    private TracedHttpClient(HttpClient client) {
        this.client = client;
    }

    /** Sends by {@code client}. */
    public static HttpClient of(HttpClient client) {
        return new TracedHttpClient(client);
    }

    /** {@code request} with the ids of the current context; the same where none is current. */
    public static HttpRequest traced(HttpRequest request) {
        TraceContext context = TraceScope.currentOrNull();
        if (context == null) {
            return request;
        }
        HttpRequest.Builder traced = HttpRequest.newBuilder(request, (name, value) -> true);
        boolean named = has(request, HttpIds.TRACE_ID) || has(request, Traceparent.HEADER);
        if (!named) {
            put(traced, HttpIds.TRACE_ID, context.traceId());
            Traceparent.of(context).ifPresent(parent -> traced.setHeader(Traceparent.HEADER, parent.toString()));
        }
        if (context.requestId() != null && !has(request, HttpIds.REQUEST_ID)) {
            put(traced, HttpIds.REQUEST_ID, context.requestId());
        }
        return traced.build();
    }

    @Override
    public <T> HttpResponse<T> send(HttpRequest request, BodyHandler<T> handler)
            throws IOException, InterruptedException {
        return client.send(traced(request), handler);
    }

    @Override
    public <T> CompletableFuture<HttpResponse<T>> sendAsync(HttpRequest request, BodyHandler<T> handler) {
        return answer(client.sendAsync(traced(request), handler));
    }

    @Override
    public <T> CompletableFuture<HttpResponse<T>> sendAsync(HttpRequest request, BodyHandler<T> handler,
            @Nullable PushPromiseHandler<T> pushed) {
        return answer(client.sendAsync(traced(request), handler, pushed));
    }

    @Override
    public Optional<CookieHandler> cookieHandler() {
        return client.cookieHandler();
    }

    @Override
    public Optional<Duration> connectTimeout() {
        return client.connectTimeout();
    }

    @Override
    public Redirect followRedirects() {
        return client.followRedirects();
    }

    @Override
    public Optional<ProxySelector> proxy() {
        return client.proxy();
    }

    @Override
    public SSLContext sslContext() {
        return client.sslContext();
    }

    @Override
    public SSLParameters sslParameters() {
        return client.sslParameters();
    }

    @Override
    public Optional<Authenticator> authenticator() {
        return client.authenticator();
    }

    @Override
    public Version version() {
        return client.version();
    }

    @Override
    public Optional<Executor> executor() {
        return client.executor();
    }

    @Override
    public WebSocket.Builder newWebSocketBuilder() {
        return client.newWebSocketBuilder();
    }

    /** Its stages run in the context of now; cancelling it ends the exchange, as it does without us. */
    private static <T> CompletableFuture<T> answer(CompletableFuture<T> exchange) {
        TracedFuture<T> answer = TracedFuture.of(exchange);
        var unused = answer.whenComplete((value, failure) -> {
            if (answer.isCancelled()) {
                exchange.cancel(true);
            }
        });
        return answer;
    }

    private static boolean has(HttpRequest request, String name) {
        return request.headers().firstValue(name).isPresent();
    }

    /** An id that came over Kafka may hold what no header may; it is not worth failing the call. */
    private static void put(HttpRequest.Builder request, String name, String id) {
        if (id.chars().allMatch(c -> c > ' ' && c < 127)) {
            request.setHeader(name, id);
        }
    }
}
