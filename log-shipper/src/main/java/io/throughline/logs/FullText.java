package io.throughline.logs;

import io.throughline.serve.Problem;
import java.util.ArrayList;
import java.util.List;

/**
 * The little language of {@code q}: words that must all occur, and phrases in quotation marks. It has no operators, no
 * wildcards and no nesting, so reading it takes time in proportion to its length.
 */
final class FullText {

    private static final int LONGEST = 256;
    private static final int MOST_WORDS = 32;
    private static final Words WORDS = new Words();

    private FullText() {}

    /** The words of each part; those of one part must follow one another. */
    static List<List<String>> phrases(String text) throws Problem {
        if (text.length() > LONGEST) {
            throw Parameters.bad("q must have at most " + LONGEST + " characters, got " + text.length());
        }
        List<List<String>> phrases = new ArrayList<>();
        for (String part : parts(text)) {
            List<String> words = WORDS.of(part);
            if (!words.isEmpty()) {
                phrases.add(words);
            }
        }
        int count = phrases.stream().mapToInt(List::size).sum();
        if (count == 0 || count > MOST_WORDS) {
            throw Parameters.bad("q must hold 1 to " + MOST_WORDS + " words, got " + count + " in "
                    + Parameters.shown(text));
        }
        return phrases;
    }

    private static List<String> parts(String text) throws Problem {
        List<String> parts = new ArrayList<>();
        // Every second piece between quotation marks is a phrase.
        String[] pieces = text.split("\"", -1);
        if (pieces.length % 2 == 0) {
            throw Parameters.bad("q has a quotation mark without its pair: " + Parameters.shown(text));
        }
        for (int i = 0; i < pieces.length; i++) {
            parts.addAll(i % 2 == 1 ? List.of(pieces[i]) : List.of(pieces[i].strip().split("\\s+")));
        }
        return parts;
    }
}
