package io.throughline.trace;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.jspecify.annotations.Nullable;

/** The trace context as Kafka record headers: UTF-8 strings under the names of the contract. Stateless. */
public final class TraceHeaders {

    /** Header of the id of the whole flow. */
    public static final String TRACE_ID = "trace_id";
    /** Header of the id of one request. */
    public static final String REQUEST_ID = "request_id";
    /** Header of the user. */
    public static final String USER_ID = "user_id";
    /** Header of the job. */
    public static final String JOB_ID = "job_id";
    /** Header of the batch. */
    public static final String BATCH_ID = "batch_id";

    private TraceHeaders() {}

    /** Adds every id that {@code context} knows. */
    public static void write(TraceContext context, Headers headers) {
        write(context, (Consumer<Header>) headers::add);
    }

    /** As {@link #write(TraceContext, Headers)}, to whoever collects headers. */
    public static void write(TraceContext context, Consumer<Header> headers) {
        put(headers, TRACE_ID, context.traceId());
        put(headers, REQUEST_ID, context.requestId());
        put(headers, USER_ID, context.userId());
        put(headers, JOB_ID, context.jobId());
        put(headers, BATCH_ID, context.batchId());
    }

    /** A header with a text in UTF-8. */
    public static Header header(String name, String text) {
        return new RecordHeader(name, text.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Reads the context of a record. Where {@code trace_id} is missing, the trace id of a valid {@code traceparent} is
     * taken; with neither the answer is empty.
     */
    public static Optional<TraceContext> read(Headers headers) {
        return traceId(headers).map(id -> new TraceContext(id, text(headers, REQUEST_ID), text(headers, USER_ID),
                text(headers, JOB_ID), text(headers, BATCH_ID)));
    }

    /** {@code context} with every id replaced that the headers name: where both speak, the header wins. */
    public static TraceContext over(Headers headers, TraceContext context) {
        return new TraceContext(traceId(headers).orElse(context.traceId()),
                either(headers, REQUEST_ID, context.requestId()), either(headers, USER_ID, context.userId()),
                either(headers, JOB_ID, context.jobId()), either(headers, BATCH_ID, context.batchId()));
    }

    /** The last header of that name as text; null when it is missing or blank. */
    public static @Nullable String text(Headers headers, String name) {
        Header header = headers.lastHeader(name);
        if (header == null || header.value() == null) {
            return null;
        }
        String text = new String(header.value(), StandardCharsets.UTF_8);
        return text.isBlank() ? null : text;
    }

    /** Adds a header with a text in UTF-8, which {@link #text} then finds before older ones; null adds none. */
    public static void put(Headers headers, String name, @Nullable String text) {
        put(headers::add, name, text);
    }

    private static void put(Consumer<Header> headers, String name, @Nullable String text) {
        if (text != null) {
            headers.accept(header(name, text));
        }
    }

    private static Optional<String> traceId(Headers headers) {
        String id = text(headers, TRACE_ID);
        if (id != null) {
            return Optional.of(id);
        }
        return Optional.ofNullable(text(headers, Traceparent.HEADER)).flatMap(Traceparent::parse)
                .map(Traceparent::traceId);
    }

    private static @Nullable String either(Headers headers, String name, @Nullable String otherwise) {
        String text = text(headers, name);
        return text == null ? otherwise : text;
    }
}
