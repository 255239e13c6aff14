package io.throughline.aggregate;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SeenEventsTest {

    private static final long MINUTE = 60_000;

    private final SeenEvents seen = new SeenEvents(Duration.ofMinutes(10), 100);

    @Test
    void idWithinTheWindow_isKnown() {
        assertThat(seen.add("a", 0)).isTrue();
        assertThat(seen.add("a", 10 * MINUTE)).isFalse();
    }

    @Test
    void idThatLeftTheWindow_isForgottenAndItsChunkRemoved() {
        seen.add("a", 0);
        Map<String, Boolean> chunks = new HashMap<>();
        seen.drainChanged((chunk, ids) -> chunks.put(chunk, ids != null));
        seen.add("b", 11 * MINUTE);

        assertThat(seen.add("a", 11 * MINUTE)).isTrue();
        seen.drainChanged((chunk, ids) -> chunks.put(chunk, ids != null));
        assertThat(chunks).containsEntry("0:0", false).containsEntry("11:0", true);
    }

    @Test
    void chunks_fitARecord() {
        var many = new SeenEvents(Duration.ofMinutes(10), 1_000_000);
        for (int i = 0; i < 100_000; i++) {
            many.add("id" + i, 0);
        }
        int[] ids = new int[1];
        many.drainChanged((chunk, bytes) -> {
            assertThat(bytes).hasSizeLessThanOrEqualTo(256 * 1024);
            ids[0] += bytes == null ? 0 : bytes.length / 16;
        });
        assertThat(ids[0]).isEqualTo(100_000);
    }

    @Test
    void memory_isBoundedByTheLimit() {
        for (int i = 0; i < 1_000; i++) {
            seen.add("id" + i, i / 50 * MINUTE);
        }
        assertThat(seen.add("id999", 19 * MINUTE)).as("the newest are kept").isFalse();
        assertThat(seen.add("id800", 19 * MINUTE)).as("older ones made room").isTrue();
    }

    @Test
    void restored_knowsWhatWasSeenBefore() {
        Map<String, byte[]> changelog = new HashMap<>();
        seen.add("a", 0);
        seen.drainChanged(changelog::put);
        seen.add("b", 30_000);
        seen.add("c", 2 * MINUTE);
        seen.drainChanged(changelog::put);

        var restored = new SeenEvents(Duration.ofMinutes(10), 100);
        changelog.forEach(restored::restore);
        for (String id : new String[]{"a", "b", "c"}) {
            assertThat(restored.add(id, 3 * MINUTE)).as(id).isFalse();
        }
        restored.add("d", 30_000);
        restored.drainChanged(
                (chunk, ids) -> assertThat(changelog).as("no chunk is overwritten").doesNotContainKey(chunk));
    }
}
