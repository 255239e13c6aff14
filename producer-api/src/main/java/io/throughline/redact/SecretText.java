package io.throughline.redact;

import org.jspecify.annotations.Nullable;

/**
 * Replaces the secrets in a text, in one pass: no character is looked at more than a bounded number of times, whatever
 * the text. Thread-safe.
 */
final class SecretText {

    static final String REPLACEMENT = "[redacted]";

    private static final String PEM = "-----BEGIN ";
    private static final int SHORTEST_BEARER = 12;

    private final KeyNames keys;
    private final boolean email;
    private final Findings findings;

    SecretText(KeyNames keys, boolean email, Findings findings) {
        this.keys = keys;
        this.email = email;
        this.findings = findings;
    }

    /** The text without its secrets; the same object where it holds none. */
    String clean(String text) {
        return PlainText.is(text, true) ? text : lookedThrough(text, true);
    }

    /** As {@link #clean}; digits that would make a card number are an id here. */
    String cleanId(String text) {
        return PlainText.is(text, false) ? text : lookedThrough(text, false);
    }

    /** Without asking first whether that is needed. */
    String lookedThrough(String text, boolean cards) {
        return new Pass(text, cards).run();
    }

    /** One way through one text. */
    private final class Pass {

        private final String text;
        private final int length;
        private final boolean cards;
        private @Nullable StringBuilder out;
        private int copied;
        /** Where the word ends that is looked at; found once for each word, whatever is replaced in it. */
        private int end;
        /** No JSON Web Token begins before this position: the segment up to it is followed by no second one. */
        private int noJwtBefore;

        Pass(String text, boolean cards) {
            this.text = text;
            this.length = text.length();
            this.cards = cards;
        }

        String run() {
            int at = 0;
            while (at < length) {
                at = isWord(text.charAt(at)) ? word(at) : at + 1;
            }
            return out == null ? text : out.append(text, copied, length).toString();
        }

        /** Looks at the word that begins or, after a replacement, goes on at {@code start}; returns where to go on. */
        private int word(int start) {
            int next = -1;
            if (start >= end) {
                end = wordEnd(start);
                next = pem(start);
                next = next < 0 ? valueOfKey(start, end) : next;
                next = next < 0 ? authorization(start, end) : next;
            }
            for (int at = start; next < 0 && at < end; at++) {
                if (at == start || !Character.isLetterOrDigit(text.charAt(at - 1))) {
                    next = token(at);
                }
            }
            next = next < 0 ? beforeAt(start, end) : next;
            next = next < 0 ? urlPassword(end) : next;
            return next < 0 ? end : next;
        }

        private int pem(int start) {
            if (!text.startsWith(PEM, start)) {
                return -1;
            }
            int label = start + PEM.length();
            int dashes = text.indexOf("-----", label);
            if (dashes < 0 || dashes - label > 64 || !text.startsWith("PRIVATE KEY", dashes - "PRIVATE KEY".length())) {
                return -1;
            }
            int last = text.indexOf("-----END", dashes);
            int closing = last < 0 ? -1 : text.indexOf("-----", last + "-----END".length());
            return replace(start, closing < 0 ? length : closing + "-----".length(), Finding.PRIVATE_KEY);
        }

        /** {@code key=value}, {@code "key": "value"}, {@code <key>value</key>}. */
        private int valueOfKey(int start, int end) {
            int at = end;
            boolean tag = start > 0 && text.charAt(start - 1) == '<' && at < length && text.charAt(at) == '>';
            if (!tag) {
                at = blanks(afterQuote(end));
                if (at >= length || (text.charAt(at) != '=' && text.charAt(at) != ':')) {
                    return -1;
                }
                if (text.startsWith("=>", at) || text.startsWith(":=", at) || text.startsWith("==", at)) {
                    at++;
                }
            }
            if (text.startsWith("://", at) || !keys.match(text, start, end)) {
                return -1;
            }
            int value = blanks(at + 1);
            int valueEnd = tag ? until(value, "<") : valueEnd(value, start, end);
            if (valueEnd <= value || isHarmless(value, valueEnd)) {
                return -1;
            }
            return replace(value, valueEnd, Finding.KEY);
        }

        private int valueEnd(int value, int keyStart, int keyEnd) {
            if (value >= length) {
                return value;
            }
            int quote = afterBackslashes(value);
            if (quote < length && isQuote(text.charAt(quote))) {
                return closingQuote(quote, quote - value);
            }
            char first = text.charAt(value);
            if (first == '[' || first == '{' || first == '(') {
                return text.startsWith(REPLACEMENT, value) ? value + REPLACEMENT.length() : closingBracket(value);
            }
            if (endsIn("cookie", keyStart, keyEnd) || endsIn("cookies", keyStart, keyEnd)) {
                return until(value, "\r\n\"'`]}");
            }
            int end = until(value, " \t\r\n,;&\"'`<>)]}|");
            return isScheme(value, end) ? until(blanks(end), " \t\r\n,;&\"'`<>)]}|") : end;
        }

        /** {@code Bearer …} and {@code Basic …} where no key stands before them. */
        private int authorization(int start, int end) {
            int value = blanks(end);
            if (value == end || value >= length) {
                return -1;
            }
            boolean bearer = is("bearer", start, end);
            if (!bearer && !is("basic", start, end)) {
                return -1;
            }
            int valueEnd = Tokens.end(text, value);
            boolean secret = bearer ? valueEnd - value >= SHORTEST_BEARER : Tokens.isBasic(text, value, valueEnd);
            return secret ? replace(value, valueEnd, Finding.AUTHORIZATION) : -1;
        }

