package io.throughline.event;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.LocalDate;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UtcTimeTest {

    @Test
    void everyDayOfTenThousandYears_hasItsNumber() {
        LocalDate last = LocalDate.of(9999, 12, 31);
        for (LocalDate day = LocalDate.of(0, 1, 1); !day.isAfter(last); day = day.plusDays(1)) {
            if (UtcTime.daysSinceEpoch(day.getYear(), day.getMonthValue(), day.getDayOfMonth()) != day.toEpochDay()) {
                assertThat(day).as("the first day with another number").isNull();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"2026-01-28T15:30:00Z", "2026-01-28T15:30:00.5Z", "2026-01-28T15:30:00.123456789Z",
            "0000-01-01T00:00:00Z", "9999-12-31T23:59:59.999999999Z", "2024-02-29T00:00:00Z", "2000-02-29T00:00:00Z"})
    void utcTime_isReadToTheNanosecond(String text) {
        assertThat(parse(text)).isEqualTo(Instant.parse(text));
    }

    @Test
    void timesInARow_areEachReadAsIfAlone() {
        var random = new Random(1);
        var times = new UtcTime();
        for (int i = 0; i < 20_000; i++) {
            // Of few minutes, so that one often follows another of its own.
            Instant time = Instant.parse("2026-01-28T15:30:00Z").plusMillis(random.nextInt(300_000));
            byte[] text = time.toString().getBytes(US_ASCII);
            if (random.nextInt(4) == 0) {
                text[random.nextInt(19)] = (byte) "09:-Tx".charAt(random.nextInt(6));
            }
            assertThat(times.parse(text, 0, text.length)).as(new String(text, US_ASCII))
                    .isEqualTo(new UtcTime().parse(text, 0, text.length));
        }
    }

    @Test
    void plusZero_isUtc() {
        assertThat(parse("2026-01-28T15:30:00+00:00")).isEqualTo(Instant.parse("2026-01-28T15:30:00Z"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "2026", "2026-01-28T15:30Z", "2026-01-28T15:30:00", "2026-01-28t15:30:00z",
            "2026-01-28T15:30:00.Z", "2026-01-28T15:30:00.1234567890Z", "2026-01-28T15:30:00+01:00",
            "2026-01-28T15:30:00-00:00", "2026-01-28T24:00:00Z", "2026-01-28T23:60:00Z", "2016-12-31T23:59:60Z",
            "2023-02-29T00:00:00Z", "1900-02-29T00:00:00Z", "2026-04-31T00:00:00Z", "2026-13-01T00:00:00Z",
            "2026-00-01T00:00:00Z", "2026-01-00T00:00:00Z", "2026-01-28 15:30:00Z", "2026-01-28T15:30:00ZZ",
            "2026-01-28T15:30:0/Z", "20a6-01-28T15:30:00Z", "2026-01-28T15:30:00+00x00", "2026-01-28T15:30:00+:0:00"})
    void otherForm_isLeftToTheSlowPath(String text) {
        assertThat(parse(text)).isNull();
    }

    private static @Nullable Instant parse(String text) {
        byte[] around = ("\"" + text + "\"2026-01-28T15:30:00Z").getBytes(US_ASCII);
        return new UtcTime().parse(around, 1, 1 + text.length());
    }
}
