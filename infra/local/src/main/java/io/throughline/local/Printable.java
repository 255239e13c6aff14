package io.throughline.local;

/**
 * Text from data made safe to show in a terminal: characters that would move the cursor, recolour, break the line or
 * reorder what is shown appear as escapes.
 */
public final class Printable {

    private Printable() {}

    /** {@code text} with control and invisible formatting characters as {@code \n} or {@code \\u001b}. */
    public static String text(String text) {
        if (text.codePoints().noneMatch(Printable::isUnsafe)) {
            return text;
        }
        var safe = new StringBuilder(text.length() + 16);
        text.codePoints().forEach(c -> append(safe, c));
        return safe.toString();
    }

    /** {@code text} within {@code width} columns, with an ellipsis where something was cut off. */
    static String fit(String text, int width) {
        if (columns(text) <= width) {
            return text;
        }
        var cut = new StringBuilder();
        int used = 0;
        for (int i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
            int c = text.codePointAt(i);
            used += columns(c);
            if (used >= width) {
                break;
            }
            cut.appendCodePoint(c);
        }
        return width > 0 ? cut.append('…').toString() : "";
    }

    /** {@code text} cut or filled up with blanks to exactly {@code width} columns. */
    public static String pad(String text, int width) {
        String fitted = fit(text, width);
        return fitted + " ".repeat(Math.max(0, width - columns(fitted)));
    }

    /** Columns that {@code text} takes in a terminal. */
    public static int columns(String text) {
        return text.codePoints().map(Printable::columns).sum();
    }

    private static int columns(int c) {
        int type = Character.getType(c);
        if (type == Character.NON_SPACING_MARK || type == Character.ENCLOSING_MARK) {
            return 0;
        }
        boolean wide = Character.isIdeographic(c) || (c >= 0x1100 && c <= 0x115f) || (c >= 0x3040 && c <= 0x30ff)
                || (c >= 0xac00 && c <= 0xd7a3) || (c >= 0xff00 && c <= 0xff60) || (c >= 0x1f300 && c <= 0x1faff);
        return wide ? 2 : 1;
    }

    private static void append(StringBuilder safe, int c) {
        switch (c) {
            case '\n' -> safe.append("\\n");
            case '\r' -> safe.append("\\r");
            case '\t' -> safe.append("\\t");
            default -> {
                if (isUnsafe(c)) {
                    safe.append(c <= 0xffff ? "\\u%04x".formatted(c) : "\\u{%x}".formatted(c));
                } else {
                    safe.appendCodePoint(c);
                }
            }
        }
    }

    private static boolean isUnsafe(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL, Character.FORMAT, Character.SURROGATE, Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR ->
                true;
            default -> false;
        };
    }
}
