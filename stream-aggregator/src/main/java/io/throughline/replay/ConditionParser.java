package io.throughline.replay;

import io.throughline.replay.Condition.Comparison;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Reads conditions by recursive descent: {@code or} binds weaker than {@code and}, {@code and} weaker than {@code not}.
 *
 * <pre>
 * or      = and { "or" and }
 * and     = not { "and" not }
 * not     = "not" not | "(" or ")" | compare
 * compare = field ( "=" | "!=" | "&lt;" | "&lt;=" | "&gt;" | "&gt;=" ) value
 * </pre>
 *
 * A value is a word or stands in single or double quotes, where a backslash takes the next character as it is.
 */
final class ConditionParser {

    private static final int LONGEST = 10_000;
    private static final int DEEPEST = 100;

    private final String text;
    private int at;
    private int depth;

    ConditionParser(String text) {
        this.text = text;
    }

    Condition parse() {
        if (text.length() > LONGEST) {
            throw new IllegalArgumentException("--where takes at most " + LONGEST + " characters, got "
                    + text.length());
        }
        Condition condition = or();
        skipBlanks();
        if (at < text.length()) {
            throw expected("and, or, or the end");
        }
        return condition;
    }

    private Condition or() {
        Condition left = and();
        while (word("or")) {
            left = new Condition.Or(left, and());
        }
        return left;
    }

    private Condition and() {
        Condition left = not();
        while (word("and")) {
            left = new Condition.And(left, not());
        }
        return left;
    }

    private Condition not() {
        if (++depth > DEEPEST) {
            throw expected("at most " + DEEPEST + " levels of not and parentheses");
        }
        try {
            if (word("not")) {
                return new Condition.Not(not());
            }
            if (sign('(')) {
                Condition inner = or();
                if (!sign(')')) {
                    throw expected("and, or, or \")\"");
                }
                return inner;
            }
            return compare();
        } finally {
            depth--;
        }
    }

    private Condition compare() {
        skipBlanks();
        String field = bareWord();
        if (field.isEmpty()) {
            throw expected("a field such as status, header.user_id or \"(\"");
        }
        skipBlanks();
        Comparison comparison = comparison();
        if (comparison == null) {
            throw expected("= != < <= > or >= after \"" + field + '"');
        }
        return Condition.Compare.of(field, comparison, value());
    }

    private @Nullable Comparison comparison() {
        for (int length = 2; length > 0; length--) {
            Comparison found = at + length <= text.length()
                    ? Comparison.of(text.substring(at, at + length))
                    : null;
            if (found != null) {
                at += length;
                return found;
            }
        }
        return null;
    }

    private String value() {
        skipBlanks();
        char quote = at < text.length() ? text.charAt(at) : ' ';
        if (quote == '\'' || quote == '"') {
            return quoted(quote);
        }
        String word = bareWord();
        if (word.isEmpty()) {
            throw expected("a value: a number, a word or a text in quotes");
        }
        return word;
    }

    private String quoted(char quote) {
        int opened = at++;
        var value = new StringBuilder();
        while (at < text.length() && text.charAt(at) != quote) {
            if (text.charAt(at) == '\\' && at + 1 < text.length()) {
                at++;
            }
            value.append(text.charAt(at++));
        }
        if (at == text.length()) {
            at = opened;
            throw expected("a closing " + quote + " for the one that opens here");
        }
        at++;
        return value.toString();
    }

    private boolean word(String keyword) {
        skipBlanks();
        int start = at;
        if (bareWord().toLowerCase(Locale.ROOT).equals(keyword)) {
            return true;
        }
        at = start;
        return false;
    }

    private boolean sign(char wanted) {
        skipBlanks();
        if (at < text.length() && text.charAt(at) == wanted) {
            at++;
            return true;
        }
        return false;
    }

    /** Everything that a name, a number or a time consists of. */
    private String bareWord() {
        int start = at;
        while (at < text.length()
                && (Character.isLetterOrDigit(text.charAt(at)) || "_.:+-/@".indexOf(text.charAt(at)) >= 0)) {
            at++;
        }
        return text.substring(start, at);
    }

    private void skipBlanks() {
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
    }

    private IllegalArgumentException expected(String what) {
        String got = at < text.length() ? "got \"" + text.charAt(at) + '"' : "but it ends";
        return new IllegalArgumentException("--where, column " + (at + 1) + ": expected " + what + ", " + got + "\n  "
                + text + "\n  " + " ".repeat(at) + '^');
    }
}
