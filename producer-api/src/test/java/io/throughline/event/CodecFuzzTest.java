package io.throughline.event;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.throughline.trace.TraceContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CodecFuzzTest {

    private static final int ROUNDS = 200_000;
    private static final Duration BOUND = Duration.ofSeconds(5);

    private final long seed = System.nanoTime();
    private final Random random = new Random(seed);
    private final Mutations mutations = new Mutations(random);

    @Test
    void mutatedBytes_areDecodedOrRefusedInBoundedTime() {
        List<byte[]> valid = validValues();
        int decoded = 0;
        for (int round = 0; round < ROUNDS; round++) {
            byte[] value = mutations.of(valid.get(random.nextInt(valid.size())));
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
}
