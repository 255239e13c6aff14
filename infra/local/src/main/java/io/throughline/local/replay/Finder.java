package io.throughline.local.replay;

import io.throughline.local.ShipperClient;
import io.throughline.replay.Capsule;
import io.throughline.replay.Coordinates;
import io.throughline.replay.InputRecord;
import io.throughline.replay.Selection;
import io.throughline.replay.Stretch;
import io.throughline.replay.TopicScan;
import io.throughline.trace.TraceHeaders;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Finds the records of a selection: those of a trace by their coordinates from the log shipper's store, everything else,
 * and a trace that the store does not have, by a scan. Says on stderr which way it took and how much it read.
 */
final class Finder {

    private static final Comparator<InputRecord> BY_EVENT_TIME = Comparator.comparingLong(InputRecord::eventTimeNanos)
            .thenComparing(found -> found.kafka().topic()).thenComparingInt(found -> found.kafka().partition())
            .thenComparingLong(found -> found.kafka().offset());

    private final Desk desk;
    private final Selection selection;

    Finder(Desk desk, Selection selection) {
        this.desk = desk;
        this.selection = selection;
    }

    /**
     * Hands over what is found; records of a trace by event time, others in the order of their partitions.
     *
     * @param shipper null to ask no store
     * @param taker false when it wants no more
     */
    void find(@Nullable ShipperClient shipper, Predicate<InputRecord> taker) {
        find(shipper, taker, TopicScan::run);
    }

    /** The same, all of it by time. */
    void findByTime(@Nullable ShipperClient shipper, Predicate<InputRecord> taker) {
        find(shipper, taker, TopicScan::runByTime);
    }

    /** The same from a capsule, which has them by time. */
    void find(Capsule capsule, Predicate<InputRecord> taker) {
        for (ConsumerRecord<byte[], byte[]> each : capsule.records()) {
            var input = new InputRecord(each);
            if (selection.matches(input) && !taker.test(input)) {
                return;
            }
        }
    }

    private void find(@Nullable ShipperClient shipper, Predicate<InputRecord> taker, Desk.Way way) {
        String trace = selection.ids().get(TraceHeaders.TRACE_ID);
        if (trace == null) {
            if (shipper != null && !selection.ids().isEmpty()) {
                desk.say("the store knows coordinates by trace only: scanning");
            }
            scan(taker, way);
            return;
        }
        List<InputRecord> found = new ArrayList<>();
        if (shipper == null || !fetched(trace, shipper, found)) {
            scan(found::add, TopicScan::run);
        }
        found.sort(BY_EVENT_TIME);
        for (InputRecord each : found) {
            if (!taker.test(each)) {
                return;
            }
        }
    }

    /** False when a scan has to do it. */
    private boolean fetched(String trace, ShipperClient shipper, List<InputRecord> found) {
        Optional<StoredTrace> stored = stored(trace, shipper);
        if (stored.isEmpty()) {
            return false;
        }
        List<Coordinates> wanted = stored.get().coordinates().stream()
                .filter(each -> selection.topics().contains(each.topic())).toList();
        try (var topics = TopicScan.openForSingleRecords(desk.settings().kafka())) {
            List<InputRecord> strangers = new ArrayList<>();
            var fetched = topics.fetch(wanted, kafka -> {
                var input = new InputRecord(kafka);
                if (!trace.equals(input.field(TraceHeaders.TRACE_ID))) {
                    strangers.add(input);
                } else if (selection.matches(input)) {
                    found.add(input);
                }
            });
            if (!strangers.isEmpty()) {
                found.clear();
                desk.say("the store is of other topics than these (" + Coordinates.of(strangers.getFirst().kafka())
                        + " is of another trace): scanning");
                return false;
            }
            desk.say("the store knew " + wanted.size() + " coordinates; read " + fetched.scanned().inWords());
            if (!fetched.missing().isEmpty()) {
                desk.say("no longer in Kafka: " + fetched.missing());
            }
            return true;
        }
    }

    private Optional<StoredTrace> stored(String trace, ShipperClient shipper) {
        try {
            StoredTrace stored = StoredTrace.of(trace, shipper);
            if (stored.whole()) {
                return Optional.of(stored);
            }
            desk.say("the trace is longer than the store answers at once: scanning");
        } catch (ShipperClient.Refused e) {
            desk.say(e.getMessage() + ": scanning");
        }
        return Optional.empty();
    }

    private void scan(Predicate<InputRecord> taker, Desk.Way way) {
        try (var topics = TopicScan.open(desk.settings().kafka())) {
            List<Stretch> stretches = topics.stretches(selection.topics(), selection.range().from());
            boolean[] enough = new boolean[1];
            var scanned = desk.scan(topics, way, "scan", stretches, kafka -> {
                if (!enough[0]) {
                    var input = new InputRecord(kafka);
                    enough[0] = selection.matches(input) && !taker.test(input);
                }
                return !enough[0];
            });
            desk.say("scanned " + scanned.inWords() + (enough[0] ? ", then had enough" : ""));
        }
    }
}
