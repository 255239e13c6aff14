package io.throughline.expose;

import static org.assertj.core.api.Assertions.assertThat;

import io.prometheus.metrics.model.snapshots.SummarySnapshot;
import io.throughline.aggregate.CombineConfig;
import io.throughline.aggregate.Metric;
import io.throughline.publish.Settings;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class ProgressTest {

    private static final TopicPartition JOBS = new TopicPartition("throughline.jobs", 0);

    private long now = Instant.parse("2026-01-28T12:06:30Z").toEpochMilli();
    private final WindowStore store = new WindowStore(Duration.ofHours(24));
    private final LagWatch lag = new LagWatch(CombineConfig.from(Settings.of(Map.of())), new SetClock(() -> now));
    private final Progress progress = new Progress(store, lag, List.of(JOBS.topic()), Duration.ofHours(1));
    private final WindowQuantiles quantiles = new WindowQuantiles(store, () -> true, progress);

    @Test
    void completeUpTo_isNotTakenBackByARecordOnItsWay() {
        WindowData.watermark(store, 0, "2026-01-28T12:00:00Z");
        lag.take(now, Map.of(JOBS, 1L));
        assertThat(progress.completeUpTo()).contains(Instant.parse("2026-01-28T12:00:00Z"));
        lag.take(now, Map.of(JOBS, 0L));
        assertThat(progress.completeUpTo()).contains(Instant.ofEpochMilli(now));
        lag.take(now + 1_000, Map.of(JOBS, 1L));
        assertThat(progress.completeUpTo()).contains(Instant.ofEpochMilli(now));
        now += 60_000;
        assertThat(progress.completeUpTo()).as("the brokers have not answered for a minute").isEmpty();
    }

    @Test
    void windows_becomeFinalByTheClock_whereAnInputPartitionIsIdle() {
        TopicPartition idle = new TopicPartition("throughline.jobs", 1);
        WindowData.watermark(store, 0, "2026-01-28T12:06:00Z");
        lag.take(now, Map.of(JOBS, 0L, idle, 0L), Map.of(JOBS, 7L, idle, 0L));
        assertThat(progress.finalUpTo()).as("nothing has ever come from partition 1").isEmpty();

        now += LagWatch.IDLE.toMillis();
        WindowData.watermark(store, 0, "2026-01-28T12:07:20Z");
        lag.take(now, Map.of(JOBS, 1L, idle, 0L), Map.of(JOBS, 9L, idle, 0L));
        assertThat(progress.finalUpTo()).as("the watermark of the one that moves")
                .contains(Instant.parse("2026-01-28T11:07:20Z"));

        now += LagWatch.IDLE.toMillis();
        lag.take(now, Map.of(JOBS, 1L, idle, 0L), Map.of(JOBS, 9L, idle, 0L));
        assertThat(progress.finalUpTo()).as("what waits to be counted is no idleness")
                .contains(Instant.parse("2026-01-28T11:07:20Z"));
        lag.take(now, Map.of(JOBS, 0L, idle, 0L), Map.of(JOBS, 9L, idle, 0L));
        assertThat(progress.finalUpTo()).contains(Instant.ofEpochMilli(now).minusSeconds(3_600));

        lag.take(now, Map.of(JOBS, 0L, idle, 0L), Map.of(JOBS, 10L, idle, 0L));
        assertThat(progress.finalUpTo()).as("is not taken back").contains(Instant.ofEpochMilli(now)
                .minusSeconds(3_600));
    }

    @Test
    void quantiles_areOfTheNewestClosedWindow_andDisappearWithIt() {
        for (String minute : List.of("2026-01-28T12:01:00Z", "2026-01-28T12:05:00Z", "2026-01-28T12:06:00Z")) {
            store.apply(WindowData.key(WindowData.VIDEO, 0, minute), WindowData.distribution(
                    Metric.JOB_DURATION_SECONDS, minute.contains("12:06") ? 100 : 2));
        }
        lag.take(now, Map.of(JOBS, 0L));
        assertThat(shown()).as("of 12:05, and of 12:00 to 12:05").containsExactly("1m 0.5", "1m 0.95", "1m 0.99",
                "5m 0.5", "5m 0.95", "5m 0.99");
        now += 120_000;
        lag.take(now, Map.of(JOBS, 0L));
        assertThat(shown()).as("nothing at 12:07").containsExactly("5m 0.5", "5m 0.95", "5m 0.99");
        assertThat(quantiles.summaries(series -> false).getFirst().getDataPoints()).as("another shows them").isEmpty();
    }

    private List<String> shown() {
        var family = (SummarySnapshot) quantiles.summaries(series -> series.equals(WindowData.VIDEO)).getFirst();
        List<String> shown = new ArrayList<>();
        family.getDataPoints().forEach(point -> point.getQuantiles()
                .forEach(each -> shown.add(point.getLabels().get("window") + " " + each.getQuantile())));
        return shown.stream().sorted().toList();
    }
}
