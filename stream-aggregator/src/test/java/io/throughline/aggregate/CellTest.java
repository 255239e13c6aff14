package io.throughline.aggregate;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CellTest {

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void merging_givesTheSameInAnyOrderAndGrouping(long seed) {
        var random = new Random(seed);
        var whole = new Distribution(Buckets.SECONDS, 7);
        List<Distribution> parts = new ArrayList<>();
        for (int part = 0; part < 8; part++) {
            var each = new Distribution(Buckets.SECONDS, 100 - part);
            for (int i = 0; i < 50; i++) {
                long value = (long) (random.nextDouble() * random.nextDouble() * 9_000 * Nanos.ONE);
                String trace = "trace_" + random.nextInt(20);
                long at = random.nextInt(5);
                each.observe(value, trace, at);
                whole.observe(value, trace, at);
            }
            parts.add(each);
        }
        String expected = json(mergeAll(parts));
        Collections.shuffle(parts, random);
        var pairs = List.of(mergeAll(parts.subList(0, 3)), mergeAll(parts.subList(3, 8)));

        assertThat(json(mergeAll(pairs))).isEqualTo(expected);
        assertThat(mergeAll(parts).counts()).isEqualTo(whole.counts());
        assertThat(mergeAll(parts).sum().value()).isEqualByComparingTo(whole.sum().value());
    }

    @Test
    void sum_neitherRoundsNorLosesNanoUnits() {
        var sum = new Sum(0);
        BigDecimal expected = BigDecimal.ZERO;
        var random = new Random(42);
        for (int i = 0; i < 10_000; i++) {
            long amount = random.nextLong() / 3;
            sum.add(amount);
            expected = expected.add(BigDecimal.valueOf(amount, 9));
        }
        assertThat(sum.value()).isEqualByComparingTo(expected);
        assertThat(Sum.of(sum.value(), 0).value()).isEqualByComparingTo(expected);
    }

    @Test
    void newest_isTheSameWhicheverComesFirst() {
        var a = new Newest(1);
        a.set(5, 100);
        a.set(9, 100);
        a.set(70, 99);
        var b = new Newest(1);
        b.set(70, 99);
        b.set(9, 100);
        b.set(5, 100);
        assertThat(a.valueNanos()).isEqualTo(b.valueNanos()).isEqualTo(9);
    }

    @Test
    void bucketBounds_areInclusiveAsPrometheusHasThem() {
        var distribution = new Distribution(Buckets.SECONDS, 0);
        distribution.observe(Nanos.of(2.0), "t", 0);
        distribution.observe(Nanos.of(2.0) + 1, "t", 0);
        distribution.observe(Nanos.of(7200.1), "t", 0);

        int two = Arrays.binarySearch(Buckets.SECONDS.upperBounds(), 2.0);
        assertThat(distribution.counts()[two]).isEqualTo(1);
        assertThat(distribution.counts()[two + 1]).isEqualTo(1);
        assertThat(distribution.counts()[Buckets.SECONDS.count() - 1]).isEqualTo(1);
    }

    @Test
    void exponentialBuckets_holdWhatTheirBoundsSay() {
        var distribution = new Distribution(Buckets.SECONDS, 0);
        var random = new Random(7);
        for (int i = 0; i < 1_000; i++) {
            distribution.observe(1 + (long) (Math.exp(random.nextDouble() * 20) * 1_000), "t", 0);
        }
        distribution.observe(0, "t", 0);
        long inBuckets = distribution.exponential().values().stream().mapToLong(Long::longValue).sum();
        assertThat(inBuckets + distribution.zeros()).isEqualTo(distribution.count()).isEqualTo(1_001);

        var one = new Distribution(Buckets.SECONDS, 0);
        one.observe(Nanos.ONE, "t", 0);
        assertThat(one.exponential()).as("one second is the upper bound of bucket 0").containsOnlyKeys(0);
    }

    @Test
    void traceIdTooLongForAnExemplar_isCountedWithoutOne() {
        var distribution = new Distribution(Buckets.SECONDS, 0);
        distribution.observe(1, "x".repeat(121), 0);
        assertThat(distribution.count()).isEqualTo(1);
        assertThat(distribution.exemplar(0)).isNull();
        distribution.observe(1, "x".repeat(120), 0);
        assertThat(distribution.exemplar(0)).isNotNull();
    }

    private static String json(Cell cell) {
        return new String(CellCodec.encode(cell), StandardCharsets.UTF_8);
    }

    private static Distribution mergeAll(List<Distribution> parts) {
        var whole = new Distribution(Buckets.SECONDS, 100);
        parts.forEach(whole::merge);
        return whole;
    }
}
