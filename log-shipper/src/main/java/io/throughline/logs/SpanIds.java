package io.throughline.logs;

import java.util.regex.Pattern;

/** Ids of spans and traces in the form that tracing tools take, the same whenever and wherever they are asked for. */
final class SpanIds {

    private static final Pattern HEX = Pattern.compile("(?!0+$)([0-9a-f]{16}|[0-9a-f]{32})");
    private static final int SPAN_DIGITS = 16;
    private static final int TRACE_DIGITS = 32;

    private SpanIds() {}

    /** 16 lower-case hex digits that stand for a piece of work in a trace. */
    static String of(String traceId, SpanKind kind, String identity) {
        return digits(traceId.length() + ":" + traceId + ' ' + kind.wireName() + ' ' + identity, SPAN_DIGITS);
    }

    /** The same for the log lines of a service that stand under no span. */
    static String ofLines(String traceId, String service) {
        return digits(traceId.length() + ":" + traceId + " lines " + service, SPAN_DIGITS);
    }

    /** Whether an id can stand in tracing tools as it is: 16 or 32 lower-case hex digits, not all zero. */
    static boolean isTraceId(String id) {
        return HEX.matcher(id).matches();
    }

    /** An id as it is where tracing tools can take it, else 32 hex digits that always stand for it. */
    static String traceId(String id) {
        return isTraceId(id) ? id : digits(id, TRACE_DIGITS);
    }

    private static String digits(String text, int count) {
        String digits = Digests.sha256Hex(text).substring(0, count);
        return digits.chars().allMatch(c -> c == '0') ? digits.substring(1) + '1' : digits;
    }
}
