package io.throughline.expose;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import io.throughline.aggregate.Metric;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QuantileCountsTest {

    private static final double[] QUANTILES = {0, 0.01, 0.07, 0.25, 0.5, 0.9, 0.95, 0.99, 0.999, 1};

    @Test
    void statedError_isBelowOnePercent() {
        assertThat(QuantileCounts.relativeError()).isLessThan(0.01);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void quantile_isWithinTheStatedErrorOfTheValueOfThatRank(long seed) {
        var random = new SplittableRandom(seed);
        double[] values = random.doubles(1 + seed * seed * 37, -6, 5).map(exponent -> Math.pow(10, exponent))
                .map(value -> Math.round(value * 1e9) / 1e9).toArray();
        var counts = counts(values);
        Arrays.sort(values);
        for (double q : QUANTILES) {
            int rank = Math.max(1, (int) Math.ceil(q * values.length - 1e-9 * values.length));
            double exact = values[rank - 1];
            assertThat(counts.quantile(q)).as("quantile %s of %d values", q, values.length).isBetween(
                    exact * (1 - 1.0001 * QuantileCounts.relativeError()),
                    exact * (1 + 1.0001 * QuantileCounts.relativeError()));
        }
    }

    @Test
    void zeros_areTheSmallestValues() {
        var counts = counts(0, 0, 0, 4);
        assertThat(counts.count()).isEqualTo(4);
        assertThat(counts.quantile(0.75)).isZero();
        assertThat(counts.quantile(0.76)).isCloseTo(4, withinPercentage(0.6));
    }

    private static QuantileCounts counts(double... values) {
        var counts = new QuantileCounts();
        var distribution = WindowData.distribution(Metric.JOB_DURATION_SECONDS, values);
        counts.addZeros(distribution.zeros());
        distribution.exponential().forEach(counts::add);
        return counts;
    }
}
