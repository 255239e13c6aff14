package io.throughline.publish;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The {@link Spill} of a publisher, where it has one: opened when that can be done, and left alone for a second when
 * the disk refuses. Used by the publisher's thread.
 */
final class Overflow {

    private static final Logger LOG = LoggerFactory.getLogger(Overflow.class);
    private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long FORCE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final @Nullable Path directory;
    private final long limit;
    private final Ledger ledger;
    private volatile @Nullable Spill spill;
    private long notBefore = System.nanoTime();
    private long forcedAt = System.nanoTime();
    private String told = "";

    /** Without a directory there is none. */
    Overflow(@Nullable Path directory, long limit, Ledger ledger) {
        this.directory = directory;
        this.limit = limit;
        this.ledger = ledger;
    }

    /** Opens it where that is still to be done. */
    void open() {
        if (directory == null || spill != null || System.nanoTime() - notBefore < 0) {
            return;
        }
        try {
            Spill opened = Spill.open(directory, limit);
            ledger.recovered(opened.unsettledAtOpening());
            if (opened.unsettledAtOpening() > 0) {
                LOG.info("{} records that an earlier process left in {} are sent now", opened.unsettledAtOpening(),
                        directory);
            }
            spill = opened;
        } catch (IOException | RuntimeException e) {
            refuse(e);
        }
    }

    /** Whether records are there that have to be sent before any other. */
    boolean hasUnread() {
        Spill open = spill;
        return open != null && open.hasUnread();
    }

    /** Whether a record of that rank may be tried. */
    boolean takes(Rank rank) {
        Spill open = spill;
        return open != null && System.nanoTime() - notBefore >= 0 && open.hasRoom(rank);
    }

    /** False when it is full, or the disk has refused it. */
    boolean append(ProducerRecord<byte[], byte[]> record) {
        Spill open = spill;
        if (open == null) {
            return false;
        }
        try {
            return open.append(record);
        } catch (IOException | RuntimeException | Error e) {
            refuse(e);
            return false;
        }
    }

    /** The next record from disk. What turns out to be damaged is counted. */
    @Nullable
    Unspilled read() {
        Spill open = spill;
        if (open == null) {
            return null;
        }
        Unspilled record = open.read();
        long damaged = open.takeDamaged();
        if (damaged > 0) {
            ledger.droppedFromDisk(DropReason.SPILL_DAMAGED, damaged);
            LOG.warn("{} records in {} cannot be read any more", damaged, directory);
        }
        return record;
    }

    /** It need not be read again. */
    void settle(Unspilled record) {
        Spill open = spill;
        if (open != null) {
            open.settle(record.number);
        }
    }

    /** What has to be done from time to time. */
    void tidy() {
        Spill open = spill;
        if (open == null) {
            return;
        }
        try {
            open.tidy();
            if (System.nanoTime() - forcedAt > FORCE_NANOS) {
                forcedAt = System.nanoTime();
                open.force();
            }
        } catch (IOException e) {
            refuse(e);
        }
    }

    void close() {
        Spill open = spill;
        if (open != null) {
            try {
                open.close();
            } catch (IOException e) {
                refuse(e);
            }
        }
    }

    private void refuse(Throwable e) {
        notBefore = System.nanoTime() + PAUSE_NANOS;
        if (!told.equals(e.toString())) {
            told = e.toString();
            LOG.warn("nothing can be spilled to {} for now: {}", directory, told);
        }
    }
}
