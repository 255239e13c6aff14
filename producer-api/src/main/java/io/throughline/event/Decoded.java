package io.throughline.event;

import io.throughline.trace.TraceContext;

/**
 * What a record held.
 *
 * @param value the event or log line
 * @param context the trace it belongs to: the headers', and where those name none, the body's
 */
public record Decoded<T>(T value, TraceContext context) {}
