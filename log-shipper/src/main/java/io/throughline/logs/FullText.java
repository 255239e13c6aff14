package io.throughline.logs;

import io.throughline.event.LogLevel;
import io.throughline.serve.Problem;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The little language of {@code q}, read in time in proportion to its length, which is bounded, as are words and
 * nesting. For one question.
 *
 * <pre>
 * either = all {"OR" all}
 * all    = part {["AND"] part}
 * part   = ("NOT" | "-") part | "(" either ")" | ["field:"] '"' phrase '"' | field:value | beginning* | word
 * </pre>
 */
final class FullText {

    static final int LONGEST = 512;
    static final int MOST_WORDS = 32;
    static final int DEEPEST = 8;
    private static final int SHORTEST_BEGINNING = 2;
    private static final Words WORDS = new Words();
    /** Fields besides the exact ones that can be asked for. */
    private static final Set<String> MORE_FIELDS = Set.of("level", "status_code");

    private final String text;
    private int place;
    private int depth;
    private int words;

    private FullText(String text) {
        this.text = text;
    }

    /** What a text asks for; refused with a 400 that says where it cannot be read. */
    static SearchText read(String text) throws Problem {
        if (text.length() > LONGEST) {
            throw Parameters.bad("q must have at most " + LONGEST + " characters, got " + text.length());
        }
        var reader = new FullText(text);
        TextQuery query = reader.either();
        if (reader.place < text.length()) {
            throw reader.bad("has a ) without its (");
        }
        if (query == null) {
            throw Parameters.bad("q must hold 1 to " + MOST_WORDS + " words, got 0 in " + Parameters.shown(text));
        }
        return new SearchText(text, query);
    }

    private @Nullable TextQuery either() throws Problem {
        List<TextQuery> any = new ArrayList<>();
        do {
            TextQuery all = all();
            if (all != null) {
                any.add(all);
            }
        } while (operator("OR"));
        return any.size() > 1 ? new TextQuery.Or(any) : any.isEmpty() ? null : any.get(0);
    }

    private @Nullable TextQuery all() throws Problem {
        List<TextQuery> all = new ArrayList<>();
        boolean more = true;
        while (more) {
            TextQuery part = part();
            if (part != null) {
                all.add(part);
            }
            boolean and = operator("AND");
            more = and || !atEnd();
        }
        return all.size() > 1 ? new TextQuery.And(all) : all.isEmpty() ? null : all.get(0);
    }

    /** Whether nothing follows that could be a part of what must all hold. */
    private boolean atEnd() {
        skipBlanks();
        return place == text.length() || text.charAt(place) == ')' || "OR".equals(peekWord());
    }

    private @Nullable TextQuery part() throws Problem {
        skipBlanks();
        if (place == text.length()) {
            throw bad("ends where a word is expected");
        }
        if (++depth > 2 * DEEPEST) {
            throw bad("is nested more than " + DEEPEST + " deep");
        }
        TextQuery part;
        if (operator("NOT") || minus()) {
            TextQuery of = part();
            part = of == null ? null : new TextQuery.Not(of);
        } else if (text.charAt(place) == '(') {
            part = group();
        } else if (text.charAt(place) == '"') {
            part = phrase(quoted());
        } else {
            part = word();
        }
        depth--;
        return part;
    }

    private @Nullable TextQuery group() throws Problem {
        int begin = place++;
        if (++depth > 2 * DEEPEST) {
            throw bad("is nested more than " + DEEPEST + " deep");
        }
        TextQuery inner = either();
        if (place == text.length()) {
            place = begin;
            throw bad("has a ( without its )");
        }
        place++;
        depth--;
        return inner;
    }

    private @Nullable TextQuery word() throws Problem {
        String word = peekWord();
        if (word.isEmpty() || word.equals("AND") || word.equals("OR")) {
            throw bad(
                    "has " + (word.isEmpty() ? text.substring(place, place + 1) : word) + " where a word is expected");
        }
        int colon = word.indexOf(':');
        String field = colon < 0 ? "" : word.substring(0, colon);
        if (Parameters.EXACT.contains(field) || MORE_FIELDS.contains(field)) {
            place += colon + 1;
            return field(field, place < text.length() && text.charAt(place) == '"' ? quoted() : takeWord());
        }
        takeWord();
        return word.endsWith("*") ? beginning(word) : phrase(word);
    }

    private TextQuery field(String name, String value) throws Problem {
        count(1);
        if (value.isEmpty()) {
            throw bad("has no value after " + name + ":");
        }
        if (name.equals("level")) {
            return new TextQuery.Field(name, LogLevel.of(value).orElseThrow(() -> bad("has the level "
                    + Parameters.shown(value) + ", none of " + Arrays.toString(LogLevel.values()))).wireName());
        }
        return new TextQuery.Field(name, value);
    }

    private @Nullable TextQuery phrase(String part) throws Problem {
        List<String> phrase = WORDS.of(part);
        count(phrase.size());
        return phrase.isEmpty() ? null : new TextQuery.Phrase(phrase);
    }

    private @Nullable TextQuery beginning(String word) throws Problem {
        List<String> phrase = WORDS.of(word);
        if (phrase.isEmpty()) {
            return null;
        }
        String last = phrase.get(phrase.size() - 1);
        if (last.length() < SHORTEST_BEGINNING) {
            throw bad("has " + Parameters.shown(word) + ": at least " + SHORTEST_BEGINNING
                    + " characters must stand before *");
        }
        count(phrase.size());
        var beginning = new TextQuery.Prefix(last);
        return phrase.size() == 1
                ? beginning
                : new TextQuery.And(List.of(new TextQuery.Phrase(phrase.subList(0, phrase.size() - 1)), beginning));
    }

    private void count(int more) throws Problem {
        words += more;
        if (words > MOST_WORDS) {
            throw Parameters.bad("q must hold 1 to " + MOST_WORDS + " words, got more in " + Parameters.shown(text));
        }
    }

    private String quoted() throws Problem {
        int end = text.indexOf('"', place + 1);
        if (end < 0) {
            throw bad("has a quotation mark without its pair");
        }
        String inner = text.substring(place + 1, end);
        place = end + 1;
        return inner;
    }

    private boolean operator(String name) {
        skipBlanks();
        boolean here = name.equals(peekWord());
        place += here ? name.length() : 0;
        return here;
    }

    /** A minus stands before what it excludes; one alone, or within a word, is no operator. */
    private boolean minus() {
        boolean here = text.charAt(place) == '-' && place + 1 < text.length() && !blank(text.charAt(place + 1));
        place += here ? 1 : 0;
        return here;
    }

    private String takeWord() {
        String word = peekWord();
        place += word.length();
        return word;
    }

    private String peekWord() {
        int end = place;
        while (end < text.length() && !blank(text.charAt(end)) && "()\"".indexOf(text.charAt(end)) < 0) {
            end++;
        }
        return text.substring(place, end);
    }

    private void skipBlanks() {
        while (place < text.length() && blank(text.charAt(place))) {
            place++;
        }
    }

    private static boolean blank(char c) {
        return Character.isWhitespace(c) || Character.isSpaceChar(c);
    }

    private Problem bad(String what) {
        return Parameters.bad("q " + what + ", at character " + (place + 1) + " of " + Parameters.shown(text));
    }
}
