package io.throughline.aggregate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SeenIdsTest {

    private record Id(long high, long low) {}

    @Test
    void ids_areKnownUntilTheyAreDropped() {
        for (int seed = 0; seed < 30; seed++) {
            var random = new Random(seed);
            var ids = new SeenIds();
            Set<Id> expected = new LinkedHashSet<>();
            for (int i = 0; i < 20_000; i++) {
                // Few values, half of them alike in one half, so that ids come again and hashes meet.
                var id = new Id(random.nextInt(60), random.nextInt(60));
                assertThat(ids.add(id.high(), id.low())).isEqualTo(expected.add(id));
                if (random.nextInt(500) == 0) {
                    int dropped = random.nextInt(expected.size());
                    ids.dropBefore(ids.oldest() + dropped);
                    expected.removeAll(expected.stream().limit(dropped).toList());
                }
            }
            long number = ids.oldest();
            for (Id id : expected) {
                assertThat(new Id(ids.high(number), ids.low(number))).isEqualTo(id);
                number++;
            }
            assertThat(number).isEqualTo(ids.next());
        }
    }
}
