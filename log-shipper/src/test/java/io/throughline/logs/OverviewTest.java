package io.throughline.logs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OverviewTest {

    @TempDir
    private Path dir;
    private LuceneStore store;

    @BeforeEach
    void open() throws IOException {
        store = Samples.store(dir);
        for (int i = 0; i < 60; i++) {
            store.append(Samples.entry(Samples.line(i, "line " + i, i % 10 == 0 ? ",\"service\":\"s" + i + "\"" : "")));
        }
        store.append(
                Samples.entry(Samples.event("jobs", 0, "job.created", "30", ",\"job_id\":\"j\",\"job_type\":\"v\"")));
        store.refresh();
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void counts_areOfLogLinesInTheirSlice() throws IOException {
        var slices = TimeSlices.covering(Instant.parse("2026-01-28T15:30:00Z"), Instant.parse("2026-01-28T15:31:00Z"),
                6);
        assertThat(slices.width()).isEqualTo(Duration.ofSeconds(10));
        assertThat(store.counts(LogQuery.newest(1), slices)).containsExactly(10, 10, 10, 10, 10, 10);
        var words = new LogQuery(Set.of(Kind.LOG), Map.of(), Set.of(), null, null,
                new SearchText("", new TextQuery.Phrase(List.of("line", "31"))), Order.OLDEST, 1, null);
        assertThat(store.counts(words, slices)).containsExactly(0, 0, 0, 1, 0, 0);
    }

    @Test
    void records_areOfTheKindsAskedFor() throws IOException {
        assertThat(store.records(Set.of(Kind.EVENT), LogQuery.newest(100))).hasSize(1);
        assertThat(store.records(Set.of(Kind.EVENT, Kind.LOG), LogQuery.newest(100))).hasSize(61);
        assertThat(store.records(Set.of(Kind.EVENT, Kind.LOG), LogQuery.newest(2)).getFirst().json()).contains(
                "line 59");
    }

    @Test
    void services_areAllThatWrote() throws IOException {
        assertThat(store.services()).containsExactly("api", "s0", "s10", "s20", "s30", "s40", "s50");
    }

    @Test
    void slices_reachFromTheEarliestTimeToTheLatest() {
        var slices = TimeSlices.covering(Instant.parse("1678-01-01T00:00:00Z"), Instant.parse("2262-01-01T00:00:00Z"),
                100);
        Instant time = Instant.parse("2261-06-01T00:00:00Z");
        assertThat(slices.indexOf(EpochNanos.of(time))).isEqualTo(Duration.between(slices.from(), time).dividedBy(
                slices.width())).isBetween(0L, slices.count() - 1L);
        var recent = TimeSlices.covering(Instant.parse("1700-01-01T00:00:00Z"), time, 500);
        assertThat(recent.indexOf(EpochNanos.of(time) - 1)).isEqualTo(recent.count() - 1L);
        assertThat(recent.indexOf(Long.MIN_VALUE)).isNegative();
    }

    @Test
    void slices_coverTheWholeTimeWithRoundOnes() {
        var day = TimeSlices.covering(Instant.parse("2026-01-28T15:30:01Z"), Instant.parse("2026-01-29T15:30:01Z"), 60);
        assertThat(day).isEqualTo(new TimeSlices(Instant.parse("2026-01-28T15:30:00Z"), Duration.ofMinutes(30), 49));
        assertThat(day.to()).isAfter(Instant.parse("2026-01-29T15:30:00Z"));
        var years = TimeSlices.covering(Instant.parse("1700-01-01T00:00:00Z"), Instant.parse("2200-01-01T00:00:00Z"),
                60);
        assertThat(years.count()).isLessThanOrEqualTo(60);
        assertThat(years.to()).isAfterOrEqualTo(Instant.parse("2200-01-01T00:00:00Z"));
        var instant = Instant.parse("2026-01-28T15:30:00.0005Z");
        assertThat(TimeSlices.covering(instant, instant, 60)).isEqualTo(
                new TimeSlices(Instant.parse("2026-01-28T15:30:00Z"), Duration.ofMillis(1), 1));
    }
}
