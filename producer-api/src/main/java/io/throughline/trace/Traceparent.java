package io.throughline.trace;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The {@code traceparent} header of W3C Trace Context: {@code 00-<trace id>-<parent id>-<flags>}.
 *
 * @param traceId 32 lower-case hex digits, not all zero
 * @param parentId 16 lower-case hex digits, not all zero
 * @param sampled the sampled flag
 * @see <a href="https://www.w3.org/TR/trace-context/#traceparent-header">W3C Trace Context, traceparent</a>
 */
public record Traceparent(String traceId, String parentId, boolean sampled) {

    /** Name of the header in Kafka and HTTP. */
    public static final String HEADER = "traceparent";

    private static final Pattern TRACE_ID = Pattern.compile("(?!0{32})[0-9a-f]{32}");
    private static final Pattern PARENT_ID = Pattern.compile("(?!0{16})[0-9a-f]{16}");
    private static final Pattern FORM = Pattern.compile("([0-9a-f]{2})-(.{32})-(.{16})-([0-9a-f]{2})(-.*)?");

    /** Refuses ids that W3C calls invalid with {@link IllegalArgumentException}. */
    public Traceparent {
        if (!isTraceId(traceId)) {
            throw new IllegalArgumentException(
                    "traceparent needs 32 lower-case hex digits as trace id, got " + traceId);
        }
        if (!PARENT_ID.matcher(parentId).matches()) {
            throw new IllegalArgumentException(
                    "traceparent needs 16 lower-case hex digits as parent id, got " + parentId);
        }
    }

    /** Whether {@code id} can stand in a traceparent. */
    public static boolean isTraceId(String id) {
        return TRACE_ID.matcher(id).matches();
    }

    /** Reads a header's text; empty when it is not valid. A later version than 00 is read by the fields known today. */
    public static Optional<Traceparent> parse(String text) {
        var matcher = FORM.matcher(text.strip());
        if (!matcher.matches() || matcher.group(1).equals("ff")
                || (matcher.group(1).equals("00") && matcher.group(5) != null)) {
            return Optional.empty();
        }
        try {
            boolean sampled = (Integer.parseInt(matcher.group(4), 16) & 1) == 1;
            return Optional.of(new Traceparent(matcher.group(2), matcher.group(3), sampled));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /**
     * What a call in {@code context} sends on: the id of the current OpenTelemetry span where that is of the same
     * trace, else a half of the trace id in place of a span. Empty where the trace id is no W3C id.
     */
    public static Optional<Traceparent> of(TraceContext context) {
        String traceId = context.traceId();
        if (!isTraceId(traceId)) {
            return Optional.empty();
        }
        String span = OpenTelemetrySpan.spanId(traceId);
        return Optional.of(span == null ? withoutSpan(traceId) : new Traceparent(traceId, span, true));
    }

    /**
     * A half of the trace id stands in for the span of whoever has none.
     *
     * @param traceId an id that {@link #isTraceId} accepts, else {@link IllegalArgumentException}
     */
    public static Traceparent withoutSpan(String traceId) {
        String parent = traceId.substring(16);
        return new Traceparent(traceId, parent.equals("0".repeat(16)) ? traceId.substring(0, 16) : parent, true);
    }

    /** The header's text. */
    @Override
    public String toString() {
        return "00-" + traceId + "-" + parentId + "-" + (sampled ? "01" : "00");
    }
}
