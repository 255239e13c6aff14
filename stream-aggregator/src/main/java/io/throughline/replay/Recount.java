package io.throughline.replay;

import io.throughline.aggregate.Cell;
import io.throughline.aggregate.CellKey;
import io.throughline.aggregate.CellSink;
import io.throughline.aggregate.CombineTopology;
import io.throughline.aggregate.CountingConfig;
import io.throughline.aggregate.Nanos;
import io.throughline.aggregate.Observed;
import io.throughline.aggregate.Outcome;
import io.throughline.aggregate.PartitionCounter;
import io.throughline.aggregate.Series;
import io.throughline.aggregate.WindowKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Counts records anew by the live rules, from nothing, and keeps the windows that begin within a range.
 *
 * <p>It is handed the records of each input partition in the order that live takes them (see
 * {@link TopicScan#runMerged}), and calls the same {@link PartitionCounter}; so the windows are those of live as long as
 * it has seen what live had seen before: see {@link #warmUp}. Input partitions know nothing of each other: each may be
 * counted by a thread of its own, and what they come to is asked for when all are done.
 */
public final class Recount {

    private static final int MOST_UNDRAINED = 100_000;
    private static final Duration CACHE_REPORTS_KEPT = Duration.ofHours(24);
    private static final Duration IDLE = Duration.ofMinutes(1);
    private static final long MINUTE_MILLIS = WindowKey.LENGTH.toMillis();

    private final CountingConfig config;
    private final long fromMillis;
    private final long toMillis;
    private final boolean toTheEnd;
    private final ConcurrentNavigableMap<Integer, Partition> partitions = new ConcurrentSkipListMap<>();
    private volatile @Nullable Observed listener;

    /**
     * Counts windows that begin within {@code range}.
     *
     * @param toTheEnd whether records that can no longer change such a window matter, as they do for cumulative values
     */
    public Recount(CountingConfig config, TimeRange range, boolean toTheEnd) {
        this.config = config;
        Instant from = range.from();
        Instant to = range.to();
        this.fromMillis = from == null ? Long.MIN_VALUE : Math.floorDiv(Nanos.ofInstant(from), 1_000_000L);
        this.toMillis = to == null ? Long.MAX_VALUE : Math.floorDiv(Nanos.ofInstant(to) + 999_999, 1_000_000L);
        this.toTheEnd = toTheEnd || to == null;
    }

    /** The event topics, by their full names. */
    public static List<String> topics(CountingConfig config) {
        return CombineTopology.EVENT_TOPICS.stream().map(topic -> topic.name(config.topicPrefix())).toList();
    }

    /**
     * How far before the range counting has to begin, so that it knows what live knew: the event ids of the
     * deduplication window, the cache reports of a day, and jobs and batches from their first event on. Each of their
     * steps, created, started and completed, may come as long after the one before as any of them may go without an event.
     */
    public static Duration warmUp(CountingConfig config) {
        return Stream.of(longestLimit(config).multipliedBy(2), config.dedupWindow(), CACHE_REPORTS_KEPT)
                .max(Comparator.naturalOrder()).orElseThrow();
    }

    /** The longest that any job or batch may go without an event. */
    static Duration longestLimit(CountingConfig config) {
        Duration longest = config.jobLimits().usual();
        for (Duration limit : config.jobLimits().byType().values()) {
            longest = limit.compareTo(longest) > 0 ? limit : longest;
        }
        return longest;
    }

    /** Tells {@code told} of each observation, of every input partition; null tells nobody. */
    public void listen(@Nullable Observed told) {
        listener = told;
        partitions.values().forEach(each -> each.counter.listen(told));
    }

    /** Counts a record; of each topic and partition in the order of offsets. */
    public Outcome count(ConsumerRecord<byte[], byte[]> input) {
        Partition partition = of(input.partition());
        Outcome outcome = partition.counter.take(input, input.timestamp());
        partition.drainNowAndThen();
        return outcome;
    }

    /** Whether the next records of an input partition can still change a window of the range. */
    public boolean mayMatter(int inputPartition) {
        return toTheEnd || of(inputPartition).counter.streamTimeMillis() < toMillis + config.windowGrace().toMillis();
    }

    /** The newest record timestamp of an input partition so far, in milliseconds since 1970. */
    public long streamTimeMillis(int inputPartition) {
        return of(inputPartition).counter.streamTimeMillis();
    }

    /**
     * Windows that end up to then are final, as {@code /api/v1/windows} has it: the grace has passed by what every input
     * partition holds, and by the clock where nothing has come for a minute.
     */
    public Instant finalUpTo(Instant now) {
        long earliest = partitions.values().stream().mapToLong(each -> each.counter.streamTimeMillis())
                .map(stream -> now.toEpochMilli() - stream > IDLE.toMillis() ? now.toEpochMilli() : stream).min()
                .orElse(now.toEpochMilli());
        return Instant.ofEpochMilli(earliest).minus(config.windowGrace());
    }

    /** Whether an event of that time, just counted from that partition, came too late for its window. */
    public boolean isLate(int inputPartition, long atNanos) {
        long start = Math.floorDiv(Math.floorDiv(atNanos, 1_000_000L), MINUTE_MILLIS) * MINUTE_MILLIS;
        return start + MINUTE_MILLIS + config.windowGrace().toMillis() <= streamTimeMillis(inputPartition);
    }

    /** Every window of the range as it stands now. */
    public Windows windows() {
        var windows = new Windows(config.layout());
        partitions.values().forEach(partition -> {
            partition.drain();
            partition.windows.forEach((start, cells) -> cells
                    .forEach((key, cell) -> windows.add(key.cell(), start, cell)));
        });
        return windows;
    }

    /** The windows of one input partition that begin from one time until before another, as they stand now. */
    Windows windows(int inputPartition, long startFromMillis, long startToMillis) {
        var windows = new Windows(config.layout());
        Partition partition = of(inputPartition);
        partition.drain();
        partition.windows.subMap(startFromMillis, true, startToMillis, false)
                .forEach((start, cells) -> cells.forEach((key, cell) -> windows.add(key.cell(), start, cell)));
        return windows;
    }

    /** Forgets the windows of an input partition that begin before a time. */
    void forgetBefore(int inputPartition, long startMillis) {
        of(inputPartition).windows.headMap(startMillis).clear();
    }

    /** The cumulative value of every series, what has no window included; only of a count to the end. */
    public Map<Series, Totals> cumulative() {
        Map<Series, Totals> totals = new HashMap<>();
        partitions.values().forEach(partition -> {
            partition.drain();
            partition.cumulative.forEach((key, cell) -> totals
                    .computeIfAbsent(key.series(), series -> new Totals(series.metric(), config.layout()))
                    .add(Map.of(key.part(), cell)));
        });
        return totals;
    }

    private Partition of(int inputPartition) {
        Partition partition = partitions.get(inputPartition);
        return partition == null ? partitions.computeIfAbsent(inputPartition, Partition::new) : partition;
    }

    private final class Partition implements CellSink {
        final int number;
        final PartitionCounter counter = new PartitionCounter(config);
        final NavigableMap<Long, Map<WindowKey, Cell>> windows = new TreeMap<>();
        final Map<CellKey, Cell> cumulative = new HashMap<>();
        private int undrained;
        private long drainedMinute;

        Partition(int number) {
            this.number = number;
            counter.listen(listener);
        }

        void drainNowAndThen() {
            long minute = counter.streamTimeMillis() / MINUTE_MILLIS;
            if (++undrained >= MOST_UNDRAINED || minute != drainedMinute) {
                drainedMinute = minute;
                drain();
            }
        }

        void drain() {
            undrained = 0;
            counter.drain(this);
        }

        @Override
        public void cell(CellKey key, @Nullable Cell total) {
            if (total == null) {
                cumulative.remove(key);
            } else if (toTheEnd) {
                cumulative.put(key, total);
            }
        }

        @Override
        public void window(CellKey key, long generation, long startMillis, Cell value) {
            if (startMillis >= fromMillis && startMillis < toMillis) {
                windows.computeIfAbsent(startMillis, start -> new HashMap<>())
                        .put(new WindowKey(key, number, generation, startMillis), value);
            }
        }
    }
}
