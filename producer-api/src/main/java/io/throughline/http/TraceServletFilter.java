package io.throughline.http;

import io.throughline.event.Event;
import io.throughline.trace.TraceContext;
import io.throughline.trace.TraceScope;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletMapping;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.MappingMatch;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The edge of a service on a Jakarta Servlet container, as the first filter and for all dispatcher types.
 *
 * <p>The ids are on the answer before anything else runs, so that early refusals carry them; what follows runs in the
 * request's context, after an asynchronous or an error dispatch too; {@code request.completed} follows when the request
 * ends, for an asynchronous one when its {@code AsyncContext} completes. The route is Spring's pattern where there is
 * one, else that of the servlet's mapping, else guessed by {@link Routes}. Thread-safe.
 */
@SuppressWarnings("try") // a scope is held, not used
public final class TraceServletFilter implements Filter {

    private static final String STATE = TraceServletFilter.class.getName();
    private static final String SPRING_PATTERN = "org.springframework.web.servlet.HandlerMapping.bestMatchingPattern";

    private final AnsweredRequests answered;
    private final Routes routes;

    /** What is known of a request from its first dispatch on. */
    private record Arrived(TraceContext context, long startNanos, AtomicBoolean told) {}

    /**
     * A filter of one service.
     *
     * @param service the service's name
     * @param emit takes the events: {@code publisher::emit}
     * @param routes names the route of a path for which the container knows none
     */
    public TraceServletFilter(String service, BiConsumer<? super Event, ? super TraceContext> emit, Routes routes) {
        this.answered = new AnsweredRequests(service, emit);
        this.routes = routes;
    }

    /** A filter that guesses routes which the container does not know. */
    public TraceServletFilter(String service, BiConsumer<? super Event, ? super TraceContext> emit) {
        this(service, emit, Routes.declared());
    }

    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        if (request instanceof HttpServletRequest in && response instanceof HttpServletResponse out) {
            filter(in, out, chain);
        } else {
            chain.doFilter(request, response);
        }
    }

    private void filter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        boolean first = !(request.getAttribute(STATE) instanceof Arrived);
        Arrived arrived = request.getAttribute(STATE) instanceof Arrived known
                ? known
                : new Arrived(HttpIds.of(name -> name == null ? null : request.getHeader(name)), System.nanoTime(),
                        new AtomicBoolean());
        request.setAttribute(STATE, arrived);
        // Again in later dispatches, because a container may have reset the answer before an error page.
        response.setHeader(HttpIds.TRACE_ID, arrived.context.traceId());
        response.setHeader(HttpIds.REQUEST_ID, arrived.context.requestId());
        boolean failed = true;
        try (TraceScope scope = TraceScope.open(arrived.context)) {
            chain.doFilter(request, response);
            failed = false;
        } finally {
            if (first) {
                end(request, response, arrived, failed);
            }
        }
    }

    private void end(HttpServletRequest request, HttpServletResponse response, Arrived arrived, boolean failed) {
        if (!failed && request.isAsyncStarted()) {
            follow(request, response, arrived);
        } else {
            tell(request, response, arrived, failed);
        }
    }

    private void follow(HttpServletRequest request, HttpServletResponse response, Arrived arrived) {
        try {
            request.getAsyncContext().addListener(new Ending(request, response, arrived), request, response);
        } catch (IllegalStateException e) {
            tell(request, response, arrived, false); // it has completed meanwhile
        }
    }

    private void tell(HttpServletRequest request, HttpServletResponse response, Arrived arrived, boolean failed) {
        if (arrived.told.compareAndSet(false, true)) {
            int status = failed ? Math.max(500, response.getStatus()) : response.getStatus();
            answered.tell(arrived.context, request.getMethod(), route(request), status, arrived.startNanos);
        }
    }

    private String route(HttpServletRequest request) {
        Object pattern = request.getAttribute(SPRING_PATTERN);
        if (pattern != null) {
            return routes.named(pattern.toString());
        }
        HttpServletMapping mapping = request.getHttpServletMapping();
        boolean exact = mapping != null && mapping.getMappingMatch() == MappingMatch.EXACT;
        return exact ? routes.named(mapping.getPattern()) : routes.routeOf(path(request));
    }

    private static String path(HttpServletRequest request) {
        String path = request.getRequestURI();
        return path == null ? "/" : path;
    }

    /** Tells of an asynchronous request when it ends, however it ends, and once. */
    private final class Ending implements AsyncListener {

        private final HttpServletRequest request;
        private final HttpServletResponse response;
        private final Arrived arrived;
        private volatile @Nullable Throwable failure;

        Ending(HttpServletRequest request, HttpServletResponse response, Arrived arrived) {
            this.request = request;
            this.response = response;
            this.arrived = arrived;
        }

        @Override
        public void onComplete(AsyncEvent event) {
            tell(request, response, arrived, failure != null);
        }

        @Override
        public void onTimeout(AsyncEvent event) {
            failure = new IllegalStateException("timeout");
        }

        @Override
        public void onError(AsyncEvent event) {
            failure = event.getThrowable();
        }

        /** A request that starts again after a dispatch has lost its listeners. */
        @Override
        public void onStartAsync(AsyncEvent event) {
            event.getAsyncContext().addListener(this, request, response);
        }
    }
}
