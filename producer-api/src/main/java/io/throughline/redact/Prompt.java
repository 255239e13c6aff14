package io.throughline.redact;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A prompt, or what a language model answered, as it may travel: how long it is, and a hash by which equal ones are
 * found. {@code log.atInfo().addKeyValue("prompt", Prompt.of(text))} logs it.
 *
 * <p>A hash of few or guessable words can be found by trying; it keeps a text from being read, not from being tested.
 *
 * @param characters length in UTF-16 units
 * @param sha256 SHA-256 of the text in UTF-8, as 64 lower-case hex digits
 */
public record Prompt(int characters, String sha256) {

    /** Size and hash of {@code text}. */
    public static Prompt of(String text) {
        return new Prompt(text.length(), sha256(text));
    }

    static String sha256(String text) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
