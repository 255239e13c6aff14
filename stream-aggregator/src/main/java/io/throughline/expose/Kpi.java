package io.throughline.expose;

import org.jspecify.annotations.Nullable;

/**
 * A key performance indicator with what is wanted of it.
 *
 * @param id stable name
 * @param label for people
 * @param value now; null when nothing happened that could be measured
 * @param unit {@code percent}, {@code seconds}, {@code usd}, {@code per_second} or {@code 1}
 * @param over the time it was measured over, such as {@code 1h}; empty for this moment
 * @param goal what is wanted; null when nothing is
 * @param note what else is to be known; empty when nothing is
 */
record Kpi(String id, String label, @Nullable Double value, String unit, String over, @Nullable Goal goal,
        String note) {

    /** How a value stands to its goal. */
    enum State {
        /** The target is met. */
        GOOD,
        /** Between target and alert threshold. */
        WARNING,
        /** Beyond the alert threshold. */
        BAD,
        /** There is no value, or no goal. */
        NONE
    }

    /**
     * A target and an alert threshold.
     *
     * @param better whether more or less is better
     * @param target beyond which all is well
     * @param alert beyond which somebody is called
     */
    record Goal(Better better, double target, double alert) {

        State state(double value) {
            double sign = better == Better.MORE ? 1 : -1;
            if (sign * (value - target) > 0) {
                return State.GOOD;
            }
            return sign * (value - alert) < 0 ? State.BAD : State.WARNING;
        }
    }

    /** Which direction is better. */
    enum Better {
        /** Such as a success rate. */
        MORE,
        /** Such as a latency. */
        LESS
    }

    State state() {
        return value == null || goal == null ? State.NONE : goal.state(value);
    }
}
