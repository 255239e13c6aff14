package io.throughline.publish;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the Kafka client was given and has not settled, in the order it was given. Thread-safe. */
final class InFlight {

    /** True while the client has it, false when it has come back unsent. */
    private final Map<Outgoing, Boolean> records = new LinkedHashMap<>();
    private int unsent;
    private long bytes;

    synchronized void add(Outgoing record) {
        records.put(record, true);
        bytes += record.weight();
    }

    /** Settled, whatever came of it; false when it had been before. */
    synchronized boolean remove(Outgoing record) {
        Boolean underWay = records.remove(record);
        if (underWay == null) {
            return false;
        }
        bytes -= record.weight();
        if (!underWay) {
            unsent--;
        }
        return true;
    }

    /** It is to be sent again. */
    synchronized void cameBack(Outgoing record) {
        if (Boolean.TRUE.equals(records.replace(record, false))) {
            unsent++;
        }
    }

    synchronized boolean anyCameBack() {
        return unsent > 0;
    }

    /** Takes out all that came back, in order, once nothing else is under way; until then none. */
    synchronized List<Outgoing> takeAllThatCameBack() {
        return unsent == records.size() ? takeAll() : List.of();
    }

    /** Takes out everything, in order. */
    synchronized List<Outgoing> takeAll() {
        List<Outgoing> all = new ArrayList<>(records.keySet());
        records.clear();
        unsent = 0;
        bytes = 0;
        return all;
    }

    synchronized int size() {
        return records.size();
    }

    synchronized long bytes() {
        return bytes;
    }
}
