package io.throughline.expose;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.throughline.aggregate.Metric;
import io.throughline.serve.Problem;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WindowParametersTest {

    private static final Instant NOW = Instant.parse("2026-01-28T12:34:56.789Z");

    @Test
    void metricAlone_asksForTheLastHourByAllLabels() throws Problem {
        WindowQuery query = read("metric=jobs_completed_total");
        assertThat(query.metric()).isEqualTo(Metric.JOBS_COMPLETED);
        assertThat(query.from()).isEqualTo("2026-01-28T11:34:00Z");
        assertThat(query.to()).isEqualTo("2026-01-28T12:35:00Z");
        assertThat(query.step()).isEqualTo(Duration.ofMinutes(1));
        assertThat(query.by()).containsExactly("job_type", "status");
        assertThat(query.filters()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"-2h,1", "-5h,2", "-12h,5", "-24h,10", "-48h,30", "-30d,360"})
    void stepThatIsNotGiven_followsFromTheRange(String from, int minutes) throws Problem {
        assertThat(read("metric=cache_hits_total&from=" + from).step()).isEqualTo(Duration.ofMinutes(minutes));
    }

    @Test
    void times_areRfc3339OrRelative_andAreWidenedToWholeSteps() throws Problem {
        WindowQuery query = read("metric=cache_hits_total&from=2026-01-28T11:02:03%2B01:00&to=now-30m&step=15m");
        assertThat(query.from()).isEqualTo("2026-01-28T10:00:00Z");
        assertThat(query.to()).isEqualTo("2026-01-28T12:15:00Z");
        assertThat(read("metric=cache_hits_total&from=yesterday&step=1h").from()).isEqualTo("2026-01-27T00:00:00Z");
        assertThat(read("metric=cache_hits_total&from=2026-01-28T11:02:03+01:00&step=15m").from())
                .as("a plus that was not encoded").isEqualTo("2026-01-28T10:00:00Z");
    }

    @Test
    void filters_areLabels_andCanBeGivenMoreThanOnce() throws Problem {
        WindowQuery query = read("metric=jobs_completed_total&status=failed&status=cancelled&job_type=a%20b&by=");
        assertThat(query.by()).isEmpty();
        assertThat(query.filters()).isEqualTo(Map.of("status", List.of("failed", "cancelled"), "job_type",
                List.of("a b")));
        assertThat(query.matches(WindowData.series(Metric.JOBS_COMPLETED, "a b", "failed"))).isTrue();
        assertThat(query.matches(WindowData.series(Metric.JOBS_COMPLETED, "a b", "success"))).isFalse();
    }

    @Test
    void quantiles_keepTheirOrderAndTheWayTheyWereWritten() throws Problem {
        assertThat(read("metric=job_duration_seconds&quantiles=0.99,.5, 1").quantiles().keySet())
                .containsExactly("0.99", ".5", "1");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            | metric is missing
            metric=job_duration_second | did you mean job_duration_seconds
            metric=jobs_complete | did you mean jobs_completed_total
            metric=job_duration_seconds_bucket | did you mean job_duration_seconds
            metric=zzzz | known are active_jobs
            metric=cache_hits_total&from=tomorrow | from must be a time such as 2026-01-28T15:30:00Z, 2026-01-28, now, today, yesterday, -2h or today-2h, got "tomorrow"
            metric=cache_hits_total&from=-2x | from must be a time
            metric=cache_hits_total&from=now&to=-1h | from must be before to
            metric=cache_hits_total&step=30s | step must be a whole number of minutes
            metric=cache_hits_total&step=90s | step must be a whole number of minutes
            metric=cache_hits_total&step=0m | step must be a whole number of minutes
            metric=cache_hits_total&step=60 | step must be a whole number of minutes
            metric=cache_hits_total&from=-40h&step=1m | at most 2160 windows
            metric=cache_hits_total&quantiles=0.5 | histograms are batch_processing_seconds
            metric=job_duration_seconds&quantiles=95 | quantiles must be numbers from 0 to 1
            metric=job_duration_seconds&quantiles=NaN | quantiles must be numbers from 0 to 1
            metric=job_duration_seconds&by=status | by must be labels of job_duration_seconds, which are job_type
            metric=cache_hits_total&by=model | by must be labels of cache_hits_total, which are none
            metric=cache_hits_total&model=x | "model" is not known
            metric=jobs_completed_total&status=fail | status must be one of success, failed, cancelled, got "fail"
            metric=cache_hits_total&step=1m&step=2m | step is given twice
            metric=%zz | the query cannot be decoded
            """)
    void whatCannotBeUnderstood_isRefusedWithWhatToWrite(String query, String said) {
        assertThatThrownBy(() -> read(query == null ? "" : query)).isInstanceOfSatisfying(Problem.class,
                problem -> assertThat(problem.status()).isEqualTo(400)).hasMessageContaining(said);
    }

    private static WindowQuery read(String rawQuery) throws Problem {
        return WindowParameters.read(rawQuery, NOW);
    }
}
