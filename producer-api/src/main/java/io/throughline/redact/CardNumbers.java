package io.throughline.redact;

/**
 * Payment card numbers: 13 to 19 digits, in one run or in the groups that cards print, with the first digits of an
 * issuer and a right check digit (Luhn, ISO/IEC 7812). Looks at 23 characters at most.
 */
final class CardNumbers {

    private static final int MOST_DIGITS = 19;
    private static final int[][] GROUPS = {{4, 4, 4, 4}, {4, 6, 5}, {4, 4, 4, 4, 3}};

    private CardNumbers() {}

    /** Where the card number that begins at {@code start} ends; -1 where none begins there. */
    static int end(CharSequence text, int start) {
        int run = start;
        while (run < text.length() && run - start <= MOST_DIGITS && isDigit(text.charAt(run))) {
            run++;
        }
        if (run - start >= 13) {
            return run - start <= MOST_DIGITS && isCard(text, start, run) && endsAt(text, run) ? run : -1;
        }
        if (run - start != 4 || run == text.length() || (text.charAt(run) != ' ' && text.charAt(run) != '-')) {
            return -1;
        }
        for (int[] groups : GROUPS) {
            int end = grouped(text, start, groups, text.charAt(run));
            if (end > 0 && isCard(text, start, end) && endsAt(text, end)) {
                return end;
            }
        }
        return -1;
    }

    /** Whether the digits of a whole number are a card number. */
    static boolean isCard(String digits) {
        return end(digits, 0) == digits.length();
    }

    private static int grouped(CharSequence text, int start, int[] groups, char separator) {
        int at = start;
        for (int group = 0; group < groups.length; group++) {
            if (group > 0 && (at >= text.length() || text.charAt(at++) != separator)) {
                return -1;
            }
            for (int digit = 0; digit < groups[group]; digit++, at++) {
                if (at >= text.length() || !isDigit(text.charAt(at))) {
                    return -1;
                }
            }
        }
        return at;
    }

    private static boolean endsAt(CharSequence text, int end) {
        if (end == text.length()) {
            return true;
        }
        char next = text.charAt(end);
        boolean decimal = next == '.' && end + 1 < text.length() && isDigit(text.charAt(end + 1));
        return !Character.isLetterOrDigit(next) && !decimal;
    }

    private static boolean isCard(CharSequence text, int start, int end) {
        long number = 0;
        int digits = 0;
        int sum = 0;
        boolean twice = false;
        for (int i = end - 1; i >= start; i--) {
            char c = text.charAt(i);
            if (isDigit(c)) {
                int digit = c - '0';
                int doubled = digit > 4 ? 2 * digit - 9 : 2 * digit;
                sum += twice ? doubled : digit;
                twice = !twice;
                digits++;
            }
        }
        for (int i = start, read = 0; read < 4; i++) {
            if (isDigit(text.charAt(i))) {
                number = 10 * number + text.charAt(i) - '0';
                read++;
            }
        }
        return sum % 10 == 0 && isIssued((int) number, digits);
    }

    /** By the first four digits, as issuers publish them. */
    private static boolean isIssued(int first, int digits) {
        int two = first / 100;
        return switch (digits) {
            case 13 -> first / 1000 == 4;
            case 14 -> two == 36 || two == 38 || two == 30;
            case 15 -> two == 34 || two == 37;
            case 16 -> first / 1000 == 4 || (two >= 51 && two <= 55) || (first >= 2221 && first <= 2720) || two == 35
                    || two == 62 || first == 6011 || two == 64 || two == 65;
            default -> first / 1000 == 4 || two == 62 || first == 6011 || two == 64 || two == 65;
        };
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }
}
