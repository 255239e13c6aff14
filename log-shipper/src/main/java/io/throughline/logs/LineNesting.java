package io.throughline.logs;

import io.throughline.event.LogRecord;
import io.throughline.trace.TraceContext;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Decides under which span each log line of a trace stands: the nearest of those that hold it, the job or batch that it
 * names even when that does not hold it in time. For one trace and one thread.
 */
final class LineNesting {

    /** A log line belongs to a call or a look into a cache when it was written in it or this soon after. */
    private static final Duration CLOSE = Duration.ofMillis(5);

    private final Nesting nesting;
    private final Holders holders;

    LineNesting(Nesting nesting, List<Span> spans) {
        this.nesting = nesting;
        this.holders = new Holders(spans, new Holders.Reach(ClockSkew.TOLERANCE, CLOSE));
    }

    /** The span under which a line stands; lines have to come in the order of their times. */
    @Nullable
    Span around(LogRecord line) {
        TraceContext context = line.context();
        Span found = holders.nearest(new Holders.Held(context, line.service(), line.timestamp(), line.timestamp()));
        return nesting.nearerOwner(found, context, line.service());
    }
}
