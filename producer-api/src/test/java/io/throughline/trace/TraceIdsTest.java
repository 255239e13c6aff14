package io.throughline.trace;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Random;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class TraceIdsTest {

    @Test
    void ids_areValidAndDoNotRepeat() {
        var ids = new TraceIds(new Random(7));
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < 10_000; i++) {
            String traceId = ids.newTraceId();
            var traceparent = new Traceparent(traceId, ids.newSpanId(), true);
            assertThat(Traceparent.parse(traceparent.toString())).contains(traceparent);
            assertThat(seen.add(traceId)).as(traceId).isTrue();
        }
    }

    @Test
    void allZeroDraw_isDrawnAgain() {
        assertThat(drawing(0, 0, 0, 5).newTraceId()).isEqualTo("00000000000000000000000000000005");
        assertThat(drawing(0, 0, 6).newSpanId()).isEqualTo("0000000000000006");
    }

    @Test
    void sameSeed_makesTheSameIds() {
        assertThat(new TraceIds(new Random(1)).newTraceId()).isEqualTo(new TraceIds(new Random(1)).newTraceId());
    }

    private static TraceIds drawing(long... bits) {
        Iterator<Long> draws = Arrays.stream(bits).boxed().toList().iterator();
        RandomGenerator scripted = draws::next;
        return new TraceIds(scripted);
    }
}
