package io.throughline.publish;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.zip.CRC32C;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * A queue of Kafka records in the files of one directory, first in, first out, bounded in bytes.
 *
 * <p>What {@link #append} has returned from survives {@code kill -9} of this process; what {@link #force} has returned
 * from survives a power cut. Records are numbered without a gap, so that any that cannot be read are counted. A record
 * stays until it is {@link #settle settled}; after a crash, those not settled are read again. One process at a time has
 * the directory. Used by one thread.
 */
final class Spill implements Closeable {

    private static final long SMALLEST_SEGMENT = 64 * 1024;
    private static final long LARGEST_SEGMENT = 16 * 1024 * 1024;
    private static final int SEGMENTS = 16;
    private static final int POSITION_BYTES = 20;

    private final Path directory;
    private final long limit;
    private final FileChannel lock;
    private final FileChannel position;
    private final Deque<Segment> segments = new ArrayDeque<>();
    private final Set<Long> unsettled = new LinkedHashSet<>();

    /** All below were settled when that was written down last. */
    private long settledTo;
    /** The number of the next one to be read. */
    private long read;
    /** The number of the next one to be written. */
    private long next;
    private long writtenNext = -1;
    private long size;
    private long damaged;
    private boolean dirty;
    /** The size at which the last record did not fit any more. */
    private long fullAt = Long.MAX_VALUE;
    private @Nullable Segment reading;

    private Spill(Path directory, long limit, FileChannel lock, FileChannel position) {
        this.directory = directory;
        this.limit = limit;
        this.lock = lock;
        this.position = position;
    }

    /**
     * Opens a directory and repairs what a crash has left.
     *
     * @param limit bytes that the files may take
     * @throws IOException that names the directory, when it cannot be used or another process has it
     */
    static Spill open(Path directory, long limit) throws IOException {
        Files.createDirectories(directory);
        FileChannel lock = lock(directory);
        try {
            FileChannel position = FileChannel.open(directory.resolve("position"), StandardOpenOption.CREATE,
                    StandardOpenOption.READ, StandardOpenOption.WRITE);
            var spill = new Spill(directory, limit, lock, position);
            spill.recover();
            return spill;
        } catch (IOException | RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    /** How many were there and are not settled, whether they can be read or not. */
    long unsettledAtOpening() {
        return next - settledTo;
    }

    /** Whether a record of that rank may be written: the last part of the limit is kept for more important ones. */
    boolean hasRoom(Rank rank) {
        return size < fullAt && size < limit * rank.shareOfDisk();
    }

    boolean hasUnread() {
        return read < next;
    }

    /** False when it would exceed the limit. */
    boolean append(ProducerRecord<byte[], byte[]> record) throws IOException {
        ByteBuffer frame = SpillFrame.write(next, record);
        int length = frame.remaining();
        if (size + length > limit) {
            fullAt = size;
            return false;
        }
        tail().append(frame);
        size += length;
        next++;
        dirty = true;
        return true;
    }

    /** The oldest one not read yet; null when there is none. What is missing before it is counted as damaged. */
    @Nullable
    Unspilled read() {
        while (hasUnread()) {
            Segment from = reading == null ? readable() : reading;
            reading = from;
            Segment.Frame frame = from == null ? null : next(from);
            if (frame == null) {
                skipTo(from == null ? next : end(from));
                reading = null;
            } else if (frame.isWhole() && frame.number() >= read) {
                skipTo(frame.number());
                Unspilled record = unspilled(frame);
                read++;
                if (record != null) {
                    return record;
                }
                damaged++;
            }
        }
        return null;
    }

    /** How many could not be read since this was asked last. */
    long takeDamaged() {
        long count = damaged;
        damaged = 0;
        return count;
    }

    /** A record that was read need not be read again. */
    void settle(long number) {
        unsettled.remove(number);
    }

    /** Writes down how far all is settled, and deletes the files that nobody needs any more. */
    void tidy() throws IOException {
        long now = firstUnsettled();
        if (now != settledTo || next != writtenNext) {
            writePosition(now);
        }
        for (Segment oldest = segments.peek(); oldest != null && end(oldest) <= now; oldest = segments.peek()) {
            segments.remove();
            size -= oldest.size();
            fullAt = Long.MAX_VALUE;
            if (reading == oldest) {
                reading = null;
            }
            oldest.delete();
        }
    }

    /** To the disk itself, where something was written since the last time. */
    void force() throws IOException {
        Segment tail = segments.peekLast();
        if (dirty && tail != null) {
            tail.force();
            position.force(false);
        }
        dirty = false;
    }

    /** Bytes that the files take. */
    long size() {
        return size;
    }

    /** Keeps what is not settled for the next time. */
    @Override
    public void close() throws IOException {
        try {
            tidy();
            force();
        } finally {
            for (Segment segment : segments) {
                segment.close();
            }
            position.close();
            lock.close();
        }
    }

    private void recover() throws IOException {
        segments.addAll(Segment.in(directory));
        readPosition();
        Segment last = segments.peekLast();
        if (last != null) {
            next = Math.max(next, last.repair());
            settledTo = Math.max(settledTo, segments.getFirst().first);
        }
        next = Math.max(next, settledTo);
        read = settledTo;
        segments.forEach(segment -> size += segment.size());
        tidy();
    }

    private void readPosition() throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(POSITION_BYTES);
        if (position.read(bytes, 0) == POSITION_BYTES && bytes.getInt(16) == checksum(bytes)) {
            settledTo = bytes.getLong(0);
            next = bytes.getLong(8);
        }
    }

    private void writePosition(long settled) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(POSITION_BYTES);
        bytes.putLong(0, settled).putLong(8, next).putInt(16, checksum(bytes));
        position.write(bytes, 0);
        settledTo = settled;
        writtenNext = next;
    }

    private static int checksum(ByteBuffer position) {
        var crc = new CRC32C();
        crc.update(position.duplicate().limit(16).position(0));
        return (int) crc.getValue();
    }

    private long firstUnsettled() {
        Iterator<Long> first = unsettled.iterator();
        return first.hasNext() ? first.next() : read;
    }

    private Segment tail() throws IOException {
        Segment tail = segments.peekLast();
        long largest = Math.min(LARGEST_SEGMENT, Math.max(SMALLEST_SEGMENT, limit / SEGMENTS));
        if (tail != null && tail.canAppend() && tail.size() < largest) {
            return tail;
        }
        if (tail != null) {
            tail.force();
        }
        Segment created = Segment.create(directory, next);
        segments.add(created);
        return created;
    }

    /** The segment that the next record to be read stands in. */
    private @Nullable Segment readable() {
        for (Segment segment : segments) {
            if (end(segment) > read) {
                return segment;
            }
        }
        return null;
    }

    /** The number after the last one of a segment, whether that can be read or not. */
    private long end(Segment segment) {
        boolean found = false;
        for (Segment other : segments) {
            if (found) {
                return other.first;
            }
            found = other == segment;
        }
        return next;
    }

    private static Segment.@Nullable Frame next(Segment segment) {
        try {
            return segment.next();
        } catch (IOException e) {
            return null; // counted as damaged, as what cannot be made out
        }
    }

    private @Nullable Unspilled unspilled(Segment.Frame frame) {
        try {
            var record = new Unspilled(frame.number(), SpillFrame.read(frame.rest()), frame.rest().remaining());
            unsettled.add(frame.number());
            return record;
        } catch (IOException | RuntimeException e) {
            return null;
        }
    }

    private void skipTo(long number) {
        damaged += number - read;
        read = number;
    }

    private static FileChannel lock(Path directory) throws IOException {
        FileChannel channel = FileChannel.open(directory.resolve("lock"), StandardOpenOption.CREATE,
                StandardOpenOption.WRITE);
        try {
            FileLock taken = channel.tryLock();
            if (taken != null) {
                return channel;
            }
        } catch (OverlappingFileLockException e) {
            // this process has it: told below
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
        channel.close();
        throw new IOException("directory " + directory + " is in use by another publisher");
    }
}
