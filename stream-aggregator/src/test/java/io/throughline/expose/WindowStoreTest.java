package io.throughline.expose;

import static io.throughline.expose.WindowData.FAILED;
import static io.throughline.expose.WindowData.SCRIPTS;
import static io.throughline.expose.WindowData.SUCCESS;
import static io.throughline.expose.WindowData.key;
import static io.throughline.expose.WindowData.query;
import static io.throughline.expose.WindowData.series;
import static io.throughline.expose.WindowData.sum;
import static org.assertj.core.api.Assertions.assertThat;

import io.throughline.aggregate.Metric;
import io.throughline.aggregate.Series;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

class WindowStoreTest {

    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Instant NOON = Instant.parse("2026-01-28T12:00:00Z");

    private final WindowStore store = new WindowStore(Duration.ofHours(24));

    @Test
    void cumulativeCell_takesThePlaceOfItsFormerValue_whateverOthersHave() {
        store.apply(key(SUCCESS, 0, "2026-01-28T12:00:00Z"), sum("3"));
        store.apply(key(SUCCESS, 1, "2026-01-28T12:00:00Z"), sum("10"));
        store.apply(key(SUCCESS, 0, "2026-01-28T12:00:00Z"), sum("5"));
        store.apply(key(SUCCESS, "", 0, 7, NOON), sum("100"));
        assertThat(sums(List.of("status"))).containsExactly(Map.entry("success", new BigDecimal("115.000000000")));
    }

    @Test
    void droppedCell_countsNoLonger() {
        store.apply(key(SUCCESS, 0, "2026-01-28T12:00:00Z"), sum("3"));
        store.apply(key(SUCCESS, 0, "2026-01-28T12:00:00Z"), null);
        store.apply(key(FAILED, 0, "2026-01-28T12:00:00Z"), null);
        assertThat(sums(List.of("status"))).isEmpty();
    }

    @Test
    void labelsThatAreNotAskedFor_areAddedUp() {
        store.apply(key(SUCCESS, 0, "2026-01-28T12:00:00Z"), sum("3"));
        store.apply(key(FAILED, 0, "2026-01-28T12:00:00Z"), sum("2"));
        store.apply(key(SCRIPTS, 0, "2026-01-28T12:00:00Z"), sum("4"));
        assertThat(sums(List.of("status"))).containsExactly(Map.entry("failed", new BigDecimal("2.000000000")),
                Map.entry("success", new BigDecimal("7.000000000")));
        assertThat(sums(List.of())).containsExactly(Map.entry("", new BigDecimal("9.000000000")));
    }

    @Test
    void minutesBeforeTheRetention_areForgotten_andAWindowOfWhichPartIsForgottenIsLeftOut() {
        store.apply(key(SUCCESS, 0, "2026-01-27T11:59:00Z"), sum("1"));
        store.apply(key(SUCCESS, 0, "2026-01-27T12:06:00Z"), sum("2"));
        store.apply(key(SUCCESS, 0, "2026-01-28T12:02:00Z"), sum("4"));
        assertThat(store.keptFrom()).isEqualTo("2026-01-27T12:02:00Z");
        var windows = store.read(query(Metric.JOBS_COMPLETED, "2026-01-27T11:50:00Z", "2026-01-27T12:10:00Z",
                Duration.ofMinutes(5), List.of()), (start, totals) -> start);
        assertThat(windows.getFirst().windows()).containsExactly(Instant.parse("2026-01-27T12:05:00Z"));
        store.apply(key(SUCCESS, 0, "2026-01-27T11:59:00Z"), sum("1"));
        assertThat(store.size()).isEqualTo("2 minutes of 1 series");
    }

    @Test
    void partsOfAGauge_areEachCountedOnce() {
        Series entries = series(Metric.CACHE_ENTRIES);
        store.apply(key(entries, "cache a", 0, 0, NOON), WindowData.newest(10, NOON));
        store.apply(key(entries, "cache a", 1, 0, NOON), WindowData.newest(12, NOON.plusSeconds(5)));
        store.apply(key(entries, "cache b", 0, 0, NOON), WindowData.newest(100, NOON));
        var last = store.read(query(Metric.CACHE_ENTRIES, "2026-01-28T12:00:00Z", "2026-01-28T12:05:00Z",
                Duration.ofMinutes(5), List.of()), (start, totals) -> totals.lastOfParts());
        assertThat(last.getFirst().windows()).containsExactly(new BigDecimal("112.000000000"));
    }

    @Test
    void users_areCountedOnce_overPartitionsAndMinutes() {
        Series users = series(Metric.ACTIVE_USERS);
        store.apply(key(users, 0, "2026-01-28T12:00:00Z"), WindowData.users("a", "b", "c"));
        store.apply(key(users, 1, "2026-01-28T12:00:00Z"), WindowData.users("c", "d"));
        store.apply(key(users, 0, "2026-01-28T12:01:00Z"), WindowData.users("a", "e"));
        assertThat(distinct(users, MINUTE)).containsExactly(4L, 2L);
        assertThat(distinct(users, MINUTE.multipliedBy(2))).containsExactly(5L);
    }

    private List<Long> distinct(Series users, Duration step) {
        return store.read(query(users.metric(), "2026-01-28T12:00:00Z", "2026-01-28T12:02:00Z", step, List.of()),
                (start, totals) -> totals.distinctUsers()).getFirst().windows();
    }

    /** Against a map of everything, added up the plain way. */
    @RepeatedTest(5)
    void anyWindowsOfAnyCells_equalThoseOfAPlainMap(RepetitionInfo run) {
        var random = new SplittableRandom(run.getCurrentRepetition());
        Map<String, long[]> truth = new HashMap<>();
        for (int i = 0; i < 5_000; i++) {
            Series of = List.of(SUCCESS, FAILED, SCRIPTS).get(random.nextInt(3));
            int minute = random.nextInt(180);
            int partition = random.nextInt(6);
            int generation = random.nextInt(2);
            long value = random.nextLong(-5, 1_000_000_000_000L);
            store.apply(key(of, "", partition, generation, NOON.plus(MINUTE.multipliedBy(minute))),
                    sum(BigDecimal.valueOf(value, 9).toString()));
            truth.put(of + " " + minute + " " + partition + " " + generation, new long[]{minute, value});
        }
        int step = 1 + random.nextInt(30);
        Duration length = MINUTE.multipliedBy(step);
        Instant end = NOON.plus(length.multipliedBy(180 / step + 1));
        var answers = store.read(new WindowQuery(Metric.JOBS_COMPLETED, NOON, end, length, List.of(), Map.of(),
                Map.of()), (start, totals) -> totals.sum().movePointRight(9).longValueExact());
        long[] expected = new long[180 / step + 1];
        truth.values().forEach(cell -> expected[(int) cell[0] / step] += cell[1]);
        assertThat(answers.getFirst().windows()).containsExactlyElementsOf(
                Arrays.stream(expected).boxed().toList());
    }

    private Map<String, BigDecimal> sums(List<String> by) {
        Map<String, BigDecimal> sums = new LinkedHashMap<>();
        store.read(query(Metric.JOBS_COMPLETED, "2026-01-28T12:00:00Z", "2026-01-28T12:01:00Z", MINUTE, by),
                (start, totals) -> totals.sum())
                .forEach(answer -> sums.put(String.join(",", answer.labels().values()), answer.windows().getFirst()));
        return sums;
    }
}
