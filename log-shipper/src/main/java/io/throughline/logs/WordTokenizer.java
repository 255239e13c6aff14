package io.throughline.logs;

import java.io.IOException;
import java.lang.Character.UnicodeScript;
import org.apache.lucene.analysis.Tokenizer;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;
import org.apache.lucene.util.ArrayUtil;

/**
 * Cuts text at everything that is no letter, digit or mark, and writes it in lower case. Unicode's word rules keep
 * {@code java.net.SocketException} whole, where in logs it is three words. Scripts without blanks between words, Han and
 * Hiragana, give a word for each character. For one thread.
 */
final class WordTokenizer extends Tokenizer {

    private static final int LONGEST_WORD = 255;

    private final CharTermAttribute term = addAttribute(CharTermAttribute.class);
    private char[] text = new char[4096];
    private int length;
    private int place;
    private boolean read;

    @Override
    public void reset() throws IOException {
        super.reset();
        read = false;
        place = 0;
        length = 0;
    }

    @Override
    public boolean incrementToken() throws IOException {
        if (!read) {
            readAll();
        }
        clearAttributes();
        while (place < length) {
            int c = Character.codePointAt(text, place, length);
            if (!belongs(c)) {
                place += Character.charCount(c);
            } else if (alone(c)) {
                take(c);
                return true;
            } else {
                takeWord();
                return true;
            }
        }
        return false;
    }

    private void takeWord() {
        while (place < length && term.length() < LONGEST_WORD) {
            int c = Character.codePointAt(text, place, length);
            if (!belongs(c) || alone(c)) {
                return;
            }
            take(c);
        }
    }

    private void take(int c) {
        int lower = c < 128 ? (c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c) : Character.toLowerCase(c);
        if (lower < Character.MIN_SUPPLEMENTARY_CODE_POINT) {
            term.append((char) lower);
        } else {
            term.append(Character.toString(lower));
        }
        place += Character.charCount(c);
    }

    private static boolean belongs(int c) {
        if (c < 128) {
            return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        }
        int type = Character.getType(c);
        return Character.isLetterOrDigit(c) || type == Character.NON_SPACING_MARK
                || type == Character.COMBINING_SPACING_MARK;
    }

    private static boolean alone(int c) {
        return c >= 128 && (Character.isIdeographic(c) || UnicodeScript.of(c) == UnicodeScript.HIRAGANA);
    }

    private void readAll() throws IOException {
        int count = input.read(text, length, text.length - length);
        while (count >= 0) {
            length += count;
            text = length == text.length ? ArrayUtil.grow(text) : text;
            count = input.read(text, length, text.length - length);
        }
        read = true;
    }
}
