package io.throughline.http;

import io.throughline.event.Event;
import io.throughline.event.Origin;
import io.throughline.event.RequestCompleted;
import io.throughline.trace.TraceContext;
import java.time.Instant;
import java.util.UUID;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells of each answered request; what cannot be told is logged, and never fails the request. Thread-safe. */
final class AnsweredRequests {

    private static final Logger LOG = LoggerFactory.getLogger(AnsweredRequests.class);

    private final String service;
    private final BiConsumer<? super Event, ? super TraceContext> emit;

    AnsweredRequests(String service, BiConsumer<? super Event, ? super TraceContext> emit) {
        this.service = service;
        this.emit = emit;
    }

    void tell(TraceContext context, String method, String route, int status, long startNanos) {
        try {
            double seconds = Math.max(0, System.nanoTime() - startNanos) / 1e9;
            var origin = new Origin(UUID.randomUUID().toString(), Instant.now(), service);
            emit.accept(new RequestCompleted(origin, Routes.method(method), route,
                    status < 100 || status > 599 ? 500 : status, seconds), context);
        } catch (RuntimeException e) {
            LOG.warn("request.completed was not emitted for {} {}", method, route, e);
        }
    }
}
