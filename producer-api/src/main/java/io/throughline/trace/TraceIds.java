package io.throughline.trace;

import java.util.HexFormat;
import java.util.random.RandomGenerator;

/**
 * Makes ids valid in W3C Trace Context: a trace id is 32 and a span id 16 lower-case hex digits, never all zero.
 *
 * <p>As thread-safe as the generator it was given.
 *
 * @see <a href="https://www.w3.org/TR/trace-context/#trace-id">W3C Trace Context, trace-id</a>
 */
public final class TraceIds {

    private final RandomGenerator random;

    /** Draws ids from {@code random}. */
    public TraceIds(RandomGenerator random) {
        this.random = random;
    }

    /** A new trace id, such as {@code 4bf92f3577b34da6a3ce929d0e0e4736}. */
    public String newTraceId() {
        return hex(random.nextLong()) + hex(nonZero());
    }

    /** A new span id, such as {@code 00f067aa0ba902b7}. */
    public String newSpanId() {
        return hex(nonZero());
    }

    private long nonZero() {
        long bits;
        do {
            bits = random.nextLong();
        } while (bits == 0);
        return bits;
    }

    private static String hex(long bits) {
        return HexFormat.of().toHexDigits(bits);
    }
}
