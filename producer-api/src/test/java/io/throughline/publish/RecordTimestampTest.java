package io.throughline.publish;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class RecordTimestampTest {

    private static final Instant NOW = Instant.parse("2026-01-28T15:30:00Z");

    private final WireRecords records = new WireRecords("throughline.", Clock.fixed(NOW, ZoneOffset.UTC));

    @Test
    void eventTime_isKept() {
        assertThat(records.recordTimestamp(Instant.parse("2023-11-16T18:15:46.6805900Z"))).isEqualTo(1700158546680L);
    }

    @Test
    void farFuture_isClampedToHalfAnHourAhead() {
        assertThat(records.recordTimestamp(Instant.MAX)).isEqualTo(NOW.plusSeconds(1800).toEpochMilli());
    }

    @Test
    void timeBefore1970_isClampedToZero() {
        assertThat(records.recordTimestamp(Instant.MIN)).isZero();
    }
}
