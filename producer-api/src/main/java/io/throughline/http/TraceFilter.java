package io.throughline.http;

import com.sun.net.httpserver.Filter;
import com.sun.net.httpserver.HttpExchange;
import io.throughline.event.Event;
import io.throughline.trace.TraceContext;
import io.throughline.trace.TraceScope;
import java.io.IOException;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The edge of a service on the JDK's HttpServer: {@code server.createContext("/", handler).getFilters().add(filter)}, as
 * the first filter.
 *
 * <p>The ids are on the answer before anything else runs, so that early refusals carry them; the handler runs in the
 * request's context; {@code request.completed} follows. A handler that throws before it answered is answered for with
 * 500, where the JDK would hang up. Thread-safe.
 */
@SuppressWarnings("try") // a scope is held, not used
public final class TraceFilter extends Filter {

    private static final Logger LOG = LoggerFactory.getLogger(TraceFilter.class);
    private static final int NOT_ANSWERED = -1;

    private final AnsweredRequests answered;
    private final Routes routes;

    /**
     * A filter of one service.
     *
     * @param service the service's name
     * @param emit takes the events: {@code publisher::emit}
     * @param routes names the route of a path
     */
    public TraceFilter(String service, BiConsumer<? super Event, ? super TraceContext> emit, Routes routes) {
        this.answered = new AnsweredRequests(service, emit);
        this.routes = routes;
    }

    @Override
    public String description() {
        return "trace ids and request.completed";
    }

    @Override
    public void doFilter(HttpExchange exchange, Chain chain) throws IOException {
        long start = System.nanoTime();
        TraceContext context = HttpIds.of(name -> name == null ? null : exchange.getRequestHeaders().getFirst(name));
        exchange.getResponseHeaders().set(HttpIds.TRACE_ID, context.traceId());
        exchange.getResponseHeaders().set(HttpIds.REQUEST_ID, String.valueOf(context.requestId()));
        boolean done = false;
        try (TraceScope scope = TraceScope.open(context)) {
            chain.doFilter(exchange);
            done = true;
        } catch (IOException | RuntimeException | Error e) {
            fail(exchange, context, e);
            throw e;
        } finally {
            int status = exchange.getResponseCode();
            answered.tell(context, exchange.getRequestMethod(), routes.routeOf(exchange.getRequestURI().getPath()),
                    done && status != NOT_ANSWERED ? status : Math.max(500, status), start);
        }
    }

    private static void fail(HttpExchange exchange, TraceContext context, Throwable e) throws IOException {
        try (TraceScope scope = TraceScope.open(context)) {
            LOG.error("{} failed", exchange.getRequestMethod(), e);
        }
        if (exchange.getResponseCode() == NOT_ANSWERED) {
            exchange.sendResponseHeaders(500, -1);
            exchange.close();
        }
    }
}
