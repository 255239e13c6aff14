package io.throughline.redact;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** The forms in which tokens and provider keys stand in a text. */
final class Tokens {

    /** What a provider's key begins with, and how many characters follow at least. */
    private record Prefix(String text, int least) {}

    private static final Prefix[] PREFIXES = {new Prefix("sk-", 16), new Prefix("sk_live_", 12),
            new Prefix("sk_test_", 12), new Prefix("rk_live_", 12), new Prefix("pk-lf-", 16), new Prefix("whsec_", 16),
            new Prefix("AKIA", 16), new Prefix("ASIA", 16), new Prefix("ghp_", 30), new Prefix("gho_", 30),
            new Prefix("ghu_", 30), new Prefix("ghs_", 30), new Prefix("ghr_", 30), new Prefix("github_pat_", 20),
            new Prefix("glpat-", 16), new Prefix("xoxb-", 16), new Prefix("xoxp-", 16), new Prefix("xoxa-", 16),
            new Prefix("xoxs-", 16), new Prefix("xapp-", 16), new Prefix("AIza", 30), new Prefix("hf_", 24),
            new Prefix("gsk_", 24), new Prefix("xai-", 24), new Prefix("r8_", 24), new Prefix("npm_", 30),
            new Prefix("pypi-", 30), new Prefix("SG.", 30), new Prefix("ya29.", 20), new Prefix("dop_v1_", 30)};

    private static final Prefix[] NONE = {};
    private static final int ASCII = 128;
    /** Those that begin with each character of ASCII; null where none does, which is what most words meet. */
    private static final Prefix[] @Nullable [] BY_FIRST = byFirst();

    private Tokens() {}

    private static Prefix[] @Nullable [] byFirst() {
        var table = new Prefix[ASCII][];
        for (Prefix prefix : PREFIXES) {
            char first = prefix.text.charAt(0);
            table[first] = Arrays.stream(PREFIXES).filter(each -> each.text.charAt(0) == first)
                    .toArray(Prefix[]::new);
        }
        return table;
    }

    /** Whether a provider's key may begin at {@code start}: it does not where this says no. */
    static boolean mayBegin(String text, int start) {
        for (Prefix prefix : beginningWith(text.charAt(start))) {
            if (text.startsWith(prefix.text, start)) {
                return true;
            }
        }
        return false;
    }

    static boolean anyBeginsWith(char first) {
        return beginningWith(first).length > 0;
    }

    private static Prefix[] beginningWith(char first) {
        Prefix[] found = first < ASCII ? BY_FIRST[first] : null;
        return found == null ? NONE : found;
    }

    /** Whether a provider's key begins at {@code start}; looks at a bounded number of characters. */
    static boolean isProviderKey(String text, int start) {
        for (Prefix prefix : beginningWith(text.charAt(start))) {
            if (text.startsWith(prefix.text, start)) {
                int from = start + prefix.text.length();
                return followed(text, from, prefix.least);
            }
        }
        return false;
    }

    /** Where the run of characters ends that tokens are made of. */
    static int end(String text, int start) {
        int end = start;
        while (end < text.length() && isTokenCharacter(text.charAt(end))) {
            end++;
        }
        return end;
    }

    /** Whether the text is a user and a password in Base64, as {@code Basic} has them. */
    static boolean isBasic(String text, int start, int end) {
        if (end - start < 4 || end - start > 1024) {
            return false;
        }
        try {
            byte[] decoded = Base64.getDecoder().decode(text.substring(start, end));
            return new String(decoded, StandardCharsets.UTF_8).indexOf(':') >= 0;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static boolean followed(String text, int from, int least) {
        if (from + least > text.length()) {
            return false;
        }
        for (int i = from; i < from + least; i++) {
            char c = text.charAt(i);
            if (!isTokenCharacter(c) || c == '/' || c == '=' || c == '+') {
                return false;
            }
        }
        return true;
    }

    private static boolean isTokenCharacter(char c) {
        return c < 128 && (Character.isLetterOrDigit(c) || "-._~+/=".indexOf(c) >= 0);
    }
}
