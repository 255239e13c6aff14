package io.throughline.aggregate;

/** The value with the newest event time; at equal times the larger one, so that the order of merging is no matter. */
public final class Newest implements Cell {

    private long createdMillis;
    private long valueNanos;
    private long atNanos = Long.MIN_VALUE;

    /** Nothing seen yet. */
    public Newest(long createdMillis) {
        this.createdMillis = createdMillis;
    }

    /** Takes a value in nano-units, seen at an event time in nanoseconds since 1970. */
    public void set(long newValueNanos, long newAtNanos) {
        if (newAtNanos > atNanos || (newAtNanos == atNanos && newValueNanos > valueNanos)) {
            valueNanos = newValueNanos;
            atNanos = newAtNanos;
        }
    }

    /** Takes the other's value when it is newer. */
    public void merge(Newest other) {
        createdMillis = Math.min(createdMillis, other.createdMillis);
        set(other.valueNanos, other.atNanos);
    }

    /** The value in nano-units. */
    public long valueNanos() {
        return valueNanos;
    }

    /** The event time in nanoseconds since 1970. */
    public long atNanos() {
        return atNanos;
    }

    /** Back to nothing seen. */
    void reset(long newCreatedMillis) {
        createdMillis = newCreatedMillis;
        valueNanos = 0;
        atNanos = Long.MIN_VALUE;
    }

    @Override
    public long createdMillis() {
        return createdMillis;
    }
}
