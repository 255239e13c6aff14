package io.throughline.expose;

import io.throughline.aggregate.Cell;
import io.throughline.aggregate.Distribution;
import io.throughline.aggregate.Metric;
import io.throughline.aggregate.Nanos;
import io.throughline.aggregate.Newest;
import io.throughline.aggregate.Sum;
import io.throughline.aggregate.Users;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.Map;

/**
 * What any number of committed cells of one metric add up to, and how one of them is packed.
 *
 * <p>Adding is associative and commutative. Not thread-safe.
 */
final class WindowTotals {

    private final Metric.Kind kind;
    private final QuantileCounts exponential = new QuantileCounts();
    /** By the hash of the part: its newest event time, and the value it had then. */
    private final Map<Long, Report> parts = new HashMap<>();
    private final Users users = new Users(0);
    private long units;
    private long nanos;
    private boolean any;

    private record Report(long atNanos, long valueNanos) {

        Report newer(Report other) {
            boolean newer = other.atNanos > atNanos || (other.atNanos == atNanos && other.valueNanos > valueNanos);
            return newer ? other : this;
        }
    }

    /** Nothing added yet. */
    WindowTotals(Metric.Kind kind) {
        this.kind = kind;
    }

    /** A cell in few bytes; exemplars and classic buckets are left out. */
    static byte[] pack(Cell cell) {
        var out = PackedBytes.forWriting();
        switch (cell) {
            case Sum sum -> pack(sum, out);
            case Newest newest -> {
                out.signed(newest.atNanos());
                out.signed(newest.valueNanos());
            }
            case Users users -> users.forEach((start, hash) -> out.fixed(hash));
            case Distribution distribution -> {
                if (distribution.schema() != Distribution.WINDOW_SCHEMA) {
                    throw new IllegalArgumentException("a window has buckets of schema " + Distribution.WINDOW_SCHEMA
                            + ", got " + distribution.schema());
                }
                pack(distribution.sum(), out);
                out.unsigned(distribution.zeros());
                int before = 0;
                for (Map.Entry<Integer, Long> bucket : distribution.exponential().entrySet()) {
                    out.signed((long) bucket.getKey() - before);
                    out.unsigned(bucket.getValue());
                    before = bucket.getKey();
                }
            }
        }
        return out.written();
    }

    private static void pack(Sum sum, PackedBytes out) {
        BigDecimal value = sum.value();
        BigDecimal[] parts = value.divideAndRemainder(BigDecimal.ONE);
        out.signed(parts[0].longValueExact());
        out.signed(parts[1].movePointRight(9).longValueExact());
    }

    /** Adds a packed cell of a part, which {@code packed} holds up to {@code end}. */
    void add(long part, PackedBytes packed, int end) {
        any = true;
        switch (kind) {
            case COUNTER, LEVEL -> addSum(packed);
            case NEWEST, NEWEST_SUMMED ->
                parts.merge(part, new Report(packed.signed(), packed.signed()), Report::newer);
            case RECENT -> {
                while (packed.position() < end) {
                    users.add(0, packed.fixed());
                }
            }
            case HISTOGRAM -> {
                addSum(packed);
                exponential.addZeros(packed.unsigned());
                int index = 0;
                while (packed.position() < end) {
                    index += (int) packed.signed();
                    exponential.add(index, packed.unsigned());
                }
            }
        }
    }

    private void addSum(PackedBytes packed) {
        units += packed.signed();
        nanos += packed.signed();
        units += nanos / Nanos.ONE;
        nanos %= Nanos.ONE;
    }

    /** Whether anything was added. */
    boolean any() {
        return any;
    }

    /** The exact sum of amounts. */
    BigDecimal sum() {
        return BigDecimal.valueOf(units).add(BigDecimal.valueOf(nanos, 9));
    }

    /** How many values a histogram observed. */
    long observed() {
        return exponential.count();
    }

    /** How many different users were seen. */
    long distinctUsers() {
        return users.distinct();
    }

    /** The newest event time in nanoseconds since 1970. */
    long newestNanos() {
        return parts.values().stream().mapToLong(Report::atNanos).max().orElse(0);
    }

    /** Of each part what it reported last, together. */
    BigDecimal lastOfParts() {
        return parts.values().stream().map(report -> BigDecimal.valueOf(report.valueNanos(), 9))
                .reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    /** The value at a quantile, within {@link QuantileCounts#relativeError}. */
    double quantile(double q) {
        return exponential.quantile(q);
    }
}
