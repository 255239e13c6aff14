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
        nanos += amountNanos % Nanos.ONE;
        units += amountNanos / Nanos.ONE + Math.floorDiv(nanos, Nanos.ONE);
        nanos = Math.floorMod(nanos, Nanos.ONE);
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

    @Override
    public long createdMillis() {
        return createdMillis;
    }
}
