package io.throughline.logs;

import io.throughline.event.LogLevel;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which log lines are asked for; every condition must hold.
 *
 * @param exact fields and the values they must have
 * @param levels the levels to take; empty takes all
 * @param from the earliest time, inclusive
 * @param to the latest time, exclusive
 * @param phrases words that must follow one another in the message or the stack trace, for each list
 * @param order which comes first
 * @param limit how many at most
 * @param after the place to go on from
 */
record LogQuery(Map<String, String> exact, Set<LogLevel> levels, @Nullable Instant from, @Nullable Instant to,
        List<List<String>> phrases, Order order, int limit, @Nullable Cursor after) {

    LogQuery {
        exact = Map.copyOf(exact);
        levels = Set.copyOf(levels);
        phrases = List.copyOf(phrases);
    }

    /** The newest records whose field has that value. */
    static LogQuery of(String field, String value, int limit) {
        return of(Map.of(field, value), limit);
    }

    /** The newest records whose fields have those values. */
    static LogQuery of(Map<String, String> exact, int limit) {
        return new LogQuery(exact, Set.of(), null, null, List.of(), Order.NEWEST, limit, null);
    }

    /** The same question at these levels. */
    LogQuery atLevels(Set<LogLevel> others) {
        return new LogQuery(exact, others, from, to, phrases, order, limit, after);
    }

    /** The same question for the newest only. */
    LogQuery newestOnly(int most) {
        return new LogQuery(exact, levels, from, to, phrases, Order.NEWEST, most, null);
    }

    /** The same question for the oldest only. */
    LogQuery oldestOnly(int most) {
        return new LogQuery(exact, levels, from, to, phrases, Order.OLDEST, most, null);
    }

    /** The same question within a time as well. */
    LogQuery within(Instant earliest, Instant latest) {
        return new LogQuery(exact, levels, from == null || earliest.isAfter(from) ? earliest : from,
                to == null || latest.isBefore(to) ? latest : to, phrases, order, limit, after);
    }

    /** The newest log lines. */
    static LogQuery newest(int limit) {
        return new LogQuery(Map.of(), Set.of(), null, null, List.of(), Order.NEWEST, limit, null);
    }
}
