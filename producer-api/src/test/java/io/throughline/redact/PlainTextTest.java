package io.throughline.redact;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlainTextTest {

    private static final List<String> PARTS = List.of("password", "=", ":", " ", "\t", "-", "--", "_", ".", "<", ">",
            "/",
            "://", "@", "a", "B", "x1", "Bearer", "basic", "dTpw", "abcdefghijklmnop",
            "abcdefghijkl0123456789ABCDEFGHIJ",
            "sk-", "AKIA", "ghp_", "hf_", "SG.", "eyJ", ".eyJ", "4111111111111111", "4111", "1111", "378282246310005",
            "7",
            "-----BEGIN ", "PRIVATE KEY", "-----", "-----END", "token", "\"", "'", "é", "ſ", "K", "bob", "\n", "{",
            "}");

    private final Findings findings = new Findings();
    private final SecretText texts = new SecretText(new KeyNames(RedactionRules.DEFAULT.keys()), true, findings);

    @Test
    void plainText_holdsNothingThatWouldBeReplaced() {
        var random = new Random(42);
        int plain = 0;
        for (int run = 0; run < 300_000; run++) {
            var text = new StringBuilder();
            for (int part = random.nextInt(1, 8); part > 0; part--) {
                text.append(PARTS.get(random.nextInt(PARTS.size())));
            }
            boolean cards = random.nextBoolean();
            if (PlainText.is(text.toString(), cards)) {
                plain++;
                assertThat(texts.lookedThrough(text.toString(), cards)).isEqualTo(text.toString());
            }
        }
        assertThat(plain).isGreaterThan(10_000);
        assertThat(findings.snapshot().values()).containsOnly(0L);
    }

    @ParameterizedTest
    @ValueSource(strings = {"gpt-4o", "script-writer", "018f7a3e-1111-7000-8000-000000000001", "Script written",
            "ERR_17",
            "/shorts/{id}", "claude-sonnet-4-5-20250929"})
    void whatServicesWriteMostly_isPlain(String text) {
        assertThat(PlainText.is(text, false)).isTrue();
    }
}
