package io.throughline.publish;

import java.util.concurrent.atomic.AtomicLong;

/**
 * How much may be in memory: records and bytes, taken and given back in one atomic step. Thread-safe.
 *
 * <p>Both stand in one word, the records in its upper 24 bits and the bytes in the 40 below, so that a caller pays for
 * one addition.
 */
final class Memory {

    static final int MOST_RECORDS = 10_000_000;
    static final long MOST_BYTES = 1L << 38;

    private static final int BYTE_BITS = 40;
    private static final long ONE_RECORD = 1L << BYTE_BITS;
    private static final long BYTES = ONE_RECORD - 1;

    private final AtomicLong used = new AtomicLong();
    private final int records;
    private final long bytes;
    private final long crowdedRecords;
    private final long crowdedBytes;

    /** Room for so many records of so many bytes in all. */
    Memory(int records, long bytes) {
        if (records < 1 || records > MOST_RECORDS) {
            throw new IllegalArgumentException(
                    "records in memory must be from 1 to " + MOST_RECORDS + ", got " + records);
        }
        if (bytes < 1 || bytes > MOST_BYTES) {
            throw new IllegalArgumentException("bytes in memory must be from 1 to " + MOST_BYTES + ", got " + bytes);
        }
        this.records = records;
        this.bytes = bytes;
        this.crowdedRecords = records * 5L / 8;
        this.crowdedBytes = bytes / 8 * 5;
    }

    /** What came of asking for room. */
    enum Taken {
        NO, YES,
        /** Taken, and with this one the memory has become crowded. */
        CROWDED
    }

    Taken take(int weight) {
        long now = used.addAndGet(ONE_RECORD + weight);
        long recordsNow = now >>> BYTE_BITS;
        long bytesNow = now & BYTES;
        if (recordsNow > records || bytesNow > bytes) {
            used.addAndGet(-ONE_RECORD - weight);
            return Taken.NO;
        }
        return isCrowded(now) && !isCrowded(now - ONE_RECORD - weight) ? Taken.CROWDED : Taken.YES;
    }

    void giveBack(int weight) {
        giveBack(1, weight);
    }

    /** That of so many records at once. */
    void giveBack(long count, long weight) {
        used.addAndGet(-ONE_RECORD * count - weight);
    }

    /** Whether a record of that weight could ever fit. */
    boolean canHold(int weight) {
        return weight <= bytes;
    }

    /** Whether more than five eighths are taken. */
    boolean isCrowded() {
        return isCrowded(used.get());
    }

    private boolean isCrowded(long state) {
        return (state >>> BYTE_BITS) > crowdedRecords || (state & BYTES) > crowdedBytes;
    }

    long usedRecords() {
        return used.get() >>> BYTE_BITS;
    }

    long usedBytes() {
        return used.get() & BYTES;
    }

    int records() {
        return records;
    }

    long bytes() {
        return bytes;
    }
}
