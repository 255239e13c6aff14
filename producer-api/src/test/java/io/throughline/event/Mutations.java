package io.throughline.event;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.Random;

/** Changes bytes of JSON at random: puts in, takes out, overwrites, repeats and cuts off. */
final class Mutations {

    private static final String[] NASTY = {"\"", "{", "[", "1e2147483647", "-1e-2147483648", "1e999999999999",
            "\\u0000",
            "\\ud800", "NaN", "null", "0", "-", ",", ":", "\u0000", "\"event_type\":\"cache.hit\",", "e9", ".",
            "9999999999"};

    private final Random random;

    Mutations(Random random) {
        this.random = random;
    }

    /** A copy with one to three changes. */
    byte[] of(byte[] valid) {
        byte[] value = valid.clone();
        for (int i = random.nextInt(3); i >= 0; i--) {
            value = mutateOnce(value);
        }
        return value;
    }

    private byte[] mutateOnce(byte[] value) {
        int at = random.nextInt(value.length + 1);
        int length = Math.min(value.length - at, 1 + random.nextInt(4));
        return switch (random.nextInt(6)) {
            case 0 -> splice(value, at, length, new byte[]{(byte) random.nextInt(256)});
            case 1 -> splice(value, at, length, new byte[0]);
            case 2 -> splice(value, at, 0, NASTY[random.nextInt(NASTY.length)].getBytes(UTF_8));
            case 3 -> splice(value, at, length, NASTY[random.nextInt(NASTY.length)].getBytes(UTF_8));
            case 4 -> Arrays.copyOf(value, at);
            default -> splice(value, at, 0, Arrays.copyOfRange(value, random.nextInt(at + 1), at));
        };
    }

    private static byte[] splice(byte[] value, int at, int removed, byte[] added) {
        byte[] result = new byte[value.length - removed + added.length];
        System.arraycopy(value, 0, result, 0, at);
        System.arraycopy(added, 0, result, at, added.length);
        System.arraycopy(value, at + removed, result, at + added.length, value.length - at - removed);
        return result;
    }
}
