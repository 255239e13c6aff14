package io.throughline.aggregate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.throughline.event.Event;
import io.throughline.event.JobCompleted;
import io.throughline.event.JobCreated;
import io.throughline.event.JobStarted;
import io.throughline.event.JobStatus;
import io.throughline.event.Origin;
import io.throughline.publish.Settings;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LifecyclesTest {

    private static final Instant START = Instant.parse("2026-01-28T12:00:00Z");

    private static final JobLimits LIMITS = new JobLimits(Duration.ofHours(1),
            Map.of("script", Duration.ofMinutes(10)));

    private final Totals observer = new Totals();
    private final Map<Metric, Long> totals = observer.byMetric();

    @Test
    void anyOrderAndAnyRepetition_givesTheSame() {
        List<Event> once = List.of(created(0), started(10), completed(70));
        var random = new Random(99);
        for (int round = 0; round < 200; round++) {
            List<Event> events = new ArrayList<>(once);
            for (int i = random.nextInt(6); i > 0; i--) {
                events.add(once.get(random.nextInt(2)));
            }
            Collections.shuffle(events, random);
            totals.clear();
            var lifecycles = new Lifecycles(LIMITS, 1_000);
            events.forEach(event -> lifecycles.observe(event, 0, observer));

            assertThat(totals.getOrDefault(Metric.ACTIVE_JOBS, 0L)).as("round %s: %s", round, events).isZero();
            assertThat(totals).containsEntry(Metric.JOB_DURATION_SECONDS, 70 * Nanos.ONE)
                    .containsEntry(Metric.JOB_QUEUE_SECONDS, 10 * Nanos.ONE);
        }
    }

    @Test
    void jobThatOnlyStarted_isActive() {
        new Lifecycles(LIMITS, 1_000).observe(started(0), 0, observer);
        assertThat(totals).containsEntry(Metric.ACTIVE_JOBS, Nanos.ONE);
    }

    @Test
    void clockThatWentBack_givesNoNegativeDuration() {
        var lifecycles = new Lifecycles(LIMITS, 1_000);
        lifecycles.observe(created(10), 0, observer);
        lifecycles.observe(completed(3), 0, observer);
        assertThat(totals).containsEntry(Metric.JOB_DURATION_SECONDS, 0L);
    }

    @Test
    void jobThatNothingTouchesForTheLimit_isGivenUpAndCounted() {
        var lifecycles = new Lifecycles(LIMITS, 1_000);
        lifecycles.observe(created(0), 1_000, observer);
        lifecycles.expire(1_000 + Duration.ofHours(1).toMillis() - 1, observer);
        assertThat(totals).containsEntry(Metric.ACTIVE_JOBS, Nanos.ONE);

        lifecycles.expire(1_000 + Duration.ofHours(1).toMillis(), observer);
        assertThat(totals).containsEntry(Metric.ACTIVE_JOBS, 0L).containsEntry(Metric.THROUGHLINE_EXPIRED_JOBS,
                Nanos.ONE);
    }

    @Test
    void limit_isOfTheJobsType() {
        var lifecycles = new Lifecycles(LIMITS, 1_000);
        lifecycles.observe(created(0), 0, observer);
        lifecycles.observe(new JobCreated(origin("x", 0), "job_2", "script"), 0, observer);
        lifecycles.expire(Duration.ofMinutes(10).toMillis(), observer);
        assertThat(totals).containsEntry(Metric.ACTIVE_JOBS, Nanos.ONE).containsEntry(Metric.THROUGHLINE_EXPIRED_JOBS,
                Nanos.ONE);
    }

    @Test
    void limits_areReadFromTheSettings() {
        var limits = JobLimits.from(Settings.of(Map.of("THROUGHLINE_JOB_LIMITS", "a=b=6h, script=15m")));
        assertThat(limits.of("a=b")).isEqualTo(Duration.ofHours(6));
        assertThat(limits.of("script")).isEqualTo(Duration.ofMinutes(15));
        assertThat(limits.of("video")).isEqualTo(Duration.ofHours(24));
        assertThatThrownBy(() -> JobLimits.from(Settings.of(Map.of("THROUGHLINE_JOB_LIMITS", "video"))))
                .hasMessageContaining("THROUGHLINE_JOB_LIMITS").hasMessageContaining("video");
    }

    private static Event created(long second) {
        return new JobCreated(origin("c", second), "job_1", "video");
    }

    private static Event started(long second) {
        return new JobStarted(origin("s", second), "job_1", "video");
    }

    private static Event completed(long second) {
        return new JobCompleted(origin("d", second), "job_1", "video", JobStatus.SUCCESS, null, null);
    }

    private static Origin origin(String id, long second) {
        return new Origin(id, START.plusSeconds(second), "renderer");
    }
}
