package io.throughline.event;

import java.math.BigDecimal;

/**
 * A JSON number of at most 18 digits: a whole number that is to be divided by ten to the power of a scale. These are
 * the two parts that {@link BigDecimal} takes from the same text, so the values made of them are the same too.
 *
 * <p>Not safe to share between threads.
 */
final class PlainNumber {

    private static final int REFUSED = -1;
    /** One digit more always fits a long. */
    private static final long MOST_BEFORE_A_DIGIT = 99_999_999_999_999_999L;
    private static final int LONGEST = 40;
    private static final int MOST_EXPONENT = 99;
    private static final long[] POWERS_OF_TEN = {1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000};

    private long unscaled;
    private int scale;
    private int at;

    long unscaled() {
        return unscaled;
    }

    /** The number of decimals; less than zero when that many zeros follow. */
    int scale() {
        return scale;
    }

    /** Reads the number that stands at {@code start}; the index behind it, or -1 when none of this form stands there. */
    int read(byte[] text, int start, int end) {
        int behind = readShort(text, start, end);
        return behind < 0 ? readAny(text, start, end) : behind;
    }

    /** As {@link #read}, of up to seven digits, and up to seven decimals; their values come without a loop. */
    private int readShort(byte[] text, int start, int end) {
        // Both words, and what stands behind the number, are before the end.
        if (end - start <= 2 * Long.BYTES) {
            return REFUSED;
        }
        long word = Ascii.word(text, start);
        int digits = Ascii.digits(word);
        int behind = start + digits;
        if (digits == 0 || digits == Long.BYTES || (text[start] == '0' && digits > 1)) {
            return REFUSED;
        }
        unscaled = Ascii.number(word, digits);
        scale = 0;
        if (text[behind] == '.') {
            long decimalsWord = Ascii.word(text, behind + 1);
            int decimals = Ascii.digits(decimalsWord);
            if (decimals == 0 || decimals == Long.BYTES) {
                return REFUSED;
            }
            unscaled = unscaled * POWERS_OF_TEN[decimals] + Ascii.number(decimalsWord, decimals);
            scale = decimals;
            behind += 1 + decimals;
        }
        return (text[behind] | 0x20) == 'e' ? REFUSED : behind;
    }

    private int readAny(byte[] text, int start, int end) {
        unscaled = 0;
        scale = 0;
        at = start;
        boolean negative = skip('-', text, end);
        boolean wellFormed = whole(text, end) && fraction(text, end) && exponent(text, end) && at - start <= LONGEST;
        unscaled = negative ? -unscaled : unscaled;
        return wellFormed ? at : REFUSED;
    }

    private boolean whole(byte[] text, int end) {
        return skip('0', text, end) ? !isDigit(peek(text, end)) : digits(text, end);
    }

    private boolean fraction(byte[] text, int end) {
        if (!skip('.', text, end)) {
            return true;
        }
        int start = at;
        boolean wellFormed = digits(text, end);
        scale = at - start;
        return wellFormed;
    }

    /** One digit at least; false also when there are more than fit. */
    private boolean digits(byte[] text, int end) {
        int start = at;
        while (isDigit(peek(text, end)) && unscaled <= MOST_BEFORE_A_DIGIT) {
            unscaled = unscaled * 10 + text[at++] - '0';
        }
        return at > start && !isDigit(peek(text, end));
    }

    private boolean exponent(byte[] text, int end) {
        if (!skip('e', text, end) && !skip('E', text, end)) {
            return true;
        }
        boolean negative = skip('-', text, end);
        if (!negative) {
            skip('+', text, end);
        }
        int start = at;
        int exponent = 0;
        while (isDigit(peek(text, end)) && exponent <= MOST_EXPONENT) {
            exponent = exponent * 10 + text[at++] - '0';
        }
        scale += negative ? exponent : -exponent;
        return at > start && exponent <= MOST_EXPONENT;
    }

    /** The byte here; behind the last one 0, which stands in no JSON. */
    private byte peek(byte[] text, int end) {
        return at < end ? text[at] : 0;
    }

    private boolean skip(char wanted, byte[] text, int end) {
        if (peek(text, end) != wanted) {
            return false;
        }
        at++;
        return true;
    }

    private static boolean isDigit(byte b) {
        return b >= '0' && b <= '9';
    }
}
