package io.throughline.publish;

import io.throughline.event.InvalidRecordException;
import io.throughline.trace.TraceHeaders;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/** The headers that a dead letter adds to those it came with. Stateless. */
public final class DeadLetters {

    /** Why, as one of {@link io.throughline.event.DeadLetterReason}. */
    public static final String REASON = "dead_letter_reason";
    /** A sentence that names the field and the value. */
    public static final String DETAIL = "dead_letter_detail";
    /** The topic it came from. */
    public static final String TOPIC = "dead_letter_topic";
    /** The partition it came from. */
    public static final String PARTITION = "dead_letter_partition";
    /** The offset it had there. */
    public static final String OFFSET = "dead_letter_offset";

    private static final int LONGEST_DETAIL = 500;

    private DeadLetters() {}

    /** {@code original} and beside it where the record came from and why it could not be used. */
    public static Headers headers(Headers original, String topic, int partition, long offset,
            InvalidRecordException why) {
        var headers = new RecordHeaders(original.toArray());
        TraceHeaders.put(headers, REASON, why.reason().wireName());
        TraceHeaders.put(headers, DETAIL, shorten(String.valueOf(why.getMessage())));
        TraceHeaders.put(headers, TOPIC, topic);
        TraceHeaders.put(headers, PARTITION, Integer.toString(partition));
        TraceHeaders.put(headers, OFFSET, Long.toString(offset));
        return headers;
    }

    /** A dead letter must stay within the size that its topic takes, whatever was wrong with the record. */
    private static String shorten(String detail) {
        return detail.length() <= LONGEST_DETAIL ? detail : detail.substring(0, LONGEST_DETAIL) + "…";
    }
}
