package io.throughline.expose;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** How far the windows have come: up to when they are complete, and up to when they cannot change. Thread-safe. */
final class Progress {

    private final WindowStore store;
    private final LagWatch lag;
    private final List<String> topics;
    private final Duration grace;
    private final AtomicReference<Instant> completeUpTo = new AtomicReference<>(Instant.EPOCH);
    private final AtomicReference<Instant> finalUpTo = new AtomicReference<>(Instant.EPOCH);

    /**
     * Of the windows that events of these topics go into.
     *
     * @param grace how long after its end a window takes late events, in the time of each input partition
     */
    Progress(WindowStore store, LagWatch lag, List<String> topics, Duration grace) {
        this.store = store;
        this.lag = lag;
        this.topics = topics;
        this.grace = grace;
    }

    /**
     * Everything that was stored up to then has been counted, which stays true: a partition with a record on its way does
     * not take it back. Empty while the brokers do not say.
     */
    Optional<Instant> completeUpTo() {
        List<OptionalLong> each = topics.stream()
                .map(topic -> lag.completeUpToNanos(topic, partition -> store.newestFrom(topic, partition))).toList();
        return earliest(each.stream()).map(now -> completeUpTo
                .accumulateAndGet(now, (before, next) -> next.isAfter(before) ? next : before));
    }

    /**
     * No window that ends up to then changes any more, which stays true: at every input partition the grace has passed,
     * by its newest event, or by the clock where it is idle.
     */
    Optional<Instant> finalUpTo() {
        Set<Integer> partitions = lag.inputPartitions();
        return partitions.isEmpty()
                ? Optional.empty()
                : earliest(partitions.stream().map(this::reached)).map(time -> finalUpTo.accumulateAndGet(
                        time.minus(grace), (before, next) -> next.isAfter(before) ? next : before));
    }

    private OptionalLong reached(int inputPartition) {
        return LongStream.concat(store.newestFrom(inputPartition).stream(),
                lag.idleUpToNanos(inputPartition).stream()).max();
    }

    /** The newest event time counted. */
    Optional<Instant> newestEvent() {
        return earliest(Stream.of(store.newest()));
    }

    private static Optional<Instant> earliest(Stream<OptionalLong> nanos) {
        List<OptionalLong> times = nanos.toList();
        return times.stream().allMatch(OptionalLong::isPresent)
                ? times.stream().mapToLong(OptionalLong::getAsLong).min().stream()
                        .mapToObj(each -> Instant.ofEpochSecond(0, each)).findFirst()
                : Optional.empty();
    }
}
