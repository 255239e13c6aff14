package io.throughline.event;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.throughline.trace.TraceContext;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Holds the fast path against the slow one: what it accepts the slow one accepts too, with an equal result. What it
 * does not accept goes to the slow one anyway. More cases: {@code -Dthroughline.fuzz.cases=10000000}, and another seed.
 */
class FlatFieldsFuzzTest {

    private static final int CASES = Integer.getInteger("throughline.fuzz.cases", 60_000);
    private static final long SEED = Long.getLong("throughline.fuzz.seed", 1);
    private static final List<EventType> TYPES = List.of(EventType.values());
    private static final @Nullable TraceContext[] HEADERS = {null, TraceContext.of("t"),
            TraceContext.of("t").withJobId("j").withUserId("u"), new TraceContext("t", "r", "u", "j", "b")};

    private final Random random = new Random(SEED);
    private final Mutations mutations = new Mutations(random);
    private final RandomEvents events = new RandomEvents(random);
    private final FlatEvents flatEvents = new FlatEvents(random);

    @Test
    void fastPath_neverDiffersFromTheSlowOne() {
        int fast = 0;
        int accepted = 0;
        for (int round = 0; round < CASES; round++) {
            byte[] value = value();
            TraceContext headers = HEADERS[random.nextInt(HEADERS.length)];
            Object bySlowPath = bySlowPath(value, headers);
            Decoded<Event> byFastPath = FlatFieldsTest.flat(value, headers);
            if (byFastPath != null && !byFastPath.equals(bySlowPath)) {
                fail("round %d with %s: %s%nslow path: %s%nfast path: %s", round, headers, new String(value, UTF_8),
                        bySlowPath, byFastPath);
            }
            fast += byFastPath == null ? 0 : 1;
            accepted += bySlowPath instanceof Decoded ? 1 : 0;
        }
        assertThat(fast).as("fast of %d accepted of %d", accepted, CASES).isBetween(CASES / 5, accepted);
    }

    private byte[] value() {
        EventType type = TYPES.get(random.nextInt(TYPES.size()));
        byte[] valid = random.nextInt(4) == 0 ? Codec.encode(events.next(type)) : flatEvents.next(type);
        return random.nextInt(3) == 0 ? mutations.of(valid) : valid;
    }

    private static Object bySlowPath(byte[] value, @Nullable TraceContext headers) {
        try {
            return Codec.eventFromTree(value, headers);
        } catch (InvalidRecordException e) {
            return e.reason() + ": " + e.getMessage();
        }
    }
}
