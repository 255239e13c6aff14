package io.throughline.local.demo;

import java.time.Instant;
import java.util.HexFormat;
import java.util.UUID;
import java.util.random.RandomGenerator;

/**
 * Ids that begin with the time, so that two runs with the same seed never speak of the same job twice. As thread-safe
 * as the generator.
 */
record Ids(RandomGenerator random) {

    private static final HexFormat HEX = HexFormat.of();

    /** A UUID of version 7. */
    String event(Instant at) {
        long high = (at.toEpochMilli() << 16) | 0x7000 | random.nextInt(0x1000);
        long low = (random.nextLong() & 0x3fff_ffff_ffff_ffffL) | 0x8000_0000_0000_0000L;
        return new UUID(high, low).toString();
    }

    /** A W3C trace id. */
    String trace(Instant at) {
        return millis(at) + HEX.toHexDigits(random.nextInt(), 4) + HEX.toHexDigits(random.nextLong());
    }

    /** Such as {@code job_019a…}. */
    String of(String kind, Instant at) {
        return kind + '_' + millis(at) + HEX.toHexDigits(random.nextInt());
    }

    private static String millis(Instant at) {
        return HEX.toHexDigits(at.toEpochMilli(), 12);
    }
}
