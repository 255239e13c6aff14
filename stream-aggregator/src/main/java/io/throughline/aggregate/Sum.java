package io.throughline.aggregate;

import java.math.BigDecimal;
import java.math.RoundingMode;

/**
 * An exact sum: whole units and nano-units apart, so that it neither rounds nor overflows below 9.2 · 10¹⁸ units.
 */
public final class Sum implements Cell {

    private long createdMillis;
    private long units;
    private long nanos;

    /** Zero. */
    public Sum(long createdMillis) {
        this.createdMillis = createdMillis;
    }

    /** Adds an amount in nano-units, which may be negative. */
    public void add(long amountNanos) {
        long whole = amountNanos / Nanos.ONE;
        units += whole;
        nanos += amountNanos - whole * Nanos.ONE;
        if (nanos >= Nanos.ONE) {
            nanos -= Nanos.ONE;
            units++;
        } else if (nanos < 0) {
            nanos += Nanos.ONE;
            units--;
        }
    }

    /** Adds another sum. */
    public void merge(Sum other) {
        createdMillis = Math.min(createdMillis, other.createdMillis);
        units += other.units;
        add(other.nanos);
    }

    /** The exact value. */
    public BigDecimal value() {
        return BigDecimal.valueOf(units).add(BigDecimal.valueOf(nanos, 9));
    }

    static Sum of(BigDecimal value, long createdMillis) {
        var sum = new Sum(createdMillis);
        sum.units = value.setScale(0, RoundingMode.FLOOR).longValueExact();
        sum.nanos = value.subtract(BigDecimal.valueOf(sum.units)).movePointRight(9).longValueExact();
        return sum;
    }

    static Sum of(long units, long nanos, long createdMillis) {
        if (nanos < 0 || nanos >= Nanos.ONE) {
            throw new IllegalArgumentException("nano-units must be from 0 to 999999999, got " + nanos);
        }
        var sum = new Sum(createdMillis);
        sum.units = units;
        sum.nanos = nanos;
        return sum;
    }

    /** Whole units, rounded down. */
    long units() {
        return units;
    }

    /** Nano-units above {@link #units}. */
    long nanos() {
        return nanos;
    }

    /** Back to zero. */
    void reset(long newCreatedMillis) {
        createdMillis = newCreatedMillis;
        units = 0;
        nanos = 0;
    }

    @Override
    public long createdMillis() {
        return createdMillis;
    }
}
