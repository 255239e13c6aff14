package io.throughline.logs;

import io.throughline.event.LogLevel;
import io.throughline.trace.TraceHeaders;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which records are asked for; every condition must hold.
 *
 * @param kinds log lines, events or both
 * @param exact fields and the values they must have
 * @param levels the levels to take; empty takes all
 * @param from the earliest time, inclusive
 * @param to the latest time, exclusive
 * @param text what the message or the stack trace must hold; null takes all
 * @param order which comes first
 * @param limit how many at most
 * @param after the place to go on from
 */
record LogQuery(Set<Kind> kinds, Map<String, String> exact, Set<LogLevel> levels, @Nullable Instant from,
        @Nullable Instant to, @Nullable SearchText text, Order order, int limit, @Nullable Cursor after) {

    /** How many records an answer holds at most. */
    static final int MOST = 10_000;

    LogQuery {
        kinds = Set.copyOf(kinds);
        exact = Map.copyOf(exact);
        levels = Set.copyOf(levels);
    }

    /** The newest records whose field has that value. */
    static LogQuery of(String field, String value, int limit) {
        return of(Map.of(field, value), limit);
    }

    /** The newest records whose fields have those values. */
    static LogQuery of(Map<String, String> exact, int limit) {
        return new LogQuery(Set.of(Kind.LOG), exact, Set.of(), null, null, null, Order.NEWEST, limit, null);
    }

    /** The same question at these levels. */
    LogQuery atLevels(Set<LogLevel> others) {
        return new LogQuery(kinds, exact, others, from, to, text, order, limit, after);
    }

    /** The same question for the newest only. */
    LogQuery newestOnly(int most) {
        return new LogQuery(kinds, exact, levels, from, to, text, Order.NEWEST, most, null);
    }

    /** The same question for the oldest only. */
    LogQuery oldestOnly(int most) {
        return new LogQuery(kinds, exact, levels, from, to, text, Order.OLDEST, most, null);
    }

    /** The same question within a time as well. */
    LogQuery within(Instant earliest, Instant latest) {
        return new LogQuery(kinds, exact, levels, from == null || earliest.isAfter(from) ? earliest : from,
                to == null || latest.isBefore(to) ? latest : to, text, order, limit, after);
    }

    /** The same question about records of these kinds. */
    LogQuery of(Set<Kind> others) {
        return new LogQuery(others, exact, levels, from, to, text, order, limit, after);
    }

    /** The newest log lines. */
    static LogQuery newest(int limit) {
        return new LogQuery(Set.of(Kind.LOG), Map.of(), Set.of(), null, null, null, Order.NEWEST, limit, null);
    }

    /** Everything of one trace, oldest first. */
    static LogQuery trace(String traceId) {
        return new LogQuery(EnumSet.allOf(Kind.class), Map.of(TraceHeaders.TRACE_ID, traceId), Set.of(), null, null,
                null, Order.OLDEST, MOST, null);
    }
}
