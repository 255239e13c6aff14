package io.throughline.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.Random;
import org.junit.jupiter.api.Test;

class NearestDoubleTest {

    private static final int ROUNDS = 200_000;

    @Test
    void everyDecimal_hasTheDoubleThatParsingItsTextGives() {
        var random = new Random(1);
        for (int round = 0; round < ROUNDS; round++) {
            long unscaled = random.nextLong() >> random.nextInt(4, 64);
            int scale = random.nextInt(-30, 50);
            String text = BigDecimal.valueOf(unscaled, scale).toString();
            if (Double.compare(NearestDouble.of(unscaled, scale), Double.parseDouble(text)) != 0) {
                assertThat(NearestDouble.of(unscaled, scale)).as(text).isEqualTo(Double.parseDouble(text));
            }
        }
    }

    @Test
    void wholeNumberBeyond53Bits_isRoundedToEven() {
        assertThat(NearestDouble.of((1L << 53) + 1, 0)).isEqualTo(9007199254740992.0);
        assertThat(NearestDouble.of((1L << 53) + 3, 0)).isEqualTo(9007199254740996.0);
    }
}
