package io.throughline.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TimesTest {

    private static final Instant NOW = Instant.parse("2026-01-28T15:30:00.5Z");

    @ParameterizedTest
    @CsvSource({"now,2026-01-28T15:30:00.5Z", "today,2026-01-28T00:00:00Z", "yesterday,2026-01-27T00:00:00Z",
            "-90m,2026-01-28T14:00:00.5Z", "now-90m,2026-01-28T14:00:00.5Z", "today-2h,2026-01-27T22:00:00Z",
            "yesterday-1d,2026-01-26T00:00:00Z", "-500ms,2026-01-28T15:30:00Z", "2026-01-02,2026-01-02T00:00:00Z",
            "2026-01-28T16:30:00.123456789+01:00,2026-01-28T15:30:00.123456789Z",
            "2026-01-28t15:30:00z,2026-01-28T15:30:00Z", "2026-01-28 15:30:00Z,2026-01-28T15:30:00Z",
            "2026-01-28T16:30:00 01:00,2026-01-28T15:30:00Z", "2026-01-28 16:30:00 01:00,2026-01-28T15:30:00Z"})
    void time_isReadInEveryForm(String text, Instant meant) {
        assertThat(Times.parse("--from", text, NOW)).isEqualTo(meant);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "-", "now-", "now+2h", "-2x", "2h", "tomorrow", "Today", "2026", "2026-13-01",
            "2026-02-30", "2026-01-28T15:30:00", "15:30", "1769614200", "now-2h-2h", "-999999999999d", "today 2h"})
    void time_thatIsNone_isNamedWithWhatToWrite(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> Times.parse("--from", text, NOW))
                .withMessageStartingWith("--from must be a time such as 2026-01-28T15:30:00Z, ")
                .withMessageEndingWith("got \"" + text + '"');
    }
}
