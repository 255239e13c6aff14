package io.throughline.replay;

import io.throughline.aggregate.Outcome;
import io.throughline.aggregate.Series;
import io.throughline.trace.TraceHeaders;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.BiPredicate;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Counts records and tells what each of them added to the series that are asked for. Summed up, what it tells is the
 * increase of the series. Not thread-safe.
 */
public final class Explanation {

    private final Recount count;
    private final List<Observation> heard = new ArrayList<>();

    private record Observation(Series series, String part, long nanos, long atNanos) {}

    /**
     * Explains with {@code count}, which nothing else may listen to.
     *
     * @param wanted whether an observation of a series at an event time, in nanoseconds since 1970, is asked for
     */
    public Explanation(Recount count, BiPredicate<Series, Long> wanted) {
        this.count = count;
        count.listen((series, part, nanos, atNanos) -> {
            if (wanted.test(series, atNanos)) {
                heard.add(new Observation(series, part, nanos, atNanos));
            }
        });
    }

    /** Counts a record and tells what it added. */
    public Outcome take(ConsumerRecord<byte[], byte[]> input, Consumer<Contribution> told) {
        heard.clear();
        Outcome outcome = count.count(input);
        if (!heard.isEmpty()) {
            var where = Coordinates.of(input);
            String trace = Objects.requireNonNullElse(new InputRecord(input).field(TraceHeaders.TRACE_ID), "");
            heard.forEach(each -> told.accept(new Contribution(where, trace, each.atNanos(), each.series(), each.part(),
                    each.nanos(), count.isLate(input.partition(), each.atNanos()))));
        }
        return outcome;
    }
}
