package io.throughline.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class AsciiTest {

    private final Random random = new Random(1);

    @Test
    void endOfPlain_isTheFirstByteThatMayNotStandForItself() {
        for (int round = 0; round < 200_000; round++) {
            byte[] text = text(random.nextInt(40));
            int from = random.nextInt(text.length + 1);
            int end = from;
            while (end < text.length && text[end] >= ' ' && text[end] != '"' && text[end] != '\\') {
                end++;
            }
            if (Ascii.endOfPlain(text, from, text.length) != end) {
                assertThat(Ascii.endOfPlain(text, from, text.length)).as("%s from %d", Arrays.toString(text), from)
                        .isEqualTo(end);
            }
        }
    }

    @Test
    void digitsAtTheStart_areCountedAndRead() {
        for (int round = 0; round < 100_000; round++) {
            int digits = 1 + random.nextInt(8);
            int number = random.nextInt((int) Math.pow(10, digits));
            byte[] text = text(Long.BYTES);
            System.arraycopy(Ascii.bytes(("%0" + digits + "d").formatted(number)), 0, text, 0, digits);
            if (digits < text.length) {
                // Whatever byte stands behind, from both sides of the digits and with the highest bit.
                text[digits] = (byte) (random.nextBoolean()
                        ? '9' + 1 + random.nextInt(246 - 48 - 9)
                        : random.nextInt(48));
            }
            long word = Ascii.word(text, 0);
            assertThat(Ascii.digits(word)).as("%s", Arrays.toString(text)).isEqualTo(digits);
            assertThat(Ascii.number(word, digits)).as("%s", Arrays.toString(text)).isEqualTo(number);
        }
    }

    @Test
    void hash_isTheSameWhereverTheTextStands() {
        for (int round = 0; round < 100_000; round++) {
            byte[] text = text(random.nextInt(40));
            byte[] elsewhere = text(text.length + random.nextInt(20));
            int start = random.nextInt(elsewhere.length - text.length + 1);
            System.arraycopy(text, 0, elsewhere, start, text.length);
            if (Ascii.hash(elsewhere, start, start + text.length) != Ascii.hash(text, 0, text.length)) {
                assertThat(text).as("a text with two hashes").isNull();
            }
        }
    }

    @Test
    void words_matchTheSameTextAlone() {
        for (int round = 0; round < 100_000; round++) {
            byte[] text = text(random.nextInt(20));
            byte[] other = random.nextBoolean() ? text.clone() : Arrays.copyOf(text, random.nextInt(20));
            for (int i = random.nextInt(3); i > 0 && other.length > 0; i--) {
                other[random.nextInt(other.length)] = (byte) random.nextInt(1, 0x80);
            }
            byte[] between = new byte[other.length + 2];
            System.arraycopy(other, 0, between, 1, other.length);
            boolean matches = Ascii.matches(Ascii.words(text, 0, text.length), between, 1, 1 + other.length);
            if (!hasZero(text) && !hasZero(other) && matches != Arrays.equals(text, other)) {
                assertThat(other).as("matches: %b", matches).isEqualTo(text);
            }
        }
    }

    private static boolean hasZero(byte[] text) {
        for (byte b : text) {
            if (b == 0) {
                return true;
            }
        }
        return false;
    }

    /** Mostly plain, with the bytes next to the limits more often than others. */
    private byte[] text(int length) {
        byte[] text = new byte[length];
        byte[] limits = {0, 0x1f, 0x20, 0x21, 0x22, 0x23, 0x5b, 0x5c, 0x5d, 0x7f, (byte) 0x80, (byte) 0xa2,
                (byte) 0xff};
        for (int i = 0; i < length; i++) {
            text[i] = random.nextInt(8) > 0 ? (byte) random.nextInt(0x61, 0x7b) : limits[random.nextInt(limits.length)];
        }
        return text;
    }
}
