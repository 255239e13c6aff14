package io.throughline.event;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.throughline.trace.TraceContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CodecFuzzTest {

    private static final int ROUNDS = 200_000;
    private static final Duration BOUND = Duration.ofSeconds(5);
    private static final String[] NASTY = {"\"", "{", "[", "1e2147483647", "-1e-2147483648", "1e999999999999",
            "\\u0000",
            "\\ud800", "NaN", "null", "0", "-", ",", ":", "\u0000", "\"event_type\":\"cache.hit\",", "e9", ".",
            "9999999999"};

    private final long seed = System.nanoTime();
    private final Random random = new Random(seed);

    @Test
    void mutatedBytes_areDecodedOrRefusedInBoundedTime() {
        List<byte[]> valid = validValues();
        int decoded = 0;
        for (int round = 0; round < ROUNDS; round++) {
            byte[] value = mutate(valid.get(random.nextInt(valid.size())));
            long start = System.nanoTime();
            decoded += decode(value, round);
            assertThat(System.nanoTime() - start).as("nanoseconds, %s", what(value, round))
                    .isLessThan(BOUND.toNanos());
        }
        assertThat(decoded).as("mutants that are still valid, seed %d", seed).isBetween(ROUNDS / 100, ROUNDS);
    }

    /** What decodes must encode again: the number of successes, 0 to 2. */
    private int decode(byte[] value, int round) {
        TraceContext headers = round % 2 == 0 ? null : TraceContext.of("t");
        int decoded = 0;
        try {
            decoded += Codec.encode(Codec.decodeEvent(value, headers).value()).length > 0 ? 1 : 0;
        } catch (InvalidRecordException e) {
            assertThat(e.getMessage()).isNotBlank();
        } catch (RuntimeException | Error e) {
            fail("event, " + what(value, round), e);
        }
        try {
            decoded += Codec.encode(Codec.decodeLog(value, headers).value()).length > 0 ? 1 : 0;
        } catch (InvalidRecordException e) {
            assertThat(e.getMessage()).isNotBlank();
        } catch (RuntimeException | Error e) {
            fail("log, " + what(value, round), e);
        }
        return decoded;
    }

    private String what(byte[] value, int round) {
        return "seed " + seed + " round " + round + ": " + HexFormat.of().formatHex(value);
    }

    private List<byte[]> validValues() {
        var events = new RandomEvents(random);
        List<byte[]> values = new ArrayList<>();
        for (EventType type : EventType.values()) {
            for (int i = 0; i < 20; i++) {
                values.add(Codec.encode(events.next(type)));
            }
        }
        for (int i = 0; i < 60; i++) {
            values.add(
                    ("{\"timestamp\":\"" + events.time() + "\",\"level\":\"WARN\",\"message\":\"m\",\"trace_id\":\"t\","
                            + "\"duration_ms\":1.5,\"status_code\":200,\"x\":{\"y\":[1.10,null]}}").getBytes(UTF_8));
        }
        return values;
    }

    private byte[] mutate(byte[] valid) {
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
