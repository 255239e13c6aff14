package io.throughline.local.replay;

import io.throughline.publish.Times;
import io.throughline.replay.TimeRange;
import java.time.Clock;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** {@code --from} and {@code --to}. */
final class RangeOptions {

    @Option(names = "--from", paramLabel = "TIME", description = "not before this event time: "
            + "2026-01-28T15:30:00Z, 2026-01-28, -2h, today, yesterday, today-2h")
    private @Nullable String from;

    @Option(names = "--to", paramLabel = "TIME", description = "before this event time; now ends at this moment")
    private @Nullable String to;

    /** The range; {@link IllegalArgumentException} for a time that is none. */
    TimeRange range(Clock clock) {
        return new TimeRange(time("--from", from, clock), time("--to", to, clock));
    }

    private static @Nullable Instant time(String option, @Nullable String text, Clock clock) {
        return text == null ? null : Times.parse(option, text, clock.instant());
    }
}
