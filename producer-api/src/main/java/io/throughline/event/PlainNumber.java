package io.throughline.event;

import java.math.BigDecimal;

/**
 * A JSON number of at most 18 digits: a whole number that is to be divided by ten to the power of a scale. These are
 * the two parts that {@link BigDecimal} takes from the same text, so the values made of them are the same too.
 *
 * <p>Not safe to share between threads.
 */
final class PlainNumber {

    /** One digit more always fits a long. */
    private static final long MOST_BEFORE_A_DIGIT = 99_999_999_999_999_999L;
    private static final int LONGEST = 40;
    private static final int MOST_EXPONENT = 99;

    private long unscaled;
    private int scale;

    long unscaled() {
        return unscaled;
    }

    /** The number of decimals; less than zero when that many zeros follow. */
    int scale() {
        return scale;
    }

    /** Reads the number at the cursor; false when none of this form stands there. */
    boolean read(Cursor in) {
        int start = in.at();
        unscaled = 0;
        scale = 0;
        boolean negative = in.skip('-');
        boolean wellFormed = whole(in) && fraction(in) && exponent(in) && in.at() - start <= LONGEST;
        unscaled = negative ? -unscaled : unscaled;
        return wellFormed;
    }

    private boolean whole(Cursor in) {
        return in.skip('0') ? !isDigit(in.peek()) : digits(in);
    }

    private boolean fraction(Cursor in) {
        if (!in.skip('.')) {
            return true;
        }
        int start = in.at();
        boolean wellFormed = digits(in);
        scale = in.at() - start;
        return wellFormed;
    }

    /** One digit at least; false also when there are more than fit. */
    private boolean digits(Cursor in) {
        // In locals: it is most of the work of a number.
        byte[] bytes = in.bytes();
        int start = in.at();
        int end = in.end();
        int at = start;
        long number = unscaled;
        while (at < end && isDigit(bytes[at]) && number <= MOST_BEFORE_A_DIGIT) {
            number = number * 10 + bytes[at++] - '0';
        }
        unscaled = number;
        in.moveTo(at);
        return at > start && !isDigit(in.peek());
    }

    private boolean exponent(Cursor in) {
        if (!in.skip('e') && !in.skip('E')) {
            return true;
        }
        boolean negative = in.skip('-');
        if (!negative) {
            in.skip('+');
        }
        int start = in.at();
        int exponent = 0;
        while (isDigit(in.peek()) && exponent <= MOST_EXPONENT) {
            exponent = exponent * 10 + in.peek() - '0';
            in.moveTo(in.at() + 1);
        }
        scale += negative ? exponent : -exponent;
        return in.at() > start && exponent <= MOST_EXPONENT;
    }

    private static boolean isDigit(byte b) {
        return b >= '0' && b <= '9';
    }
}
