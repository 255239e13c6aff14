package io.throughline.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.throughline.aggregate.Metric;
import io.throughline.aggregate.Nanos;
import io.throughline.aggregate.Series;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SeriesSelectorTest {

    @Test
    void selector_matchesAsPromQlDoes() {
        var errors = SeriesSelector.parse(" llm_requests_total { model = \"gpt-4o\" , status != 'success', } ");
        assertThat(errors.matches(new Series(Metric.LLM_REQUESTS, List.of("gpt-4o", "error")))).isTrue();
        assertThat(errors.matches(new Series(Metric.LLM_REQUESTS, List.of("gpt-4o", "success")))).isFalse();
        assertThat(errors.matches(new Series(Metric.LLM_REQUESTS, List.of("gpt-4o-mini", "error")))).isFalse();
        assertThat(SeriesSelector.parse("cache_hits_total").matches(new Series(Metric.CACHE_HITS, List.of()))).isTrue();
    }

    @Test
    void histogram_isSummedUpByWhatOfItIsNamed() {
        long half = Nanos.of(0.5);
        assertThat(SeriesSelector.parse("llm_latency_seconds").amount(half)).isEqualTo(Nanos.ONE);
        assertThat(SeriesSelector.parse("llm_latency_seconds_count{model=\"m\"}").amount(half)).isEqualTo(Nanos.ONE);
        assertThat(SeriesSelector.parse("llm_latency_seconds_sum").amount(half)).isEqualTo(half);
        assertThat(SeriesSelector.parse("llm_latency_seconds_bucket{le=\"0.5\"}").amount(half)).isEqualTo(Nanos.ONE);
        assertThat(SeriesSelector.parse("llm_latency_seconds_bucket{le=\"0.25\"}").amount(half)).isZero();
        assertThat(SeriesSelector.parse("llm_latency_seconds_bucket{le=\"+Inf\"}").amount(half)).isEqualTo(Nanos.ONE);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
            "llm_requests{}               | column 1: expected a metric of the catalogue instead of \"llm_requests\"",
            "llm_requests_total{modell=\"x\"} | column 20: expected a label of llm_requests_total, which has model, status",
            "llm_requests_total{model=~\"x\"} | column 25: expected = or != after \"model\"",
            "llm_requests_total{model=x}  | column 26: expected a value in quotes",
            "llm_requests_total{model=\"x | column 28: expected a closing \"",
            "llm_requests_total[5m]       | column 19: expected the end",
            "llm_latency_seconds_bucket   | column 27: expected {le=\"…\"}"})
    void error_pointsAtTheColumn(String text, String expected) {
        assertThatThrownBy(() -> SeriesSelector.parse(text)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(expected);
    }
}
