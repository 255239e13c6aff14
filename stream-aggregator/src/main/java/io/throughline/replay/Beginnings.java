package io.throughline.replay;

import io.throughline.aggregate.WindowKey;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * From when on one that began to read late can judge the life cycles of an input partition.
 *
 * <p>What it sees of a job or batch within the longest limit after it began may go on from a step that it has not seen. As
 * long as further steps come, each within the limit after the one before, live knows more of it. Only when the limit has passed
 * after the last of them has live given up all that was before. Not thread-safe.
 */
final class Beginnings {

    /** Live looks once a minute for what to give up. */
    private static final long SLACK_MILLIS = WindowKey.LENGTH.toMillis();

    private final long limitMillis;
    private final long knownFromMillis;
    private final Map<String, Long> touched = new HashMap<>();
    private long judgedFromMillis = Long.MIN_VALUE;
    private boolean allKnown;

    /**
     * For a reader that saw nothing before a time.
     *
     * @param limit the longest that a job or batch may go without an event
     */
    Beginnings(long sinceMillis, Duration limit) {
        this.limitMillis = limit.toMillis() + SLACK_MILLIS;
        this.knownFromMillis = sinceMillis + limitMillis;
    }

    /** Takes note of the next record; whether it is of a job or batch is its own business. */
    void saw(ConsumerRecord<byte[], byte[]> input, long streamTimeMillis) {
        if (allKnown) {
            return;
        }
        if (streamTimeMillis > Math.max(knownFromMillis, judgedFromMillis)) {
            allKnown = true;
            touched.clear();
            return;
        }
        var json = new InputRecord(input).json();
        // Events of jobs may name their batch as well, some of them and others not.
        String kind = json.path("event_type").asText("").startsWith("batch.") ? "batch_id" : "job_id";
        String id = json.path(kind).asText("");
        if (!id.isEmpty()) {
            touch(kind + '=' + id, streamTimeMillis);
        }
    }

    private void touch(String id, long streamTimeMillis) {
        Long before = touched.get(id);
        boolean goesOn = before != null && streamTimeMillis - before <= limitMillis;
        if (goesOn || streamTimeMillis <= knownFromMillis) {
            touched.put(id, streamTimeMillis);
            judgedFromMillis = Math.max(judgedFromMillis, streamTimeMillis + limitMillis);
        } else {
            touched.remove(id);
        }
    }

    /** Start of the first window that can be judged, by what was seen so far; in milliseconds since 1970. */
    long judgedFromMillis() {
        return judgedFromMillis;
    }
}