        private int token(int at) {
            char c = text.charAt(at);
            if (cards && c >= '0' && c <= '9') {
                boolean decimals = at > 1 && text.charAt(at - 1) == '.' && Character.isDigit(text.charAt(at - 2));
                int end = decimals ? -1 : CardNumbers.end(text, at);
                return end < 0 ? -1 : replace(at, end, Finding.CARD);
            }
            if (at >= noJwtBefore && text.startsWith("eyJ", at)) {
                int end = jwtEnd(at);
                return end < 0 ? -1 : replace(at, end, Finding.JWT);
            }
            return Tokens.isProviderKey(text, at) ? replace(at, wordEnd(at), Finding.PROVIDER_KEY) : -1;
        }

        /** Header and payload of a JSON Web Token are JSON objects, so that both begin with {@code eyJ} in Base64. */
        private int jwtEnd(int start) {
            int first = segmentEnd(start);
            if (!text.startsWith(".eyJ", first)) {
                noJwtBefore = first;
                return -1;
            }
            int second = segmentEnd(first + 1);
            return second < length && text.charAt(second) == '.' ? segmentEnd(second + 1) : second;
        }

        private int segmentEnd(int start) {
            int end = start;
            while (end < length && isWord(text.charAt(end)) && text.charAt(end) != '.') {
                end++;
            }
            return end;
        }

        private int beforeAt(int start, int end) {
            if (!email || end >= length || text.charAt(end) != '@') {
                return -1;
            }
            int domain = end + 1;
            int domainEnd = domain;
            int lastDot = -1;
            while (domainEnd < length && isWord(text.charAt(domainEnd))) {
                if (text.charAt(domainEnd) == '.' && domainEnd > domain) {
                    lastDot = domainEnd;
                }
                domainEnd++;
            }
            if (lastDot < 0) {
                return -1;
            }
            int local = start;
            while (local > copied && (isWord(text.charAt(local - 1)) || "+%'!#$&*/=?^{|}~".indexOf(
                    text.charAt(local - 1)) >= 0)) {
                local--;
            }
            return replace(local, lastDot == domainEnd - 1 ? lastDot : domainEnd, Finding.EMAIL);
        }

        /** {@code scheme://user:password@host}. */
        private int urlPassword(int end) {
            if (!text.startsWith("://", end)) {
                return -1;
            }
            int colon = -1;
            for (int at = end + 3; at < length; at++) {
                char c = text.charAt(at);
                if (c == '@') {
                    return colon < 0 || colon + 1 == at ? -1 : replace(colon + 1, at, Finding.URL_PASSWORD);
                }
                if (c == ':' && colon < 0) {
                    colon = at;
                }
                if (c <= ' ' || "/?#\"'<>".indexOf(c) >= 0) {
                    return -1;
                }
            }
            return -1;
        }

        private int replace(int start, int end, Finding finding) {
            if (text.startsWith(REPLACEMENT, start) && end == start + REPLACEMENT.length()) {
                return end; // done before, by an encoder for one
            }
            StringBuilder target = out == null ? new StringBuilder(length) : out;
            target.append(text, copied, start).append(REPLACEMENT);
            out = target;
            copied = end;
            findings.add(finding);
            return end;
        }

        private int closingQuote(int quote, int backslashes) {
            char c = text.charAt(quote);
            int run = 0;
            for (int at = quote + 1; at < length; at++) {
                if (text.charAt(at) == '\\') {
                    run++;
                } else if (text.charAt(at) == c && run <= backslashes) {
                    return at + 1;
                } else {
                    run = 0;
                }
            }
            return length;
        }

        private int closingBracket(int open) {
            int depth = 0;
            for (int at = open; at < length; at++) {
                char c = text.charAt(at);
                if (c == '[' || c == '{' || c == '(') {
                    depth++;
                } else if ((c == ']' || c == '}' || c == ')') && --depth == 0) {
                    return at + 1;
                }
            }
            return length;
        }

        private int afterQuote(int at) {
            int quote = afterBackslashes(at);
            return quote < length && isQuote(text.charAt(quote)) ? quote + 1 : at;
        }

        private int afterBackslashes(int from) {
            int at = from;
            while (at < length && text.charAt(at) == '\\') {
                at++;
            }
            return at;
        }

        private int blanks(int from) {
            int at = from;
            while (at < length && (text.charAt(at) == ' ' || text.charAt(at) == '\t')) {
                at++;
            }
            return at;
        }

        private int until(int from, String stops) {
            int at = from;
            while (at < length && stops.indexOf(text.charAt(at)) < 0) {
                at++;
            }
            return at;
        }

        private int wordEnd(int from) {
            int at = from;
            while (at < length && isWord(text.charAt(at))) {
                at++;
            }
            return at;
        }

        private boolean isHarmless(int start, int end) {
            return is("null", start, end) || is("true", start, end) || is("false", start, end)
                    || (end - start == 2 && isQuote(text.charAt(start)));
        }

        private boolean isScheme(int start, int end) {
            return is("bearer", start, end) || is("basic", start, end) || is("digest", start, end)
                    || is("token", start, end) || is("negotiate", start, end) || is("apikey", start, end);
        }

        private boolean is(String word, int start, int end) {
            return end - start == word.length() && text.regionMatches(true, start, word, 0, word.length());
        }

        private boolean endsIn(String word, int start, int end) {
            return end - start >= word.length()
                    && text.regionMatches(true, end - word.length(), word, 0, word.length());
        }
    }

    private static boolean isQuote(char c) {
        return c == '"' || c == '\'' || c == '`';
    }

    private static boolean isWord(char c) {
        return Character.isLetterOrDigit(c) || c == '_' || c == '-' || c == '.';
    }
}
