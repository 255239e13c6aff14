package io.throughline.redact;

/**
 * Whether a text holds nothing that {@link SecretText} would have to look at: the answer for nearly all ids, models and
 * names, at about a nanosecond a character. Stateless.
 *
 * <p>It may say no to a text without secrets, never yes to one with: values of keys need a {@code =}, {@code :} or tag,
 * e-mail addresses and URLs an {@code @}, private keys their first line, card numbers thirteen digits, and tokens begin as
 * they do.
 */
final class PlainText {

    private static final int ASCII = 128;
    private static final int FEWEST_CARD_DIGITS = 13;
    private static final String JWT = "eyJ";
    private static final String PEM = "BEGIN ";

    private static final byte OTHER = 0;
    private static final byte LETTER = 1;
    private static final byte DIGIT = 2;
    /** A letter that some token begins with. */
    private static final byte FIRST_LETTER = 3;
    private static final byte SUSPECT = 4;
    private static final byte[] KINDS = kinds();

    private PlainText() {}

    /** Digits count where {@code cards} are looked for. */
    static boolean is(String text, boolean cards) {
        int digits = 0;
        byte before = OTHER;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            byte kind = c < ASCII ? KINDS[c] : SUSPECT;
            if (kind >= FIRST_LETTER
                    && (kind == SUSPECT || (before == OTHER && mayBeginSecret(text, i)))) {
                return false;
            }
            digits += kind == DIGIT ? 1 : 0;
            before = kind;
        }
        return !cards || digits < FEWEST_CARD_DIGITS;
    }

    private static boolean mayBeginSecret(String text, int at) {
        return switch (text.charAt(at)) {
            case 'e' -> text.startsWith(JWT, at) || Tokens.mayBegin(text, at);
            case 'B', 'b' -> text.startsWith(PEM, at) || text.regionMatches(true, at, "bearer", 0, 6)
                    || text.regionMatches(true, at, "basic", 0, 5) || Tokens.mayBegin(text, at);
            default -> Tokens.mayBegin(text, at);
        };
    }

    private static byte[] kinds() {
        var kinds = new byte[ASCII];
        for (char c = 0; c < ASCII; c++) {
            kinds[c] = Character.isDigit(c) ? DIGIT : letterOrOther(c);
        }
        return kinds;
    }

    private static byte letterOrOther(char c) {
        if (!Character.isLetter(c)) {
            return "=:>@".indexOf(c) >= 0 ? SUSPECT : OTHER;
        }
        return "eBb".indexOf(c) >= 0 || Tokens.anyBeginsWith(c) ? FIRST_LETTER : LETTER;
    }
}
