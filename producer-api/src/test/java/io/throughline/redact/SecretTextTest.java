package io.throughline.redact;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SecretTextTest {

    private static final String R = "[redacted]";

    private final Redactor redactor = new Redactor(RedactionRules.DEFAULT);

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '^', textBlock = """
            login with password=hunter2, user=bob | login with password=[redacted], user=bob
            {"user":"bob","api_key":"a b\\"c","n":1} | {"user":"bob","api_key":[redacted],"n":1}
            {\\"password\\":\\"x y\\",\\"n\\":1} | {\\"password\\":[redacted],\\"n\\":1}
            GET /x?access_token=abc.def&page=2 | GET /x?access_token=[redacted]&page=2
            Authorization: Bearer abc, Accept: x | Authorization: [redacted], Accept: x
            {authorization=[Basic dTpw], accept=[x]} | {authorization=[redacted], accept=[x]}
            Cookie: a=b; c=d | Cookie: [redacted]
            X-Auth-Token: t1 t2 | X-Auth-Token: [redacted] t2
            Credentials[user=bob, dbPassword=p w] | Credentials[user=bob, dbPassword=[redacted] w]
            secret => s3, x | secret => [redacted], x
            client_secret := 's 3' x | client_secret := [redacted] x
            <password>pw</password> | <password>[redacted]</password>
            sent Bearer abcdefghijkl0123 to it | sent Bearer [redacted] to it
            sent Basic dXNlcjpwYXNz to it | sent Basic [redacted] to it
            key sk-proj-abcdefghijklmnop1234 refused | key [redacted] refused
            key AKIAIOSFODNN7EXAMPLE refused | key [redacted] refused
            of ghp_abcdefghijklmnopqrstuvwxyz0123456789. | of [redacted]
            at eyJhbGciOiJI.eyJzdWIiOiIx.c2ln-_x, 401 | at [redacted], 401
            jdbc:postgresql://bob:pw@db:5432/x | jdbc:postgresql://bob:[redacted]@db:5432/x
            card 4111111111111111 declined | card [redacted] declined
            card 4111 1111 1111 1111, 3782-822463-10005 | card [redacted], [redacted]
            mail to a.b@example.com | mail to a.b@example.com
            """)
    void secret_isReplacedAndNothingElse(String text, String expected) {
        assertThat(redactor.redact(text)).isEqualTo(expected);
        assertThat(redactor.redact(expected)).as("a second time").isSameAs(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"prompt_tokens=374 completion_tokens=44 max_tokens: 10", "token expired", "token_count=5",
            "Basic authentication failed", "bearer of bad news", "http://localhost:8080/token/x", "password=null",
            "{\"password\":\"\"}", "order 1234567890123456", "4111111111111112", "took 1764000000000000 ns",
            "0.4111111111111111", "41111111111111111111111", "at com.acme.Token.of(Token.java:10)", "sk-short",
            "4bf92f3577b34da6a3ce929d0e0e4736", "monkey: bananas", "-----BEGIN CERTIFICATE-----", "secretary: Ann",
            "2026-01-28T15:30:00Z", "Passwort: x", ""})
    void harmlessText_staysTheSameObject(String text) {
        assertThat(redactor.redact(text)).isSameAs(text);
    }

    @Test
    void privateKey_goesWholeEvenWithoutItsEnd() {
        String pem = "-----BEGIN RSA PRIVATE KEY-----\nMIIabc\n-----END RSA PRIVATE KEY-----";
        assertThat(redactor.redact("read " + pem + " from x")).isEqualTo("read " + R + " from x");
        assertThat(redactor.redact("read -----BEGIN PRIVATE KEY-----\nMIIabc")).isEqualTo("read " + R);
    }

    @Test
    void email_isASecretWhereTheServiceSaysSo() {
        var strict = new Redactor(RedactionRules.DEFAULT.withEmail(true));
        assertThat(strict.redact("mail to a.b+c@mail.example.com.")).isEqualTo("mail to " + R + ".");
        assertThat(strict.redact("git@host ok")).isEqualTo("git@host ok");
        assertThat(strict.counts()).containsEntry(Finding.EMAIL, 1L);
    }

    @Test
    void furtherKeys_areFoundByTheEndOfTheirNames() {
        var own = new Redactor(RedactionRules.DEFAULT.withKeys(List.of("iban", "Tax-ID")));
        assertThat(own.redact("customer.taxId=7 iban: DE1 password=x"))
                .isEqualTo("customer.taxId=" + R + " iban: " + R + " password=" + R);
    }

    @Test
    void everyKind_isCounted() {
        redactor.redact("password=a token=b Bearer abcdefghijkl0123 4111111111111111 http://u:p@h");
        assertThat(redactor.counts()).containsEntry(Finding.KEY, 2L).containsEntry(Finding.AUTHORIZATION, 1L)
                .containsEntry(Finding.CARD, 1L).containsEntry(Finding.URL_PASSWORD, 1L)
                .containsEntry(Finding.JWT, 0L);
    }

    /** Whatever stands around a secret: it goes, and no exception comes. */
    @Test
    void randomSurroundings_neverKeepASecret() {
        var random = new Random(4);
        String noise = "ab1 .,-_:;=\"'\\[]{}()<>@/&?\n\t+eyJsk-";
        for (int i = 0; i < 20_000; i++) {
            var text = new StringBuilder();
            for (int n = random.nextInt(40); n > 0; n--) {
                text.append(noise.charAt(random.nextInt(noise.length())));
            }
            text.insert(random.nextInt(text.length() + 1), " sk-ant-canarycanarycanary ");
            assertThat(redactor.redact(text.toString())).as(text.toString()).doesNotContain("canarycanary");
        }
    }

    /** Ten times the text must cost about ten times the steps; quadratic code would take minutes here. */
    @ParameterizedTest
    @ValueSource(strings = {"a", "eyJ-", "eyJ.", "password=", "password: \"", "\"password\":\"\\", "-----BEGIN ", "a@",
            "a+", "a@b.", "://", "x://y:", "4111 ", "1", "bearer ", "basic YTpi", "token=[", "{\"a\":", "\\", " ",
            "sk-",
            "<password>", "cookie:("})
    @Timeout(value = 20, threadMode = ThreadMode.SEPARATE_THREAD)
    void hostileText_takesLinearTime(String repeated) {
        String text = repeated.repeat(500_000 / repeated.length());
        String redacted = new Redactor(RedactionRules.DEFAULT.withEmail(true)).redact(text);
        assertThat(redacted.length()).isLessThan(12 * text.length());
    }
}
