package io.throughline.redact;

import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;

/**
 * What counts as a secret.
 *
 * <p>A key is one of {@code keys} when its name ends in it, without regard to case and to {@code - _ .} and blanks:
 * {@code token} covers {@code access_token} and {@code X-Auth-Token}, and neither {@code prompt_tokens} nor
 * {@code token_count}.
 *
 * @param keys names whose values never leave the process
 * @param promptKeys names whose texts travel as size and hash
 * @param email whether e-mail addresses are secrets
 * @param promptsAsText whether the service opted in to prompts as they are
 */
public record RedactionRules(Set<String> keys, Set<String> promptKeys, boolean email, boolean promptsAsText) {

    /** Without e-mail addresses, with prompts as size and hash. */
    public static final RedactionRules DEFAULT = new RedactionRules(
            Set.of("password", "passwords", "passwd", "pwd", "passphrase", "passcode", "authorization", "apikey",
                    "apikeys", "accesskey", "accesskeyid", "secretkey", "privatekey", "signingkey", "encryptionkey",
                    "token", "cookie", "cookies", "secret", "secrets", "credential", "credentials", "sessid",
                    "jsessionid", "cvv", "cvc", "cardnumber", "passwordhash"),
            Set.of("prompt", "prompts", "completion", "completions", "messages"), false, false);

    /** Keeps the names without case and separators; refuses a name with no letter or digit. */
    public RedactionRules {
        keys = normal(keys);
        promptKeys = normal(promptKeys);
    }

    /** With further keys. */
    public RedactionRules withKeys(Iterable<String> further) {
        Set<String> all = new LinkedHashSet<>(keys);
        further.forEach(all::add);
        return new RedactionRules(all, promptKeys, email, promptsAsText);
    }

    /** With e-mail addresses as secrets, or without. */
    public RedactionRules withEmail(boolean secret) {
        return new RedactionRules(keys, promptKeys, secret, promptsAsText);
    }

    /** With prompts as they are, or as size and hash. */
    public RedactionRules withPromptsAsText(boolean asText) {
        return new RedactionRules(keys, promptKeys, email, asText);
    }

    private static Set<String> normal(Set<String> names) {
        Set<String> normal = new LinkedHashSet<>();
        for (String name : names) {
            String letters = KeyNames.normal(name.toLowerCase(Locale.ROOT));
            if (letters.isEmpty()) {
                throw new IllegalArgumentException(
                        "a key whose value is redacted needs a letter or digit, got \"" + name + '"');
            }
            normal.add(letters);
        }
        return Set.copyOf(normal);
    }
}
