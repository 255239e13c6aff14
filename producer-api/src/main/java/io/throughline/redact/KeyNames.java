package io.throughline.redact;

import java.util.Arrays;
import java.util.Set;

/** Finds whether a key's name ends in one of some names; the time it takes is bounded by the longest of them. */
final class KeyNames {

    private final String[] names;
    private final int longest;

    KeyNames(Set<String> names) {
        this.names = names.toArray(String[]::new);
        this.longest = Arrays.stream(this.names).mapToInt(String::length).max().orElse(0);
    }

    /** {@code name} without separators. */
    static String normal(String name) {
        var letters = new StringBuilder();
        for (int i = 0; i < name.length(); i++) {
            if (Character.isLetterOrDigit(name.charAt(i))) {
                letters.append(name.charAt(i));
            }
        }
        return letters.toString();
    }

    boolean match(CharSequence text) {
        return match(text, 0, text.length());
    }

    /** Whether the name from {@code start} until before {@code end} is one of these. */
    boolean match(CharSequence text, int start, int end) {
        var tail = new char[longest];
        int length = 0;
        for (int i = end - 1; i >= start && length < longest; i--) {
            char c = text.charAt(i);
            if (Character.isLetterOrDigit(c)) {
                tail[longest - ++length] = Character.toLowerCase(c);
            } else if (i < end - 4 * longest) {
                break; // a name of separators only
            }
        }
        for (String name : names) {
            if (name.length() <= length && endsWith(tail, name)) {
                return true;
            }
        }
        return false;
    }

    private static boolean endsWith(char[] tail, String name) {
        int offset = tail.length - name.length();
        for (int i = 0; i < name.length(); i++) {
            if (tail[offset + i] != name.charAt(i)) {
                return false;
            }
        }
        return true;
    }
}
