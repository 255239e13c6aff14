package io.throughline.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.time.Instant;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ResultTest {

    private static final Map<String, Long> COUNTED = Map.of(Tally.EVENTS, 1_000L);

    @Test
    void spread_isMedianAndExtremes() {
        assertThat(Spread.of(3, 1, 2)).isEqualTo(new Spread(2, 1, 3));
        assertThat(Spread.of(4, 1, 2, 3)).isEqualTo(new Spread(2.5, 1, 4));
        assertThatIllegalArgumentException().isThrownBy(Spread::of);
    }

    @Test
    void figures_areForOneEventOfTheMeasuredPart() {
        var begin = new Reading(300, 1_000_000_000L, 50_000_000L, 1_000, 1);
        var end = new Reading(1_000, 1_500_000_000L, 50_000_000L + 1_400_000L, 1_000 + 700 * 40, 3);
        var sample = new Sample(end.since(begin), COUNTED);
        assertThat(sample.cpuMicrosPerEvent()).isEqualTo(2.0, within(1e-9));
        assertThat(sample.eventsPerSecond()).isEqualTo(1_400.0, within(1e-9));
        assertThat(sample.allocatedBytesPerEvent()).isEqualTo(40.0, within(1e-9));
        assertThat(sample.measured().collections()).isEqualTo(2);
    }

    @Test
    void ratios_areTakenWithinEachRound() {
        // A machine that is ten times slower in the second round changes no ratio.
        Result result = result(Map.of(Contender.FETCH, List.of(1, 10, 1), Contender.BY_HAND, List.of(2, 20, 2),
                Contender.THROUGHLINE, List.of(3, 30, 4)));
        Result.Row throughline = result.variants().get(2);
        assertThat(throughline.variant()).isEqualTo("throughline");
        assertThat(throughline.cpuMicrosPerEvent()).isEqualTo(new Spread(4, 3, 30));
        assertThat(throughline.cpuToFetch()).isEqualTo(new Spread(3, 3, 4));
        assertThat(throughline.cpuToByHand()).isEqualTo(new Spread(1.5, 1.5, 2));
        assertThat(result.variants().get(0).cpuToFetch()).isEqualTo(new Spread(1, 1, 1));
    }

    @Test
    void table_showsMediansSpreadsMachineAndCommand() {
        String table = Table.of(result(Map.of(Contender.FETCH, List.of(1, 1), Contender.BY_HAND, List.of(2, 2),
                Contender.THROUGHLINE, List.of(3, 5))));
        assertThat(table).contains("1,000 events of 270 bytes JSON, 2 rounds", "from event 401 to the last",
                "2 cores, JDK 25, Linux, -Xmx1g, 2026-01-28T15:30:00Z",
                "./throughline bench aggregator --events 1000 --rounds 2");
        assertThat(table.lines().filter(line -> line.startsWith("throughline"))).singleElement().asString()
                .contains("yes: exactly once", "4.00 (3.00–5.00)", "2.00 (1.50–2.50)");
    }

    @Test
    void differentWork_isRefused() {
        assertThatThrownBy(() -> Tally.verify("by-hand", Map.of(Tally.EVENTS, 1_000L), Map.of(Tally.EVENTS, 999L)))
                .hasMessage("by-hand counted 999 events where 1,000 were published: nothing can be compared");
        assertThatThrownBy(() -> Tally.verify("by-hand", Map.of(Tally.EVENTS, 1_000L), Map.of()))
                .hasMessageContaining("by-hand did not say");
    }

    @Test
    void rounds_beginWithAnotherVariantEach() {
        assertThat(List.of(1, 2, 3, 4)).extracting(round -> AggregatorBench
                .order(EnumSet.of(Contender.FETCH, Contender.BY_HAND, Contender.THROUGHLINE), round).getFirst())
                .containsExactly(Contender.FETCH, Contender.BY_HAND, Contender.THROUGHLINE, Contender.FETCH);
    }

    private static Result result(Map<Contender, List<Integer>> micros) {
        Map<Contender, List<Sample>> samples = new EnumMap<>(Contender.class);
        micros.forEach((contender, each) -> samples.put(contender, each.stream().map(ResultTest::sample).toList()));
        int rounds = micros.getOrDefault(Contender.FETCH, List.of()).size();
        return Result.of(new Plan(1_000, rounds, 42, samples.keySet()), new Filling(COUNTED, 270_000), samples,
                new Machine(2, "25", "Linux", "-Xmx1g"), Instant.parse("2026-01-28T15:30:00Z"));
    }

    private static Sample sample(int cpuMicros) {
        return new Sample(new Reading(700, 1_000_000, 700_000L * cpuMicros, 700_000, 1), COUNTED);
    }
}
