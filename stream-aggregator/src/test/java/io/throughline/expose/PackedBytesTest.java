package io.throughline.expose;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PackedBytesTest {

    @ParameterizedTest
    @ValueSource(longs = {0, 1, -1, 63, 64, -64, 127, 128, 1_000_000_007, Long.MAX_VALUE, Long.MIN_VALUE})
    void number_isReadAsItWasWritten(long number) {
        var out = PackedBytes.forWriting();
        for (int i = 0; i < 20; i++) {
            out.signed(number);
            out.unsigned(number);
        }
        var in = PackedBytes.of(out.written());
        for (int i = 0; i < 20; i++) {
            assertThat(in.signed()).isEqualTo(number);
            assertThat(in.unsigned()).isEqualTo(number);
        }
        assertThat(in.hasMore()).isFalse();
    }
}
