package io.throughline.aggregate;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class TextWordsTest {

    @Test
    void eightHexDigits_areTheirNumber() {
        var random = new Random(1);
        for (int i = 0; i < 10_000; i++) {
            int number = random.nextInt();
            byte[] text = "%08x".formatted(number).getBytes(ISO_8859_1);
            assertThat(TextWords.hex(TextWords.word(text, 0))).isEqualTo(Integer.toUnsignedLong(number));
        }
    }

    @Test
    void anyOtherByte_isNoHexDigitInLowerCase() {
        byte[] text = "0a1b2c3d".getBytes(ISO_8859_1);
        for (int place = 0; place < text.length; place++) {
            for (int b = 0; b < 256; b++) {
                byte[] changed = text.clone();
                changed[place] = (byte) b;
                boolean isDigit = "0123456789abcdef".indexOf(b) >= 0;
                assertThat(TextWords.hex(TextWords.word(changed, 0)) >= 0).as("byte %d at %d", b, place)
                        .isEqualTo(isDigit);
            }
        }
    }

    @Test
    void wordAtTheEnd_hasZerosBehind() {
        assertThat(TextWords.word(new byte[]{1, 2, 3}, 1)).isEqualTo(0x0302);
    }
}
