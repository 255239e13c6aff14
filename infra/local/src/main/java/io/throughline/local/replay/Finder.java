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
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Finds the records of a selection: those of a trace, user, job or batch by their coordinates from the log shipper's
 * store, everything else, and what the store does not have, by a scan. Says on stderr which way it took and how much it
 * read.
 */
final class Finder {

    private static final Comparator<InputRecord> BY_EVENT_TIME = Comparator.comparingLong(InputRecord::eventTimeNanos)
            .thenComparing(found -> found.kafka().topic()).thenComparingInt(found -> found.kafka().partition())
            .thenComparingLong(found -> found.kafka().offset());

    private final Desk desk;
    private final Selection selection;
    private final StoreOptions storing;

    Finder(Desk desk, Selection selection, StoreOptions storing) {
        this.desk = desk;
        this.selection = selection;
        this.storing = storing;
    }

    /**
     * Hands over what is found: by event time what the store knew and what is of one trace, else in the order of
     * partitions.
     *
     * @param capsule read instead of topics and store; null when there is none
     * @param taker false when it wants no more
     */
    void find(@Nullable Capsule capsule, Predicate<InputRecord> taker) throws ShipperClient.Refused {
        find(capsule, taker, TopicScan::run);
    }

    /** The same, all of it by time. */
    void findByTime(@Nullable Capsule capsule, Predicate<InputRecord> taker) throws ShipperClient.Refused {
        find(capsule, taker, TopicScan::runByTime);
    }

    private void find(@Nullable Capsule capsule, Predicate<InputRecord> taker, Desk.Way way)
            throws ShipperClient.Refused {
        if (capsule != null) {
            inCapsule(capsule, taker);
            return;
        }
        try (ShipperClient shipper = storing.client(desk.settings())) {
            inTopics(shipper, taker, way);
        }
    }

    /** A capsule has its records by time. */
    private void inCapsule(Capsule capsule, Predicate<InputRecord> taker) {
        for (ConsumerRecord<byte[], byte[]> each : capsule.records()) {
            var input = new InputRecord(each);
            if (selection.matches(input) && !taker.test(input)) {
                return;
            }
        }
    }

    private void inTopics(@Nullable ShipperClient shipper, Predicate<InputRecord> taker, Desk.Way way) {
        List<InputRecord> found = new ArrayList<>();
        if (!fetched(shipper, found)) {
            if (!selection.ids().containsKey(TraceHeaders.TRACE_ID)) {
                scan(taker, way);
                return;
            }
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
    private boolean fetched(@Nullable ShipperClient shipper, List<InputRecord> found) {
        if (shipper == null || selection.ids().isEmpty()
                || !SelectionOptions.isStored(selection.topics(), desk.settings().topicPrefix())) {
            return false;
        }
        try (var opening = new Opening(() -> TopicScan.openForSingleRecords(desk.settings().kafka()).connected())) {
            var stored = StoredRecords.of(selection.ids(), selection.range().from(), shipper);
            return fetched(stored, opening.scan(), found);
        } catch (ShipperClient.Refused e) {
            desk.say(e.getMessage() + ": scanning");
            return false;
        }
    }

    /** False when what stands there is something else. */
    private boolean fetched(StoredRecords stored, TopicScan topics, List<InputRecord> found) {
        List<Coordinates> wanted = stored.coordinates().stream()
                .filter(each -> selection.topics().contains(each.topic())).toList();
        List<Coordinates> strangers = new ArrayList<>();
        var fetched = topics.fetch(wanted, kafka -> {
            var input = new InputRecord(kafka);
            if (!selection.hasIds(input)) {
                strangers.add(Coordinates.of(kafka));
            } else if (selection.matches(input)) {
                found.add(input);
            }
        });
        if (!strangers.isEmpty()) {
            found.clear();
            desk.say("the store is of other topics than these (" + strangers.getFirst()
                    + " is another record): scanning");
            return false;
        }
        desk.say("the store knew " + wanted.size() + " coordinates"
                + stored.upTo().map(time -> " of what was published before " + time).orElse("") + "; read "
                + fetched.scanned().inWords());
        if (!fetched.missing().isEmpty()) {
            desk.say("no longer in Kafka: " + fetched.missing());
        }
        return true;
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
