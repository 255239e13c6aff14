package io.throughline.redact;

import java.util.Locale;

/** What a redaction found; each is counted by itself. */
public enum Finding {
    /** The value of a key such as {@code password}. */
    KEY,
    /** {@code Bearer …} or {@code Basic …}, as an Authorization header has it. */
    AUTHORIZATION,
    /** A JSON Web Token. */
    JWT,
    /** A key of a provider, such as {@code sk-…} or {@code AKIA…}. */
    PROVIDER_KEY,
    /** A private key in PEM. */
    PRIVATE_KEY,
    /** The password in a URL. */
    URL_PASSWORD,
    /** A payment card number. */
    CARD,
    /** An e-mail address. */
    EMAIL,
    /** A prompt or an answer of a language model: it travels as size and hash. */
    PROMPT;

    /** The name in counts. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
