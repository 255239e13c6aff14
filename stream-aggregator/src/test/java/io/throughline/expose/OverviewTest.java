package io.throughline.expose;

import static io.throughline.expose.WindowData.FAILED;
import static io.throughline.expose.WindowData.SUCCESS;
import static io.throughline.expose.WindowData.VIDEO;
import static io.throughline.expose.WindowData.distribution;
import static io.throughline.expose.WindowData.key;
import static io.throughline.expose.WindowData.series;
import static io.throughline.expose.WindowData.sum;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.throughline.aggregate.CombineConfig;
import io.throughline.aggregate.Metric;
import io.throughline.expose.Kpi.Better;
import io.throughline.expose.Kpi.Goal;
import io.throughline.expose.Kpi.State;
import io.throughline.publish.Settings;
import io.throughline.serve.Health;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OverviewTest {

    private static final String NOW = "2026-01-28T12:10:00Z";

    private final Clock clock = new SetClock(() -> Instant.parse("2026-01-28T12:10:30Z").toEpochMilli());
    private final WindowStore store = new WindowStore(Duration.ofHours(24));
    private OptionalDouble activeJobs = OptionalDouble.of(7);
    private final Overview overview = new Overview(store, () -> new Health.Check("windows", true, ""),
            new Progress(store, new LagWatch(CombineConfig.from(Settings.of(Map.of())), clock), List.of(),
                    Duration.ofHours(1)),
            () -> activeJobs, Map.of(), clock);

    @Test
    void rates_areSharesOfTheJobsThatEndedInTheirTime() {
        store.apply(key(SUCCESS, 0, NOW), sum("90"));
        store.apply(key(FAILED, 0, NOW), sum("6"));
        store.apply(key(series(Metric.JOBS_COMPLETED, "video", "cancelled"), 0, NOW), sum("4"));
        store.apply(key(FAILED, 0, "2026-01-28T09:00:00Z"), sum("100"));
        assertThat(kpi("error_rate")).as("of the last hour").returns(6.0, Kpi::value).returns(State.BAD, Kpi::state);
        assertThat(kpi("success_rate")).as("of the last day").returns(45.0, Kpi::value);
    }

    @Test
    void latencies_areOfTheLastFiveMinutes() {
        store.apply(key(VIDEO, 0, NOW), distribution(Metric.JOB_DURATION_SECONDS, 1, 1, 1, 3));
        store.apply(key(VIDEO, 0, "2026-01-28T12:00:00Z"), distribution(Metric.JOB_DURATION_SECONDS, 100, 100));
        Kpi p95 = kpi("p95_latency");
        assertThat(p95.value()).isCloseTo(3, within(0.15));
        assertThat(p95.state()).isEqualTo(State.WARNING);
        assertThat(kpi("p99_latency").state()).isEqualTo(State.GOOD);
    }

    @Test
    void hitRate_isOfTheLookUps() {
        store.apply(key(series(Metric.CACHE_HITS), 0, NOW), sum("3"));
        store.apply(key(series(Metric.CACHE_MISSES), 1, NOW), sum("1"));
        assertThat(kpi("cache_hit_rate")).returns(75.0, Kpi::value).returns(State.GOOD, Kpi::state);
    }

    @Test
    void cost_tellsOfCallsWithoutAPrice() {
        store.apply(key(series(Metric.LLM_COST_USD, "gpt-4o"), 0, NOW), sum("1.25"));
        store.apply(key(series(Metric.LLM_UNPRICED_REQUESTS, "new"), 0, NOW), sum("12"));
        assertThat(kpi("cost")).returns(1.25, Kpi::value).returns("and 12 calls without a price", Kpi::note);
    }

    @Test
    void whatHasNotHappened_hasNoValueAndNoColour() {
        assertThat(kpi("success_rate")).returns(null, Kpi::value).returns(State.NONE, Kpi::state);
        assertThat(kpi("p95_latency")).returns(null, Kpi::value);
        assertThat(kpi("cache_hit_rate")).returns(null, Kpi::value);
        activeJobs = OptionalDouble.empty();
        assertThat(kpi("active_jobs")).returns(null, Kpi::value).returns("shown by another instance", Kpi::note);
    }

    @ParameterizedTest
    @CsvSource({"MORE,60,50,61,GOOD", "MORE,60,50,60,WARNING", "MORE,60,50,50,WARNING", "MORE,60,50,49.9,BAD",
            "LESS,2,5,1.9,GOOD", "LESS,2,5,2,WARNING", "LESS,2,5,5,WARNING", "LESS,2,5,5.1,BAD",
            "MORE,95,95,95,WARNING"})
    void state_isGoodBeyondTheTarget_andBadBeyondTheAlert(Better better, double target, double alert, double value,
            State state) {
        assertThat(new Goal(better, target, alert).state(value)).isEqualTo(state);
    }

    private Kpi kpi(String id) {
        return overview.kpis().stream().filter(kpi -> kpi.id().equals(id)).findFirst().orElseThrow();
    }
}
