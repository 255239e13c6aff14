package io.throughline.publish;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Records of topics that the brokers do not have: they wait here, in order, and hold up those of no other topic. Each
 * such topic is tried again with its oldest record. Used by the publisher's thread.
 */
final class Held {

    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    private final Map<String, Topic> topics = new LinkedHashMap<>();
    private final int mostRecords;
    private final long mostBytes;
    private int size;
    private long bytes;

    /** At most so many records of so many bytes, those of all topics together. */
    Held(int mostRecords, long mostBytes) {
        this.mostRecords = mostRecords;
        this.mostBytes = mostBytes;
    }

    private static final class Topic {
        final Deque<Outgoing> records = new ArrayDeque<>();
        long notBefore = System.nanoTime();
    }

    /** Whether records of that topic have to wait behind others. */
    boolean contains(String topic) {
        return !topics.isEmpty() && topics.containsKey(topic);
    }

    /** Keeps a record behind the others of its topic; false when there is no room. */
    boolean add(String topic, Outgoing record) {
        if (size >= mostRecords || bytes + record.weight() > mostBytes) {
            return false;
        }
        topic(topic).records.addLast(record);
        count(record, 1);
        return true;
    }

    /** The brokers do not have the topic, for now: these, in this order, are its oldest. */
    void putBack(String topic, List<Outgoing> records) {
        Topic held = topic(topic);
        for (int i = records.size() - 1; i >= 0; i--) {
            held.records.addFirst(records.get(i));
            count(records.get(i), 1);
        }
        held.notBefore = System.nanoTime() + PAUSE_NANOS;
    }

    /** The oldest record of a topic that is to be tried; null when none is. */
    @Nullable
    Outgoing poll() {
        if (topics.isEmpty()) {
            return null;
        }
        long now = System.nanoTime();
        for (Iterator<Topic> each = topics.values().iterator(); each.hasNext();) {
            Topic topic = each.next();
            if (now - topic.notBefore >= 0) {
                Outgoing record = topic.records.poll();
                if (record != null) {
                    count(record, -1);
                    return record;
                }
                each.remove();
            }
        }
        return null;
    }

    boolean isEmpty() {
        return size == 0;
    }

    /** Takes out everything. */
    List<Outgoing> takeAll() {
        List<Outgoing> all = new ArrayList<>(size);
        topics.values().forEach(topic -> all.addAll(topic.records));
        topics.clear();
        size = 0;
        bytes = 0;
        return all;
    }

    private Topic topic(String name) {
        return topics.computeIfAbsent(name, unused -> new Topic());
    }

    private void count(Outgoing record, int sign) {
        size += sign;
        bytes += (long) sign * record.weight();
    }
}
