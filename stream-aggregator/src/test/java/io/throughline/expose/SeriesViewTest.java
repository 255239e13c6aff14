package io.throughline.expose;

import static org.assertj.core.api.Assertions.assertThat;

import io.throughline.aggregate.BucketLayout;
import io.throughline.aggregate.Cell;
import io.throughline.aggregate.CellCodec;
import io.throughline.aggregate.CellCodec.PartialKey;
import io.throughline.aggregate.CellKey;
import io.throughline.aggregate.Metric;
import io.throughline.aggregate.Nanos;
import io.throughline.aggregate.Newest;
import io.throughline.aggregate.Series;
import io.throughline.aggregate.Sum;
import io.throughline.aggregate.Users;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SeriesViewTest {

    private static final Duration BORN_AT_ZERO = Duration.ofSeconds(30);
    private static final Duration IDLE = Duration.ofHours(1);
    private static final Series GPT = new Series(Metric.LLM_REQUESTS, List.of("gpt-4o", "success"));

    private long now = 1_000_000;
    private final SeriesView view = new SeriesView(new Visibility(BORN_AT_ZERO, IDLE, BucketLayout.bundled()),
            new SetClock(() -> now));

    @Test
    void newSeries_isShownAtZeroBeforeItsFirstValue() {
        own(0, 1);
        apply(GPT, 0, sum(5, now));
        assertThat(value(GPT)).isZero();
        now += BORN_AT_ZERO.toMillis() - 1;
        assertThat(value(GPT)).isZero();
        now += 1;
        assertThat(value(GPT)).isEqualTo(5);
        apply(GPT, 1, sum(2, now));
        assertThat(value(GPT)).as("a partial value from another partition adds to it at once").isEqualTo(7);
    }

    @Test
    void seriesFromBeforeARestart_isBackAtItsValueAtOnce() {
        view.join(1);
        view.own(0);
        apply(GPT, 0, sum(5, now - BORN_AT_ZERO.toMillis()));
        view.caughtUp(0);
        assertThat(value(GPT)).isEqualTo(5);
    }

    @Test
    void idleSeries_isHiddenAndComesBackAtItsOldValueBeforeItMovesOn() {
        own(0, 1);
        apply(GPT, 0, sum(5, now));
        now += IDLE.toMillis();
        assertThat(value(GPT)).isEqualTo(5);
        now += 1;
        assertThat(find(GPT)).isEmpty();

        apply(GPT, 3, sum(2, now));
        assertThat(value(GPT)).as("a scraper sees where it was").isEqualTo(5);
        now += BORN_AT_ZERO.toMillis();
        assertThat(value(GPT)).as("and then where it is").isEqualTo(7);
    }

    @Test
    void repeatedCell_wakesNobody() {
        own(0, 1);
        apply(GPT, 0, sum(5, now));
        now += IDLE.toMillis() + 1;
        apply(GPT, 0, sum(5, now));
        assertThat(find(GPT)).isEmpty();
    }

    @Test
    void seriesKnownBeforehand_isNeverHidden() {
        own(0, 1);
        Series hits = new Series(Metric.CACHE_HITS, List.of());
        apply(hits, 0, sum(5, now));
        now += 2 * IDLE.toMillis();
        assertThat(value(hits)).isEqualTo(5);
    }

    @Test
    void closedVocabularies_areThereAtZeroFromTheStart() {
        own(0, 1);
        for (String status : new String[]{"success", "failed", "cancelled"}) {
            assertThat(value(new Series(Metric.BATCHES_COMPLETED, List.of(status)))).isZero();
        }
        assertThat(value(new Series(Metric.CACHE_HITS, List.of()))).isZero();
        assertThat(value(new Series(Metric.ACTIVE_JOBS, List.of()))).isZero();
    }

    @Test
    void everySeries_hasOneOwnerAmongThePartitions() {
        int partitions = 6;
        for (int partition = 0; partition < partitions; partition++) {
            own(partition, partitions);
        }
        List<Series> shown = new ArrayList<>();
        view.read(owned -> owned.forEach(series -> shown.add(series.series())));
        assertThat(shown).doesNotHaveDuplicates().contains(new Series(Metric.CACHE_HITS, List.of()));
        for (int partition = 0; partition < partitions; partition++) {
            view.disown(partition);
        }
        view.read(owned -> assertThat(owned).as("nothing is shown that is not owned").isEmpty());
    }

    @Test
    void cellOfAPartitionThatIsNotOwned_isNotShown() {
        own(1, 2);
        view.disown(1);
        apply(GPT, 0, sum(5, 0));
        assertThat(find(GPT)).isEmpty();
    }

    @Test
    void partitionThatIsCatchingUp_hidesEverything() {
        own(0, 2);
        assertThat(view.read(owned -> {})).isTrue();
        view.expect(1);
        assertThat(view.read(owned -> {})).as("assigned").isFalse();
        view.own(1);
        assertThat(view.read(owned -> {})).as("owned, not yet read").isFalse();
        view.caughtUp(1);
        assertThat(view.read(owned -> {})).isTrue();
    }

    @Test
    void nothingIsShown_beforeJoiningAndAfterLeaving() {
        assertThat(view.read(owned -> {})).isFalse();
        own(0, 1);
        view.leave();
        assertThat(view.read(owned -> {})).isFalse();
        view.join(1);
        view.read(owned -> assertThat(owned).as("what was owned before").isEmpty());
    }

    @Test
    void activeUsers_areCountedOnceOverPartitionsAndAgeWhileNothingComes() {
        own(0, 1);
        Series users = new Series(Metric.ACTIVE_USERS, List.of());
        long at = now * 1_000_000;
        user("a", 0, at);
        user("a", 1, at - 1);
        user("b", 2, at - Duration.ofMinutes(4).toNanos());
        user("c", 2, at - Duration.ofMinutes(6).toNanos());
        assertThat(value(users)).isEqualTo(2);
        now += Duration.ofSeconds(90).toMillis();
        assertThat(value(users)).as("b was last seen 5.5 minutes ago").isEqualTo(1);
        now += Duration.ofMinutes(4).toMillis();
        assertThat(value(users)).isZero();
    }

    @Test
    void cacheEntries_sumTheNewestReportOfEachInstance() {
        own(0, 1);
        Series entries = new Series(Metric.CACHE_ENTRIES, List.of());
        part(entries, "writer-1", 0, 70, 200);
        part(entries, "writer-1", 3, 10, 100);
        part(entries, "writer-2", 1, 5, 1);
        assertThat(value(entries)).isEqualTo(75);
    }

    private void own(int partition, int partitions) {
        view.join(partitions);
        view.own(partition);
        view.caughtUp(partition);
    }

    private void user(String id, int inputPartition, long atNanos) {
        var users = new Users(0);
        users.add(Math.floorDiv(atNanos, 1_000_000), Users.hash(id));
        view.apply(0, new PartialKey(new CellKey(new Series(Metric.ACTIVE_USERS, List.of()), id), inputPartition),
                users,
                now);
    }

    private void part(Series series, String part, int inputPartition, long value, long atNanos) {
        var newest = new Newest(0);
        newest.set(Nanos.ofWhole(value), atNanos);
        view.apply(0, new PartialKey(new CellKey(series, part), inputPartition), newest, now);
    }

    private void apply(Series series, int inputPartition, Cell cell) {
        var key = new PartialKey(new CellKey(series, ""), inputPartition);
        view.apply(CellCodec.partitionOf(CellCodec.encodeKey(key.cell(), 0), 1), key, cell, now);
    }

    private double value(Series series) {
        return find(series).orElseThrow(() -> new AssertionError(series + " is not shown")).value(now);
    }

    private Optional<OwnedSeries> find(Series series) {
        List<OwnedSeries> found = new ArrayList<>();
        view.read(owned -> owned.filter(each -> each.series().equals(series)).forEach(found::add));
        return found.stream().findFirst();
    }

    private static Sum sum(long value, long createdMillis) {
        var sum = new Sum(createdMillis);
        sum.add(Nanos.ofWhole(value));
        return sum;
    }
}
