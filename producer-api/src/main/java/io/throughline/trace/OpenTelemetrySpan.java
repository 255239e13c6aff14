package io.throughline.trace;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import org.jspecify.annotations.Nullable;

/** The current span of OpenTelemetry, where {@code opentelemetry-api} is on the class path. */
final class OpenTelemetrySpan {

    private static final boolean PRESENT = isPresent();

    private OpenTelemetrySpan() {}

    /** The trace id of the current span; null where there is none. */
    static @Nullable String traceId() {
        return PRESENT ? Api.traceId() : null;
    }

    /** The id of the current span, if it belongs to that trace; else null. */
    static @Nullable String spanId(String traceId) {
        return PRESENT ? Api.spanId(traceId) : null;
    }

    private static boolean isPresent() {
        try {
            Class.forName("io.opentelemetry.api.trace.Span", false, OpenTelemetrySpan.class.getClassLoader());
            return true;
        } catch (ClassNotFoundException | LinkageError e) {
            return false;
        }
    }

    /** Apart, so that it is loaded only where the classes that it names exist. */
    private static final class Api {

        private Api() {}

        static @Nullable String traceId() {
            SpanContext span = Span.current().getSpanContext();
            return span.isValid() ? span.getTraceId() : null;
        }

        static @Nullable String spanId(String traceId) {
            SpanContext span = Span.current().getSpanContext();
            return span.isValid() && span.getTraceId().equals(traceId) ? span.getSpanId() : null;
        }
    }
}
