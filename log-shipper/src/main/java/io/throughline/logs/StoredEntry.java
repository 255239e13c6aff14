package io.throughline.logs;

import io.throughline.trace.TraceContext;

/**
 * One record as the store gives it back.
 *
 * @param kind log line or event
 * @param topic where it came from
 * @param partition its partition there
 * @param offset its offset there
 * @param context the trace it belongs to, headers included
 * @param json one JSON object
 */
record StoredEntry(Kind kind, String topic, int partition, long offset, TraceContext context, String json) {}
