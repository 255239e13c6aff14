package io.throughline.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SelectionTest {

    @Test
    void id_isTheHeadersFirst_thenTheBodys() {
        var byUser = selection(Map.of("user_id", "u1"), TimeRange.ALL);
        assertThat(byUser.matches(Inputs.of("{\"user_id\":\"u2\"}", Map.of("user_id", "u1")))).isTrue();
        assertThat(byUser.matches(Inputs.of("{\"user_id\":\"u1\"}", Map.of("user_id", "u2")))).isFalse();
        assertThat(byUser.matches(Inputs.of("{\"user_id\":\"u1\"}", Map.of()))).isTrue();
        assertThat(byUser.matches(Inputs.of("{\"user_id\":\"\\u0075\\u0031\"}", Map.of()))).isTrue();
        assertThat(byUser.matches(Inputs.of("{\"note\":\"u1\"}", Map.of()))).isFalse();
    }

    @Test
    void traceOfAnotherTool_isFoundByTraceparent() {
        String trace = "4bf92f3577b34da6a3ce929d0e0e4736";
        assertThat(selection(Map.of("trace_id", trace), TimeRange.ALL).matches(
                Inputs.of("{}", Map.of("traceparent", "00-" + trace + "-00f067aa0ba902b7-01")))).isTrue();
    }

    @Test
    void range_isOfTheTimeInTheValue_atMostTheRecords() {
        var range = new TimeRange(Instant.parse("2026-01-28T15:00:00Z"), Instant.parse("2026-01-28T15:30:00Z"));
        var selection = selection(Map.of(), range);
        long later = Instant.parse("2026-01-28T18:00:00Z").toEpochMilli();
        assertThat(selection.matches(at(later, "2026-01-28T15:29:59.999Z"))).as("published late").isTrue();
        assertThat(selection.matches(at(later, "2026-01-28T15:30:00Z"))).as("the end is not in it").isFalse();
        assertThat(selection.matches(at(Instant.parse("2026-01-28T15:10:00Z").toEpochMilli(), "2027-01-01T00:00:00Z")))
                .as("a clock far ahead").isTrue();
        assertThat(selection.matches(at(Instant.parse("2026-01-28T15:10:00Z").toEpochMilli(), "soon")))
                .as("no time in the value").isTrue();
    }

    @Test
    void coordinates_areReadBackAndRefusedByName() {
        assertThat(Coordinates.parse("a:b:3:1047")).isEqualTo(new Coordinates("a:b", 3, 1047));
        assertThatThrownBy(() -> Coordinates.parse("throughline.llm:3")).hasMessageContaining("throughline.llm:3\"");
        assertThatThrownBy(() -> Coordinates.parse("llm:3:-1")).hasMessageContaining("TOPIC:PARTITION:OFFSET");
    }

    @Test
    void recordLine_keepsTheValueAsItCame_andSaysWhatIsNoText() {
        assertThat(line("{\"cost_usd\":1.10, \"b\":1e5}")).isEqualTo("{\"topic\":\"throughline.llm\",\"partition\":3,"
                + "\"offset\":1047,\"timestamp\":\"2026-01-28T15:30:00.125Z\",\"key\":\"k\",\"headers\":{\"h\":\"ü\"},"
                + "\"value\":{\"cost_usd\":1.10, \"b\":1e5}}");
        assertThat(line("{\"a\":\n1}")).endsWith("\"value\":{\"a\":1}}").doesNotContain("\n");
        assertThat(line("not json")).endsWith("\"value_base64\":\"bm90IGpzb24=\"}");
    }

    private static String line(String value) {
        return new String(RecordJson.line(Inputs.of(value, Map.of("h", "ü"))), java.nio.charset.StandardCharsets.UTF_8);
    }

    private static InputRecord at(long recordMillis, String eventTime) {
        return Inputs.of("throughline.llm", 0, 0, recordMillis, "{\"timestamp\":\"" + eventTime + "\"}", Map.of());
    }

    private static Selection selection(Map<String, String> ids, TimeRange range) {
        return new Selection(Set.of("throughline.llm"), range, ids, Optional.empty());
    }
}
