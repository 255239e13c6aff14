package io.throughline.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.throughline.event.CacheMiss;
import io.throughline.event.JobCreated;
import io.throughline.event.Origin;
import io.throughline.publish.Publisher;
import io.throughline.publish.Settings;
import io.throughline.trace.TraceContext;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was counted stays counted, however the process ends. */
class RestartIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    private Path scratch;

    @Test
    void totals_areTheSameAfterKillAndAfterStop_andGoOnFromThere() throws Exception {
        Map<String, String> environment = Pipeline.environment();
        Map<String, Double> before;
        try (var pipeline = Pipeline.start(scratch, environment)) {
            publish(environment, 0, 2_000);
            awaitMisses(pipeline, 2_000);
            before = totals(pipeline);
            publish(environment, 2_000, 2_300);
            pipeline.kill();
        }
        try (var pipeline = Pipeline.start(scratch, environment)) {
            assertThat(totals(pipeline)).as("the first scrape never shows less than one before the kill")
                    .allSatisfy((series, value) -> assertThat(value).as(series)
                            .isGreaterThanOrEqualTo(before.getOrDefault(series, 0.0)));
            awaitMisses(pipeline, 2_300);
            assertThat(pipeline.metrics()).containsEntry("active_jobs", 2_300.0)
                    .containsEntry("jobs_created_total{job_type=\"video\"}", 2_300.0);
            assertThat(pipeline.stop()).isZero();
        }
        try (var pipeline = Pipeline.start(scratch, environment)) {
            assertThat(pipeline.metrics()).as("the first scrape after a clean stop")
                    .containsEntry("cache_misses_total", 2_300.0).containsEntry("active_jobs", 2_300.0);
            publish(environment, 2_200, 2_400);
            awaitMisses(pipeline, 2_400);
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(pipeline.metrics())
                            .as("events sent again from before the restart count once")
                            .containsEntry("throughline_duplicates_total{topic=\"throughline.cache\"}", 100.0));
            assertThat(pipeline.metrics()).containsEntry("cache_misses_total", 2_400.0);
        }
    }

    private static void publish(Map<String, String> environment, int from, int to) {
        try (var publisher = Publisher.start(Settings.of(environment), "test")) {
            var origin = Clock.systemUTC();
            for (int i = from; i < to; i++) {
                var context = TraceContext.of("trace_" + i);
                publisher.emit(new CacheMiss(new Origin("miss-" + i, origin.instant(), "writer"), "prompts"), context);
                publisher.emit(new JobCreated(new Origin("job-" + i, origin.instant(), "writer"), "job_" + i, "video"),
                        context);
            }
            assertThat(publisher.close(PATIENCE).dropped()).isZero();
        }
    }

    private static void awaitMisses(Pipeline pipeline, double count) {
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(pipeline.metrics()).containsEntry("cache_misses_total", count));
    }

    private static Map<String, Double> totals(Pipeline pipeline) {
        return pipeline.metrics().entrySet().stream().filter(entry -> entry.getKey().contains("_total"))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }
}
