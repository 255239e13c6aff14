package io.throughline.bench;

import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.ToDoubleFunction;

/**
 * All that one run has measured; its JSON is this record.
 *
 * @param benchmark which
 * @param date when it ended, RFC 3339
 * @param command what measures it again
 * @param machine what it was measured on
 * @param records calls in each part of a run
 * @param rounds how often each variant ran
 * @param variants in the order of {@link ProducerContender}
 * @param faults by name, in the order of {@link ProducerFault}
 */
record ProducerResult(String benchmark, String date, String command, Machine machine, int records, int rounds,
        List<Row> variants, Map<String, ProducerFaultSample> faults) {

    /**
     * One variant. Ratios are taken within each round, against {@link ProducerContender#EMIT}.
     *
     * @param variant its name
     * @param what what it is
     * @param cpuNanos CPU time of the caller for each call, its record built before
     * @param cpuToEmit as a multiple of that of {@code emit}
     * @param wholeCpuNanos the same with the building of the record
     * @param wholeCpuToEmit as a multiple of that of {@code emit}
     * @param p50 median time of a call in nanoseconds, its record built before
     * @param p99 99th percentile
     * @param p99ToEmit as a multiple of that of {@code emit}
     * @param p999 99.9th percentile
     * @param crowdCpuNanos CPU time of the callers for each call when eight call at once
     * @param crowdP99 99th percentile of a call then
     * @param perSecond records a second to the broker, at most; 0 where none go there
     * @param processCpuNanos CPU time of the whole process for each of those
     * @param bytes allocated by the caller for each call
     * @param samples each round
     */
    record Row(String variant, String what, Spread cpuNanos, Spread cpuToEmit, Spread wholeCpuNanos,
            Spread wholeCpuToEmit, Spread p50, Spread p99, Spread p99ToEmit, Spread p999, Spread crowdCpuNanos,
            Spread crowdP99, Spread perSecond, Spread processCpuNanos, Spread bytes, List<ProducerSample> samples) {}

    static ProducerResult of(ProducerPlan plan, Map<ProducerContender, List<ProducerSample>> samples,
            Map<ProducerFault, ProducerFaultSample> faults, Machine machine, Instant date) {
        List<ProducerSample> emit = Objects.requireNonNull(samples.get(ProducerContender.EMIT));
        List<Row> rows = new ArrayList<>();
        new EnumMap<>(samples).forEach((contender, runs) -> rows.add(row(contender, runs, emit)));
        Map<String, ProducerFaultSample> named = new LinkedHashMap<>();
        faults.forEach((fault, sample) -> named.put(fault.label(), sample));
        return new ProducerResult("producer", date.toString(), plan.command(), machine, plan.records(), plan.rounds(),
                rows, named);
    }

    private static Row row(ProducerContender contender, List<ProducerSample> runs, List<ProducerSample> emit) {
        return new Row(contender.label(), contender.what(), spread(runs, run -> run.alone().cpuNanos()),
                ratio(runs, emit, run -> run.alone().cpuNanos()), spread(runs, run -> run.alone().wholeCpuNanos()),
                ratio(runs, emit, run -> run.alone().wholeCpuNanos()), spread(runs, run -> run.alone().p50()),
                spread(runs, run -> run.alone().p99()), ratio(runs, emit, run -> run.alone().p99()),
                spread(runs, run -> run.alone().p999()), spread(runs, run -> run.crowd().cpuNanos()),
                spread(runs, run -> run.crowd().p99()), spread(runs, ProducerSample::perSecond),
                spread(runs, ProducerSample::processCpuNanos), spread(runs, run -> run.alone().bytes()), runs);
    }

    private static Spread spread(List<ProducerSample> runs, ToDoubleFunction<ProducerSample> figure) {
        return Spread.of(runs.stream().mapToDouble(figure).toArray());
    }

    private static Spread ratio(List<ProducerSample> runs, List<ProducerSample> baseline,
            ToDoubleFunction<ProducerSample> figure) {
        double[] ratios = new double[runs.size()];
        for (int round = 0; round < ratios.length; round++) {
            ratios[round] = figure.applyAsDouble(runs.get(round)) / figure.applyAsDouble(baseline.get(round));
        }
        return Spread.of(ratios);
    }
}
