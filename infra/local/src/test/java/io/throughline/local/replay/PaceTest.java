package io.throughline.local.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.throughline.local.Terminal;
import io.throughline.replay.InputRecord;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

class PaceTest {

    private final AtomicLong wall = new AtomicLong();

    @Test
    void factor_dividesEventTime() throws Exception {
        Pace pace = Pace.of("10", terminal(""), wall::get);
        assertThat(((Pace.Factor) pace).duration(Duration.ofMinutes(10))).isEqualTo(Duration.ofMinutes(1));
        assertThat(pace.await(at("2026-01-28T15:30:00Z"))).isTrue();
        wall.set(Duration.ofMillis(100).toNanos());
        assertThat(pace.await(at("2026-01-28T15:30:01Z"))).as("due now: it does not wait").isTrue();
        assertThat(pace.await(at("2026-01-28T15:29:00Z"))).as("out of order: it does not wait").isTrue();
    }

    @Test
    void step_asksBeforeEachRecord() throws Exception {
        Pace pace = Pace.of("step", terminal("\n\nq\n"), wall::get);
        assertThat(pace.await(at("2026-01-28T15:30:00Z"))).isTrue();
        assertThat(pace.await(at("2026-01-28T15:30:00Z"))).isTrue();
        assertThat(pace.await(at("2026-01-28T15:30:00Z"))).isFalse();
        assertThat(Pace.of("step", terminal(""), wall::get).await(at("2026-01-28T15:30:00Z"))).isFalse();
    }

    @Test
    void step_sendsNoControlCharactersOfDataToTheTerminal() throws Exception {
        var shown = new ByteArrayOutputStream();
        var terminal = new Terminal(new ByteArrayInputStream(new byte[]{'\n'}), sink(),
                new PrintStream(shown, true, StandardCharsets.UTF_8), true, 80, false);
        Pace.of("step", terminal, wall::get).await(at("\u009b31m"));
        assertThat(shown.toString(StandardCharsets.UTF_8)).contains("\\u009b31m").doesNotContain("\u009b");
    }

    @Test
    void otherSpeeds_areRefused() {
        for (String wrong : new String[]{"", "0", "-1", "NaN", "fast"}) {
            assertThatThrownBy(() -> Pace.of(wrong, terminal(""), wall::get))
                    .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("got \"" + wrong + '"');
        }
    }

    private static InputRecord at(String time) {
        return new InputRecord(new ConsumerRecord<>("throughline.llm", 0, 0, Long.MAX_VALUE / 2_000_000,
                TimestampType.CREATE_TIME, 0, 0,
                null, ("{\"timestamp\":\"" + time + "\"}").getBytes(StandardCharsets.UTF_8),
                new RecordHeaders(), Optional.empty()));
    }

    private static Terminal terminal(String typed) {
        return new Terminal(new ByteArrayInputStream(typed.getBytes(StandardCharsets.UTF_8)), sink(), sink(), false, 80,
                false);
    }

    private static PrintStream sink() {
        return new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8);
    }
}
