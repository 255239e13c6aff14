package io.throughline.event;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class UtcTextTest {

    private static final long YEAR_0 = Instant.parse("0000-01-01T00:00:00Z").getEpochSecond();
    private static final long YEAR_10_000 = Instant.parse("9999-12-31T23:59:59Z").getEpochSecond() + 1;

    @Test
    void anyTime_isWrittenAsInstantWritesIt() {
        var random = new SplittableRandom(7);
        int[] units = {1_000_000_000, 100_000_000, 1_000_000, 1_000, 10, 1};
        for (int run = 0; run < 100_000; run++) {
            int unit = units[random.nextInt(units.length)];
            long second = random.nextInt(3) == 0 ? 1_769_614_200 : random.nextLong(YEAR_0, YEAR_10_000);
            Instant time = Instant.ofEpochSecond(second, random.nextInt(1_000_000_000) / unit * (long) unit);
            assertThat(text(time)).isEqualTo(time.toString());
        }
    }

    @Test
    void furthestTimes_haveRoom() {
        assertThat(text(Instant.MAX)).isEqualTo(Instant.MAX.toString());
        assertThat(text(Instant.MIN)).isEqualTo(Instant.MIN.toString());
    }

    private static String text(Instant time) {
        var bytes = new byte[UtcText.MOST_BYTES + 1];
        return new String(bytes, 1, UtcText.write(time, bytes, 1) - 1, US_ASCII);
    }
}
