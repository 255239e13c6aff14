package io.throughline.logs;

import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How much of what exists an answer was made from.
 *
 * @param watermark everything that was published before it was searched; null when nobody can tell
 * @param missing the other shippers that did not answer, as host:port
 */
record Coverage(@Nullable Instant watermark, List<String> missing) {

    Coverage {
        missing = List.copyOf(missing);
    }

    /** All of a store; what is on its way to it is not known. */
    static Coverage whole() {
        return new Coverage(null, List.of());
    }

    /** Whether every shipper has answered. */
    boolean complete() {
        return missing.isEmpty();
    }

    /** What two answers cover together. */
    Coverage and(Coverage other) {
        Instant earlier = watermark == null || (other.watermark != null && other.watermark.isBefore(watermark))
                ? other.watermark
                : watermark;
        return new Coverage(watermark == null || other.watermark == null ? null : earlier,
                Stream.concat(missing.stream(), other.missing.stream()).distinct().toList());
    }
}
