package io.throughline.aggregate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ExponentialCountsTest {

    @Test
    void index_isTheBucketThatHoldsTheValue() {
        var random = new Random(11);
        for (int i = 0; i < 200_000; i++) {
            long value = 1 + (long) Math.exp(random.nextDouble() * Math.log(4e18));
            int index = ExponentialCounts.finestIndex(value);
            double octaves = Math.log((double) value / Nanos.ONE) / Math.log(2) * 64;
            assertThat((double) index).as("bucket of %s", value).isBetween(octaves - 1e-6, octaves + 1 + 1e-6);
        }
    }

    @Test
    void upperBounds_areInclusive() {
        assertThat(ExponentialCounts.finestIndex(Nanos.ONE)).isZero();
        assertThat(ExponentialCounts.finestIndex(Nanos.ONE + 1)).isEqualTo(1);
        assertThat(ExponentialCounts.finestIndex(2 * Nanos.ONE)).isEqualTo(64);
        assertThat(ExponentialCounts.finestIndex(Nanos.ONE / 2)).isEqualTo(-64);
        assertThat(ExponentialCounts.finestIndex(Nanos.ONE / 2 - 1)).isEqualTo(-64);
        assertThat(ExponentialCounts.finestIndex(1)).isEqualTo((int) Math.ceil(Math.log(1e-9) / Math.log(2) * 64));
        assertThat(ExponentialCounts.finestIndex(Long.MAX_VALUE)).isLessThan(64 * 34);
    }

    @Test
    void mergedIntoACoarserSchema_isWhatThatWouldHaveCounted() {
        var fine = new ExponentialCounts(6);
        var coarse = new ExponentialCounts(3);
        var random = new Random(12);
        for (int i = 0; i < 10_000; i++) {
            long value = 1 + (long) Math.exp(random.nextDouble() * 40);
            fine.observe(value);
            coarse.observe(value);
        }
        var merged = new ExponentialCounts(3);
        merged.merge(fine);
        assertThat(map(merged)).isEqualTo(map(coarse));
        assertThatThrownBy(() -> fine.merge(coarse)).hasMessageContaining("schema 3");
    }

    @Test
    void middleOfABucketOfAWindow_isWithinItsStatedError() {
        double growth = Math.pow(2, 1.0 / 64);
        assertThat((growth - 1) / (growth + 1)).isCloseTo(0.0054, within(0.0001));
    }

    @Test
    void bucketThatNoValueFallsInto_isRefusedBeforeAnyMemoryIsTaken() {
        assertThatThrownBy(() -> new ExponentialCounts(3).add(Integer.MAX_VALUE, 1))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("2147483647");
    }

    private static Map<Integer, Long> map(ExponentialCounts counts) {
        var map = new TreeMap<Integer, Long>();
        counts.forEach(map::put);
        return map;
    }
}
