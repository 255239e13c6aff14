package io.throughline.redact;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.throughline.event.Codec;
import io.throughline.event.DatabaseError;
import io.throughline.event.LogLevel;
import io.throughline.event.LogRecord;
import io.throughline.event.Origin;
import io.throughline.trace.TraceContext;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RedactorTest {

    private static final JsonMapper JSON = new JsonMapper();
    private static final String KEY = "sk-ant-abcdefghijklmnop1234";
    private static final Instant NOW = Instant.parse("2026-01-28T15:30:00Z");

    private final Redactor redactor = new Redactor(RedactionRules.DEFAULT);

    private static LogRecord line(String message, String stackTrace, String fields) throws Exception {
        Map<String, JsonNode> further = new LinkedHashMap<>();
        JSON.readTree(fields).properties().forEach(field -> further.put(field.getKey(), field.getValue()));
        return new LogRecord(NOW, LogLevel.ERROR, "app", message, TraceContext.of("t1").withUserId(KEY), "shop", null,
                200, "E:" + KEY, stackTrace, further);
    }

    @Test
    void logLine_losesItsSecretsEverywhere() throws Exception {
        LogRecord redacted = redactor.redact(line("key " + KEY, "java.lang.X: password=pw\n\tat a.B.c(B.java:1)", """
                {"api_key":{"a":1},"nested":{"list":[{"Cookie":"c"},"x KEY y"],"pin":7},"card":4111111111111111,
                 "tokens":12,"password":true,"ok":"fine"}""".replace("KEY", KEY)));
        assertThat(redacted.message()).isEqualTo("key [redacted]");
        assertThat(redacted.stackTrace()).isEqualTo("java.lang.X: password=[redacted]\n\tat a.B.c(B.java:1)");
        assertThat(redacted.fields()).hasToString("{api_key=\"[redacted]\", nested={\"list\":[{\"Cookie\":"
                + "\"[redacted]\"},\"x [redacted] y\"],\"pin\":7}, card=\"[redacted]\", tokens=12, password=true, "
                + "ok=\"fine\"}");
        assertThat(redacted.context().userId()).startsWith("redacted-").hasSize(21);
        assertThat(new String(Codec.encode(redacted), java.nio.charset.StandardCharsets.UTF_8))
                .doesNotContain("abcdefghijklmnop1234");
    }

    @Test
    void idThatIsAToken_staysTheSameIdForTheSameToken() {
        TraceContext one = redactor.redact(TraceContext.of(KEY));
        assertThat(redactor.redact(TraceContext.of(KEY))).isEqualTo(one);
        assertThat(redactor.redact(TraceContext.of(KEY + "x"))).isNotEqualTo(one);
        var digits = TraceContext.of("4111111111111111");
        assertThat(redactor.redact(digits)).isSameAs(digits);
    }

    @Test
    void event_losesSecretsInItsTexts() {
        var event = new DatabaseError(new Origin("e1", NOW, "shop"), "postgres", "select", "password=pw");
        assertThat(redactor.redact(event))
                .isEqualTo(new DatabaseError(event.origin(), "postgres", "select", "password=[redacted]"));
    }

    @Test
    void prompt_travelsAsSizeAndHash_unlessTheServiceOptsIn() throws Exception {
        LogRecord line = line("asked", "", "{\"prompt\":\"a cat\",\"messages\":[{\"role\":\"user\"}],\"prompts\":2}");
        assertThat(redactor.redact(line).fields()).containsEntry("prompt", Redactor.node(Prompt.of("a cat")))
                .containsEntry("messages", Redactor.node(Prompt.of("[{\"role\":\"user\"}]")))
                .containsEntry("prompts", JSON.readTree("2"));
        assertThat(redactor.redact(redactor.redact(line))).isEqualTo(redactor.redact(line));
        assertThat(Prompt.of("a cat").sha256())
                .isEqualTo("51e467415607798220a3776f6ae1a2a09ddc7e5dcdc955d685477b4cf05ade22");
        var open = new Redactor(RedactionRules.DEFAULT.withPromptsAsText(true));
        assertThat(open.redact(line).fields()).isEqualTo(line.fields());
    }
}
