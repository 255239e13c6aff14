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

/**
 * Hands what the intake has committed to those who follow it. The intake never waits here: matching is done by a thread
 * of the tail, and when that cannot keep up, readers are told how many records they may have missed.
 *
 * <p>{@link #taken}, {@link #committed} and {@link #forgotten} are for the intake's thread; all else is thread-safe.
 */
final class Tail implements AutoCloseable {

    static final int MOST_READERS = 64;

    /** What may wait for the tail's thread. */
    private static final int MOST_QUEUED = 100_000;
    /** What readers that come back can be given again. */
    private static final int KEPT_RECORDS = 10_000;
    private static final int KEPT_SIZE = 8 << 20;

    private final String run;
    private final List<TailReader> readers = new CopyOnWriteArrayList<>();
    private final BlockingQueue<List<Entry>> batches = new LinkedBlockingQueue<>();
    private final AtomicLong queued = new AtomicLong();
    private final AtomicLong lost = new AtomicLong();
    private final Deque<TailRecord> kept = new ArrayDeque<>();
    private final Thread thread = new Thread(this::run, "throughline-tail");
    private List<Entry> pending = new ArrayList<>();
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

    /** A record was taken and is not durable yet. */
    void taken(Entry entry) {
        pending.add(entry);
    }

    /** All that was taken is durable and can be found. */
    void committed() {
        if (!pending.isEmpty()) {
            if (queued.get() + pending.size() > MOST_QUEUED && queued.get() > 0) {
                lost.addAndGet(pending.size());
            } else {
                queued.addAndGet(pending.size());
                batches.add(pending);
            }
            pending = new ArrayList<>();
        }
    }

    /** What was taken and not committed is gone; it will be taken again. */
    void forgotten() {
        pending = new ArrayList<>();
    }

    /** The id under which a reader can come back after a record. */
    String id(TailRecord record) {
        return run + '-' + record.number();
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
        var reader = new TailReader(query);
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
        kept.stream().filter(record -> seen >= 0 && record.number() > seen).forEach(reader::offer);
    }

    private void run() {
        try {
            while (true) {
                List<Entry> batch = batches.take();
                queued.addAndGet(-batch.size());
                hand(batch);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void hand(List<Entry> entries) {
        for (Entry entry : entries) {
            var record = new TailRecord(++number, entry);
            keep(record);
            readers.forEach(reader -> reader.offer(record));
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
