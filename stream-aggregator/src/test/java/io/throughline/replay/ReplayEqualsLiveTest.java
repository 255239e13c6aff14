package io.throughline.replay;

import static org.assertj.core.api.Assertions.assertThat;

import io.throughline.aggregate.CellCodec;
import io.throughline.aggregate.CellKey;
import io.throughline.aggregate.CommittedCounter;
import io.throughline.aggregate.Metric;
import io.throughline.aggregate.Nanos;
import io.throughline.aggregate.PartitionCounter;
import io.throughline.aggregate.Series;
import io.throughline.aggregate.Sum;
import io.throughline.aggregate.WindowCodec;
import io.throughline.aggregate.WindowKey;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.utils.Bytes;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Live, committed at moments by chance and read back as bytes, against a recount that is fed in chunks by chance. */
class ReplayEqualsLiveTest {

    private static final int RECORDS = Integer.getInteger("throughline.replay.records", 3_000);

    /** What {@code throughline.windows} holds. */
    private final Map<Bytes, byte[]> committed = new HashMap<>();
    private final Map<CellKey, Map<Integer, BigDecimal>> counters = new HashMap<>();

    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13, 14, 15})
    void everyWindowOfEverySeries_isTheSameRecomputed(long seed) {
        var topics = new SeededTopics(seed, RECORDS);
        var random = new Random(seed);
        int crashes = 0;
        for (int partition = 0; partition < SeededTopics.PARTITIONS; partition++) {
            List<ConsumerRecord<byte[], byte[]>> inputs = topics.merged(partition);
            var live = new Live(partition);
            int next = 0;
            int committedUpTo = 0;
            while (next < inputs.size()) {
                live.counter.take(inputs.get(next++));
                if (random.nextInt(25) == 0) {
                    live.counter.commit();
                    committedUpTo = next;
                } else if (random.nextInt(60) == 0) {
                    live.counter.crash();
                    next = committedUpTo;
                    crashes++;
                }
            }
            live.counter.commit();
        }
        assertThat(crashes).isGreaterThan(10);

        var recount = recount(topics, random, TimeRange.ALL);

        Map<String, String> recomputed = texts(recount.windows());
        assertThat(recomputed).hasSizeGreaterThan(500).isEqualTo(texts(live()));
        List<String> met = counters.keySet().stream().map(key -> SeriesSelector.text(key.series())).toList();
        for (String rare : List.of("throughline_late_total", "\"other\"", "throughline_expired_jobs_total",
                "throughline_duplicates_total", "throughline_dead_letters_total", "throughline_replayed_total")) {
            assertThat(met).as(rare).anyMatch(series -> series.contains(rare));
        }

        Instant from = Instant.parse("2026-01-28T12:20:00Z");
        var range = new TimeRange(from, from.plusSeconds(600));
        assertThat(texts(recount(topics, random, range).windows())).as("a range, that ends before the topics do")
                .isNotEmpty().isEqualTo(within(range, texts(live())));
    }

    @ParameterizedTest
    @ValueSource(longs = {21, 22})
    void explainedAmounts_sumUpToEachCounter(long seed) {
        var topics = new SeededTopics(seed, RECORDS);
        Map<Series, BigDecimal> sums = new HashMap<>();
        var explanation = new Explanation(new Recount(SeededTopics.CONFIG, TimeRange.ALL, true), (series, at) -> true);
        for (int partition = 0; partition < SeededTopics.PARTITIONS; partition++) {
            var live = new Live(partition);
            for (var input : topics.merged(partition)) {
                live.counter.take(input);
                explanation.take(input, added -> sums.merge(added.series(), BigDecimal.valueOf(added.nanos(), 9),
                        BigDecimal::add));
            }
            live.counter.commit();
        }

        counters.forEach((key, parts) -> assertThat(parts.values().stream().reduce(BigDecimal.ZERO, BigDecimal::add))
                .as(key.toString()).isEqualByComparingTo(sums.getOrDefault(key.series(), BigDecimal.ZERO)));
        assertThat(counters).hasSizeGreaterThan(20);
    }

    @ParameterizedTest
    @ValueSource(longs = {31, 32, 33})
    void audit_agreesAtEveryMoment_andFindsOneWrongIncrementAtOnce(long seed) {
        var topics = new SeededTopics(seed, RECORDS);
        var random = new Random(seed);
        var ledger = new AuditLedger(SeededTopics.CONFIG.layout(), 10_000, SeededTopics.GRACE.toMillis(),
                Long.MIN_VALUE, AuditReach.EVERYTHING);
        var audit = new PartitionCounter(SeededTopics.CONFIG);
        var live = new Live(1);
        int rounds = 0;
        List<ConsumerRecord<byte[], byte[]>> inputs = topics.merged(1);
        int next = 0;
        int committedUpTo = 0;
        int crashes = 0;
        while (next < inputs.size()) {
            live.counter.take(inputs.get(next++));
            if (random.nextInt(60) == 0) {
                live.counter.crash();
                next = committedUpTo;
                crashes++;
            } else if (random.nextInt(20) == 0) {
                inputs.subList(committedUpTo, next).forEach(each -> audit.take(each, 1));
                committedUpTo = next;
                audit.drain(ledger.counted(1));
                live.counter.commit();
                committed.forEach((key, value) -> tell(ledger, key, value));
                assertThat(ledger.compare(audit.streamTimeMillis())).isEmpty();
                rounds++;
            }
        }
        assertThat(rounds).isGreaterThan(30);
        assertThat(crashes).isGreaterThan(5);
        assertThat(ledger.mismatches()).isZero();
        assertThat(ledger.windows()).isGreaterThan(20);

        WindowKey planted = newestBefore(ledger.auditedUpToMillis().orElseThrow(), Metric.LLM_REQUESTS);
        var wrong = new Sum(0);
        wrong.add(Math.multiplyExact(2L, 1_000_000_000L));
        wrong.merge((Sum) CellCodec.decode(planted.cell().series().metric(),
                Objects.requireNonNull(committed.get(Bytes.wrap(WindowCodec.encodeKey(planted)))),
                SeededTopics.CONFIG.layout()));
        ledger.committed(planted, wrong);
        List<AuditLedger.Mismatch> found = new ArrayList<>();
        for (int round = 0; round < 2 * AuditLedger.ROUNDS; round++) {
            found.addAll(ledger.compare(audit.streamTimeMillis()));
        }
        assertThat(found).singleElement().satisfies(mismatch -> {
            assertThat(mismatch.series()).isEqualTo(planted.cell().series());
            assertThat(mismatch.start().toEpochMilli()).isEqualTo(planted.startMillis());
            assertThat(mismatch.inputPartition()).isEqualTo(1);
            assertThat(mismatch.committed()).isNotEqualTo(mismatch.counted());
        });
        assertThat(ledger.mismatches()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({"41,DUPLICATES", "42,DUPLICATES", "43,DUPLICATES", "44,LIFE_CYCLES", "45,LIFE_CYCLES",
            "46,LIFE_CYCLES"})
    void audit_thatBeginsLate_agreesOnWhatItCanJudge_andCountsTheRest(long seed, AuditReach reach) {
        List<ConsumerRecord<byte[], byte[]>> inputs = new SeededTopics(seed, 2 * RECORDS,
                reach == AuditReach.LIFE_CYCLES
                        ? 60
                        : Integer.MAX_VALUE,
                0)
                .merged(1);
        int begin = inputs.size() / 5;
        Duration warmUp = reach == AuditReach.LIFE_CYCLES
                ? SeededTopics.CONFIG.jobLimits().usual().multipliedBy(2)
                : SeededTopics.CONFIG.dedupWindow();
        long firstStart = inputs.get(begin).timestamp() + warmUp.toMillis() + WindowKey.LENGTH.toMillis();
        var ledger = new AuditLedger(SeededTopics.CONFIG.layout(), 10_000, SeededTopics.GRACE.toMillis(), firstStart,
                reach);
        var audit = new PartitionCounter(SeededTopics.CONFIG);
        var live = new Live(1);
        for (int i = 0; i < inputs.size(); i++) {
            live.counter.take(inputs.get(i));
            if (i >= begin) {
                audit.take(inputs.get(i), 1);
            }
        }
        audit.drain(ledger.counted(1));
        live.counter.commit();
        committed.forEach((key, value) -> tell(ledger, key, value));
        List<AuditLedger.Mismatch> found = new ArrayList<>();
        for (int round = 0; round < 2 * AuditLedger.ROUNDS; round++) {
            found.addAll(ledger.compare(audit.streamTimeMillis()));
        }
        assertThat(found).isEmpty();
        assertThat(ledger.windows()).isGreaterThan(10);
        assertThat(ledger.unjudged()).isPositive();
        assertThat(counters.keySet()).anyMatch(key -> key.series().labelValues().contains("other"));

        assertThat(reach.judges(Metric.JOB_DURATION_SECONDS)).isEqualTo(reach == AuditReach.LIFE_CYCLES);
    }

    @ParameterizedTest
    @ValueSource(longs = {51, 52, 53})
    void audit_thatBeginsLate_leavesLifeCyclesAlone_whileJobsFromBeforeGoOn(long seed) {
        List<ConsumerRecord<byte[], byte[]>> inputs = new SeededTopics(seed, 3 * RECORDS, 60, 2 * RECORDS).merged(1);
        int begin = inputs.size() / 9;
        Duration limit = Recount.longestLimit(SeededTopics.CONFIG);
        long since = inputs.get(begin).timestamp();
        var ledger = new AuditLedger(SeededTopics.CONFIG.layout(), 10_000, SeededTopics.GRACE.toMillis(),
                since + limit.multipliedBy(2).toMillis() + WindowKey.LENGTH.toMillis(), AuditReach.LIFE_CYCLES);
        var beginnings = new Beginnings(since, limit);
        var audit = new PartitionCounter(SeededTopics.CONFIG);
        var live = new Live(1);
        List<AuditLedger.Mismatch> found = new ArrayList<>();
        for (int i = 0; i < inputs.size(); i++) {
            live.counter.take(inputs.get(i));
            if (i >= begin) {
                audit.take(inputs.get(i), 1);
                beginnings.saw(inputs.get(i), audit.streamTimeMillis());
            }
            if (i % 50 == 0 || i == inputs.size() - 1) {
                ledger.lifeCyclesFrom(1, beginnings.judgedFromMillis());
                audit.drain(ledger.counted(1));
                live.counter.commit();
                committed.forEach((key, value) -> tell(ledger, key, value));
                for (int round = 0; round <= AuditLedger.ROUNDS; round++) {
                    found.addAll(ledger.compare(audit.streamTimeMillis()));
                }
            }
        }
        assertThat(found).isEmpty();
        long lastRecurring = inputs.stream().filter(input -> new String(input.key(), StandardCharsets.UTF_8)
                .startsWith("nightly")).mapToLong(ConsumerRecord::timestamp).max().orElseThrow();
        assertThat(beginnings.judgedFromMillis()).as("all of the time in which they may be known").isGreaterThan(
                lastRecurring + limit.toMillis()).isLessThan(lastRecurring + 2 * limit.toMillis());

        WindowKey late = newestBefore(ledger.auditedUpToMillis().orElseThrow(), Metric.ACTIVE_JOBS);
        assertThat(late.startMillis()).isGreaterThan(beginnings.judgedFromMillis());
        var wrong = new Sum(0);
        wrong.add(Nanos.ONE);
        wrong.merge((Sum) CellCodec.decode(Metric.ACTIVE_JOBS,
                Objects.requireNonNull(committed.get(Bytes.wrap(WindowCodec.encodeKey(late)))),
                SeededTopics.CONFIG.layout()));
        ledger.committed(late, wrong);
        for (int round = 0; round <= AuditLedger.ROUNDS; round++) {
            found.addAll(ledger.compare(audit.streamTimeMillis()));
        }
        assertThat(found).as("and judges them afterwards").hasSize(1);
    }

    private WindowKey newestBefore(long millis, Metric metric) {
        return committed.keySet().stream().map(key -> WindowCodec.decodeKey(key.get()))
                .filter(key -> key.cell().series().metric() == metric && key.startMillis() < millis)
                .max(Comparator.comparingLong(WindowKey::startMillis)).orElseThrow();
    }

    private static void tell(AuditLedger ledger, Bytes key, byte[] value) {
        WindowKey window = WindowCodec.decodeKey(key.get());
        ledger.committed(window,
                CellCodec.decode(window.cell().series().metric(), value, SeededTopics.CONFIG.layout()));
    }

    /** What live commits to the topics. */
    private final class Live implements CommittedCounter.Topics {
        final CommittedCounter counter;
        private final int partition;

        Live(int partition) {
            this.partition = partition;
            this.counter = new CommittedCounter(SeededTopics.CONFIG, partition, this);
        }

        @Override
        public void series(byte[] key, byte @Nullable [] value) {
            CellKey cell = CellCodec.decodeKey(key).cell();
            if (value != null && CellCodec.decode(cell.series().metric(), value,
                    SeededTopics.CONFIG.layout()) instanceof Sum sum) {
                counters.computeIfAbsent(cell, unseen -> new HashMap<>()).put(partition, sum.value());
            }
        }

        @Override
        public void window(byte[] key, byte[] value) {
            committed.put(Bytes.wrap(key), value);
        }
    }

    private Windows live() {
        var windows = new Windows(SeededTopics.CONFIG.layout());
        committed.forEach((key, value) -> {
            WindowKey window = WindowCodec.decodeKey(key.get());
            windows.add(window.cell(), window.startMillis(), CellCodec.decode(window.cell().series().metric(), value,
                    SeededTopics.CONFIG.layout()));
        });
        return windows;
    }

    /** Fed as a scan feeds it: polls of any size, from any of the topics. */
    private static Recount recount(SeededTopics topics, Random random, TimeRange range) {
        var recount = new Recount(SeededTopics.CONFIG, range, false);
        for (int number = 0; number < SeededTopics.PARTITIONS; number++) {
            int partition = number;
            var lanes = new Lanes();
            Map<TopicPartition, Integer> at = new HashMap<>();
            topics.log.forEach((topic, records) -> {
                if (topic.partition() == partition) {
                    lanes.open(topic, 0, records.size());
                    at.put(topic, 0);
                }
            });
            boolean wanted = true;
            while (wanted && !lanes.done()) {
                for (TopicPartition topic : lanes.partitions()) {
                    var records = topics.log.getOrDefault(topic, List.of());
                    int from = at.getOrDefault(topic, 0);
                    int to = Math.min(records.size(), from + random.nextInt(200));
                    lanes.add(topic, records.subList(from, to), to);
                    at.put(topic, to);
                }
                wanted = lanes.deliver(input -> {
                    recount.count(input);
                    return recount.mayMatter(partition);
                });
            }
        }
        return recount;
    }

    private static Map<String, String> texts(Windows windows) {
        Map<String, String> texts = new TreeMap<>();
        for (Series series : windows.series()) {
            windows.of(series, Long.MIN_VALUE, Long.MAX_VALUE).forEach((start, parts) -> {
                var totals = new Totals(series.metric(), windows.layout());
                totals.add(parts);
                var distribution = totals.distribution();
                texts.put(Instant.ofEpochMilli(start) + " " + SeriesSelector.text(series),
                        totals.sum() + " " + totals.count() + " " + totals.last() + (distribution == null
                                ? ""
                                : new String(CellCodec.encode(distribution), StandardCharsets.UTF_8)));
            });
        }
        return texts;
    }

    private static Map<String, String> within(TimeRange range, Map<String, String> texts) {
        Map<String, String> within = new TreeMap<>(texts);
        within.keySet().removeIf(key -> !range.contains(
                Nanos.ofInstant(Instant.parse(key.substring(0, key.indexOf(' '))))));
        return within;
    }
}
