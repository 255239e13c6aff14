package io.throughline.trace;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

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

    private static final int TRACE_ID_DIGITS = 32;
    private static final int PARENT_ID_DIGITS = 16;
    private static final String NO_PARENT = "0".repeat(PARENT_ID_DIGITS);
    private static final int TRACE_ID_AT = 3;
    private static final int PARENT_ID_AT = TRACE_ID_AT + TRACE_ID_DIGITS + 1;
    private static final byte[] WITHOUT_IDS = ("00-" + "0".repeat(TRACE_ID_DIGITS) + '-' + NO_PARENT + "-01")
            .getBytes(StandardCharsets.US_ASCII);
    private static final boolean[] HEX_DIGITS = hexDigits();
    private static final Pattern FORM = Pattern.compile("([0-9a-f]{2})-(.{32})-(.{16})-([0-9a-f]{2})(-.*)?");

    /** Refuses ids that W3C calls invalid with {@link IllegalArgumentException}. */
    public Traceparent {
        if (!isTraceId(traceId)) {
            throw new IllegalArgumentException(
                    "traceparent needs 32 lower-case hex digits as trace id, got " + traceId);
        }
        if (!isId(parentId, PARENT_ID_DIGITS)) {
            throw new IllegalArgumentException(
                    "traceparent needs 16 lower-case hex digits as parent id, got " + parentId);
        }
    }

    /** Whether {@code id} can stand in a traceparent. */
    public static boolean isTraceId(String id) {
        return isId(id, TRACE_ID_DIGITS);
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
        return new Traceparent(traceId, isTraceId(traceId) ? half(traceId) : "", true);
    }

    /** The text of {@link #withoutSpan} in ASCII; null where the id is no W3C id. */
    public static byte @Nullable [] bytesWithoutSpan(String traceId) {
        if (!isTraceId(traceId)) {
            return null;
        }
        byte[] bytes = WITHOUT_IDS.clone();
        for (int i = 0; i < TRACE_ID_DIGITS; i++) {
            bytes[TRACE_ID_AT + i] = (byte) traceId.charAt(i);
        }
        int half = traceId.endsWith(NO_PARENT) ? TRACE_ID_AT : TRACE_ID_AT + PARENT_ID_DIGITS;
        System.arraycopy(bytes, half, bytes, PARENT_ID_AT, PARENT_ID_DIGITS);
        return bytes;
    }

    private static String half(String traceId) {
        return traceId.endsWith(NO_PARENT)
                ? traceId.substring(0, PARENT_ID_DIGITS)
                : traceId.substring(PARENT_ID_DIGITS);
    }

    /** The header's text. */
    @Override
    public String toString() {
        return "00-" + traceId + "-" + parentId + "-" + (sampled ? "01" : "00");
    }

    /** So many lower-case hex digits, not all zero. */
    private static boolean isId(String id, int digits) {
        if (id.length() != digits) {
            return false;
        }
        boolean zero = true;
        for (int i = 0; i < digits; i++) {
            char c = id.charAt(i);
            if (c >= HEX_DIGITS.length || !HEX_DIGITS[c]) {
                return false;
            }
            zero &= c == '0';
        }
        return !zero;
    }

    private static boolean[] hexDigits() {
        var digits = new boolean['f' + 1];
        Arrays.fill(digits, '0', '9' + 1, true);
        Arrays.fill(digits, 'a', 'f' + 1, true);
        return digits;
    }
}
