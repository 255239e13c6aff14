package io.throughline.replay;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What {@code --where} asks of a record. {@link #parse} reads
 * {@code status=failed and (latency_seconds>10 or not model='gpt-4o')}. Immutable.
 */
public sealed interface Condition {

    /** Whether a record fulfils it. */
    boolean holds(InputRecord candidate);

    /**
     * Reads a condition.
     *
     * @throws IllegalArgumentException that says what was expected at which column, with the text and a mark under it
     */
    static Condition parse(String text) {
        return new ConditionParser(text).parse();
    }

    /** Both. */
    record And(Condition left, Condition right) implements Condition {
        @Override
        public boolean holds(InputRecord candidate) {
            return left.holds(candidate) && right.holds(candidate);
        }
    }

    /** Either, or both. */
    record Or(Condition left, Condition right) implements Condition {
        @Override
        public boolean holds(InputRecord candidate) {
            return left.holds(candidate) || right.holds(candidate);
        }
    }

    /** The opposite. */
    record Not(Condition inner) implements Condition {
        @Override
        public boolean holds(InputRecord candidate) {
            return !inner.holds(candidate);
        }
    }

    /** How a field and a value are compared. */
    enum Comparison {
        /** Equal. */
        EQUAL("="),
        /** Not equal. */
        NOT_EQUAL("!="),
        /** Less. */
        LESS("<"),
        /** Less or equal. */
        LESS_OR_EQUAL("<="),
        /** Greater. */
        GREATER(">"),
        /** Greater or equal. */
        GREATER_OR_EQUAL(">=");

        private final String sign;

        Comparison(String sign) {
            this.sign = sign;
        }

        static @Nullable Comparison of(String sign) {
            for (Comparison each : values()) {
                if (each.sign.equals(sign)) {
                    return each;
                }
            }
            return null;
        }

        private boolean holds(int order) {
            return switch (this) {
                case EQUAL -> order == 0;
                case NOT_EQUAL -> order != 0;
                case LESS -> order < 0;
                case LESS_OR_EQUAL -> order <= 0;
                case GREATER -> order > 0;
                case GREATER_OR_EQUAL -> order >= 0;
            };
        }
    }

    /**
     * A field against a value: as numbers when both are, as times when both are, else as texts. A field that the record
     * lacks fulfils no comparison, {@code !=} included.
     */
    record Compare(String field, Comparison comparison, String value, Optional<BigDecimal> number,
            Optional<Instant> time) implements Condition {

        static Compare of(String field, Comparison comparison, String value) {
            return new Compare(field, comparison, value, number(value), InputRecord.instant(value));
        }

        @Override
        public boolean holds(InputRecord candidate) {
            String actual = candidate.field(field);
            return actual != null && comparison.holds(order(actual));
        }

        private int order(String actual) {
            if (number.isPresent()) {
                var theirs = number(actual);
                if (theirs.isPresent()) {
                    return theirs.get().compareTo(number.get());
                }
            }
            if (time.isPresent()) {
                var theirs = InputRecord.instant(actual);
                if (theirs.isPresent()) {
                    return theirs.get().compareTo(time.get());
                }
            }
            return actual.compareTo(value);
        }

        /** Not every number: 1e999999999 would take a gigabyte to compare. */
        private static Optional<BigDecimal> number(String text) {
            boolean like = !text.isEmpty() && text.length() <= 40
                    && (Character.isDigit(text.charAt(0)) || "+-.".indexOf(text.charAt(0)) >= 0);
            try {
                return like
                        ? Optional.of(new BigDecimal(text)).filter(number -> Math.abs((long) number.scale()) <= 400)
                        : Optional.empty();
            } catch (NumberFormatException e) {
                return Optional.empty();
            }
        }
    }
}
