package io.throughline.logs;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands what the intake has committed to those who follow it. The intake never waits here: matching is done by a thread
 * of the tail, and when that cannot keep up, readers are told how many records they may have missed.
 *
 * <p>{@link #taken}, {@link #committed} and {@link #forgotten} are for the intake's thread; all else is thread-safe.
 */
final class Tail implements AutoCloseable {

    static final int MOST_READERS = 64;

    private static final Logger LOG = LoggerFactory.getLogger(Tail.class);

    /** What may wait for the tail's thread. */
    private static final int MOST_QUEUED = 100_000;
    private static final long MOST_QUEUED_SIZE = 64L << 20;
    /** What readers that come back can be given again. */
    private static final int KEPT_RECORDS = 10_000;
    private static final int KEPT_SIZE = 8 << 20;

    private final String run;
    private final List<TailReader> readers = new CopyOnWriteArrayList<>();
    private final BlockingQueue<Batch> batches = new LinkedBlockingQueue<>();
    private final AtomicLong queued = new AtomicLong();
    private final AtomicLong queuedSize = new AtomicLong();
    private final AtomicLong dropped = new AtomicLong();
    private final AtomicLong overrun = new AtomicLong();
    private final AtomicLong lost = new AtomicLong();
    private final Deque<TailRecord> kept = new ArrayDeque<>();
    private final Thread thread = new Thread(this::run, "throughline-tail");
    private Batch pending = new Batch();
    private int keptSize;
    private long number;

    /** A tail whose ids begin with {@code run}, which tells this run of the shipper from others. */
    Tail(String run) {
        this.run = run;
        thread.setDaemon(true);
    }

    Tail start() {
        thread.start();
        return this;
    }

    /** What was taken between two commits, as far as there is room; {@code more} counts the rest. */
    private static final class Batch {
        private final List<Entry> entries = new ArrayList<>();
        private long size;
        private long more;
    }

    /** A record was taken and is not durable yet. */
    void taken(Entry entry) {
        if (pending.more == 0 && pending.size < MOST_QUEUED_SIZE) {
            pending.entries.add(entry);
            pending.size += TailRecord.size(entry);
        } else {
            pending.more++;
        }
    }

    /** All that was taken is durable and can be found. */
    void committed() {
        if (!pending.entries.isEmpty()) {
            boolean busy = queued.get() > 0 && (queued.get() + pending.entries.size() > MOST_QUEUED
                    || queuedSize.get() + pending.size > MOST_QUEUED_SIZE);
            if (busy) {
                lose(pending.entries.size() + pending.more);
            } else {
                lose(pending.more);
                queued.addAndGet(pending.entries.size());
                queuedSize.addAndGet(pending.size);
                batches.add(pending);
            }
            pending = new Batch();
        }
    }

    /** What was taken and not committed is gone; it will be taken again. */
    void forgotten() {
        pending = new Batch();
    }

    /** The id under which a reader can come back after a record. */
    String id(TailRecord record) {
        return id(record.number());
    }

    private String id(long last) {
        return run + '-' + last;
    }

    /**
     * A new reader, first of what came after the record that it saw last; empty when there are too many already.
     *
     * @param lastId what {@link #id} said, also of an earlier run; null for a reader that was not here before
     */
    synchronized Optional<TailReader> read(TailQuery query, @Nullable String lastId) {
        if (readers.size() >= MOST_READERS) {
            return Optional.empty();
        }
        var reader = new TailReader(query, id(number));
        if (lastId != null) {
            resume(reader, lastId);
        }
        readers.add(reader);
        return Optional.of(reader);
    }

    void leave(TailReader reader) {
        readers.remove(reader);
    }

    int readers() {
        return readers.size();
    }

    /** How many records found no room with readers that asked for them, each reader by itself. */
    long dropped() {
        return dropped.get();
    }

    /** How many records were handed to nobody, since the tail itself could not keep up. */
    long overrun() {
        return overrun.get();
    }

    @Override
    public void close() {
        thread.interrupt();
    }

    private void resume(TailReader reader, String lastId) {
        long seen = lastId.startsWith(run + '-') ? number(lastId.substring(run.length() + 1)) : -1;
        long oldest = kept.isEmpty() ? number + 1 : kept.getFirst().number();
        if (seen < 0 || seen + 1 < oldest) {
            reader.miss();
        }
        kept.stream().filter(record -> seen >= 0 && record.number() > seen).forEach(reader::offerAgain);
    }

    private void run() {
        try {
            while (true) {
                Batch batch = batches.take();
                try {
                    hand(batch.entries);
                } catch (RuntimeException e) {
                    LOG.error("records were stored and could not be shown to those who follow", e);
                    lose(batch.entries.size());
                }
                queued.addAndGet(-batch.entries.size());
                queuedSize.addAndGet(-batch.size);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void lose(long records) {
        lost.addAndGet(records);
        overrun.addAndGet(records);
    }

    private synchronized void hand(List<Entry> entries) {
        for (Entry entry : entries) {
            var record = new TailRecord(++number, entry);
            keep(record);
            readers.forEach(reader -> dropped.addAndGet(reader.offer(record) ? 0 : 1));
        }
        long missed = lost.getAndSet(0);
        if (missed > 0) {
            number += missed;
            kept.clear();
            keptSize = 0;
            readers.forEach(TailReader::miss);
        }
    }

    private void keep(TailRecord record) {
        kept.add(record);
        keptSize += record.size();
        while (kept.size() > KEPT_RECORDS || keptSize > KEPT_SIZE) {
            keptSize -= kept.removeFirst().size();
        }
    }

    private static long number(String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            return -1;
        }
    }
}
