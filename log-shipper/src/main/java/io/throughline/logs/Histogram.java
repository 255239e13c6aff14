package io.throughline.logs;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.throughline.event.LogLevel;
import io.throughline.serve.Problem;
import java.io.IOException;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** How many log lines there are over time, as {@code /api/v1/logs/histogram} answers. */
final class Histogram {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final int USUAL = 60;
    private static final int FEWEST = 10;
    private static final int MOST = 500;
    /** Beyond these the store knows only that a time lies beyond. */
    private static final Instant EARLIEST = Instant.parse("1678-01-01T00:00:00Z");
    private static final Instant LATEST = Instant.parse("2262-01-01T00:00:00Z");

    private Histogram() {}

    /** How many slices at most, as the parameter has it. */
    static int slices(@Nullable String text) throws Problem {
        if (text == null) {
            return USUAL;
        }
        try {
            int slices = Integer.parseInt(text);
            if (slices >= FEWEST && slices <= MOST) {
                return slices;
            }
        } catch (NumberFormatException e) {
            // told below, like a number out of range
        }
        throw Parameters.bad("slices must be a whole number from " + FEWEST + " to " + MOST + ", got "
                + Parameters.shown(text));
    }

    /**
     * From the first to the last line that matches, or within the times that are asked for.
     *
     * @param missing takes those whose lines are not counted since they did not answer
     */
    static ObjectNode of(LogSearch store, LogQuery query, int most, Set<String> missing) throws IOException {
        Instant from = query.from() != null ? query.from() : edge(store, query.oldestOnly(1), missing);
        Instant to = query.to() != null ? query.to() : after(edge(store, query.newestOnly(1), missing));
        ObjectNode answer = JSON.objectNode();
        ArrayNode slices = JSON.arrayNode();
        if (from == null || to == null || !from.isBefore(to)) {
            answer.putNull("from").putNull("to").putNull("width_seconds").put("total", 0).set("slices", slices);
            return answer;
        }
        TimeSlices times = TimeSlices.covering(within(from), within(to), most);
        long[] lines = store.counts(query, times, missing);
        long[] warnings = counts(store, query, times, EnumSet.of(LogLevel.WARNING), missing);
        long[] errors = counts(store, query, times, EnumSet.of(LogLevel.ERROR, LogLevel.CRITICAL), missing);
        long total = 0;
        for (int i = 0; i < times.count(); i++) {
            total += lines[i];
            slices.addObject().put("from", times.from().plus(times.width().multipliedBy(i)).toString())
                    .put("lines", lines[i]).put("warnings", warnings[i]).put("errors", errors[i]);
        }
        answer.put("from", times.from().toString()).put("to", times.to().toString()).put("width_seconds",
                Lengths.seconds(times.width())).put("total", total).set("slices", slices);
        return answer;
    }

    private static long[] counts(LogSearch store, LogQuery query, TimeSlices times, Set<LogLevel> levels,
            Set<String> missing) throws IOException {
        Set<LogLevel> asked = EnumSet.copyOf(levels);
        if (!query.levels().isEmpty()) {
            asked.retainAll(query.levels());
        }
        return asked.isEmpty() ? new long[times.count()] : store.counts(query.atLevels(asked), times, missing);
    }

    private static @Nullable Instant edge(LogSearch store, LogQuery query, Set<String> missing) throws IOException {
        LogSearch.Page one = store.search(query);
        missing.addAll(one.coverage().missing());
        return one.entries().isEmpty() ? null : Item.of(one.entries().getFirst()).time();
    }

    private static @Nullable Instant after(@Nullable Instant time) {
        return time == null ? null : time.plusNanos(1);
    }

    private static Instant within(Instant time) {
        return time.isBefore(EARLIEST) ? EARLIEST : time.isAfter(LATEST) ? LATEST : time;
    }
}
