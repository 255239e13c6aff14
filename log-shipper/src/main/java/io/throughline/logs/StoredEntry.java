package io.throughline.logs;

import io.throughline.trace.TraceContext;
import java.util.Comparator;

/**
 * One record as the store gives it back.
 *
 * @param kind log line or event
 * @param topic where it came from
 * @param partition its partition there
 * @param offset its offset there
 * @param timestampNanos the event time, in nanoseconds since the epoch, as {@link EpochNanos} has it
 * @param context the trace it belongs to, headers included
 * @param json one JSON object
 */
record StoredEntry(Kind kind, String topic, int partition, long offset, long timestampNanos, TraceContext context,
        String json) {

    /** By event time, then topic, partition and offset: a total order, since the last three name one record. */
    static final Comparator<StoredEntry> CAUSAL = Comparator.comparingLong(StoredEntry::timestampNanos).thenComparing(
            StoredEntry::topic).thenComparingInt(StoredEntry::partition).thenComparingLong(StoredEntry::offset);

    /** The place after this record in an order. */
    Cursor cursor(Order order) {
        return new Cursor(order, timestampNanos, topic, partition, offset);
    }
}
