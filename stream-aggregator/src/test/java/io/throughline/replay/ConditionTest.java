package io.throughline.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConditionTest {

    private static final InputRecord CALL = Inputs.of("""
            {"status":"failed","latency_seconds":10.5,"model":"gpt-4o mini","timestamp":"2026-01-28T15:30:00.125Z",
            "usage":{"cached":true},"user_id":"body","not":1}""",
            Map.of("user_id", "user_0007", "schema_version", "1"));

    @ParameterizedTest
    @ValueSource(strings = {"status=failed", "status = 'failed' and latency_seconds>10", "latency_seconds >= 10.50",
            "latency_seconds=10.500", "latency_seconds<9 or latency_seconds>10", "model=\"gpt-4o mini\"",
            "model='gpt-4o\\ mini'", "not status=success", "not (status=success or latency_seconds<10)",
            "usage.cached=true", "user_id=user_0007", "header.user_id=user_0007", "schema_version=1",
            "timestamp>2026-01-28T15:30:00Z", "timestamp=2026-01-28T16:30:00.125+01:00", "topic=throughline.llm",
            "partition=3 and offset>999 and key=k", "NOT status=success AND status!=success",
            "status=success or status=failed and latency_seconds>10"})
    void condition_holds(String text) {
        assertThat(Condition.parse(text).holds(CALL)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"status=success", "latency_seconds>10.5", "user_id=body", "absent=1", "absent!=1",
            "(status=success or status=failed) and latency_seconds<10", "latency_seconds>1e999999999"})
    void condition_doesNotHold(String text) {
        assertThat(Condition.parse(text).holds(CALL)).isFalse();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
            "status&failed    | 7  | expected = != < <= > or >= after \"status\", got \"&\"",
            "status=          | 8  | expected a value: a number, a word or a text in quotes, but it ends",
            "status='failed   | 8  | expected a closing ' for the one that opens here, got \"'\"",
            "(status=failed   | 15 | expected and, or, or \")\", but it ends",
            "status=failed x=1| 15 | expected and, or, or the end, got \"x\"",
            "and status=failed| 5  | expected = != < <= > or >= after \"and\", got \"s\""})
    void error_pointsAtTheColumn(String text, int column, String expected) {
        assertThatThrownBy(() -> Condition.parse(text)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("--where, column %d: %s\n  %s\n  %s^", column, expected, text, " ".repeat(column - 1));
    }

    @Test
    void deepNesting_isRefusedAndNotAStackOverflow() {
        assertThatThrownBy(() -> Condition.parse("(".repeat(9_000))).hasMessageContaining("at most 100 levels");
        assertThatThrownBy(() -> Condition.parse("not ".repeat(2_000))).hasMessageContaining("at most 100 levels");
        assertThatThrownBy(() -> Condition.parse("a=1 or ".repeat(2_000))).hasMessageContaining("10000 characters");
        assertThat(Condition.parse("a=1 or ".repeat(1_400) + "status=failed").holds(CALL)).isTrue();
    }
}
