package io.throughline.aggregate;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The event ids of one input partition that were seen within a window, so that an event sent again does not count
 * again.
 *
 * <p>An id is remembered by 128 bits, by the minute of stream time it arrived in; whole minutes are forgotten
 * when they leave the window, or before that when more than a limit of ids is held. What is new since the last commit
 * is written as one chunk a minute, not one record an event. Not thread-safe.
 */
final class SeenEvents {

    private static final long MINUTE_MILLIS = Duration.ofMinutes(1).toMillis();
    private static final int ID_BYTES = 16;
    private static final int UUID_LENGTH = 36;
    /** 256 KiB, well within what a topic takes. */
    private static final int MOST_IDS_IN_A_CHUNK = 16_384;

    private final long windowMinutes;
    private final int limit;
    private final Deque<Minute> minutes = new ArrayDeque<>();
    private final List<String> forgottenChunks = new ArrayList<>();
    private final SeenIds ids = new SeenIds();
    /** The number of the first id that is not written yet. */
    private long unwritten;
    /** What was restored, by its minute, until the first new id. */
    private final TreeMap<Long, Map<String, byte[]>> restored = new TreeMap<>();

    private static final class Minute {
        final long minute;
        final long firstId;
        final List<String> chunks = new ArrayList<>();
        /** Restored ids that an earlier minute had too: they keep their place in the numbering of chunks. */
        int doubled;

        Minute(long minute, long firstId) {
            this.minute = minute;
            this.firstId = firstId;
        }
    }

    SeenEvents(Duration window, int limit) {
        this.windowMinutes = Math.max(1, window.toMinutes());
        this.limit = limit;
    }

    /** Remembers the id; false when it was seen before. */
    boolean add(String eventId, long streamTimeMillis) {
        long minute = streamTimeMillis / MINUTE_MILLIS;
        byte[] text = eventId.getBytes(StandardCharsets.UTF_8);
        if (text.length == UUID_LENGTH) {
            long first = TextWords.hex(TextWords.word(text, 0));
            long second = TextWords.hex(around(text, 9));
            long third = TextWords.hex(around(text, 19));
            long fourth = TextWords.hex(TextWords.word(text, 28));
            if ((first | second | third | fourth) >= 0 && hasHyphens(text)) {
                return add((first << Integer.SIZE) | second, (third << Integer.SIZE) | fourth, minute);
            }
        }
        byte[] digest = sha256(text);
        var halves = ByteBuffer.wrap(digest);
        return add(halves.getLong(), halves.getLong(), minute);
    }

    private boolean add(long high, long low, long minute) {
        if (!restored.isEmpty()) {
            putBack();
        }
        if (!ids.add(high, low)) {
            return false;
        }
        Minute newest = minutes.peekLast();
        if (newest == null || newest.minute < minute) {
            minutes.addLast(new Minute(minute, ids.next() - 1));
            forget(minute);
        } else if (ids.next() - ids.oldest() > limit) {
            forget(minute);
        }
        return true;
    }

    void restore(String chunk, byte[] chunkIds) {
        long minute = Long.parseLong(chunk.substring(0, chunk.indexOf(':')));
        restored.computeIfAbsent(minute, each -> new TreeMap<>()).put(chunk, chunkIds);
    }

    /** Chunks come in the order of their names, in which minute 10 is before minute 9. */
    private void putBack() {
        restored.forEach((minute, chunks) -> {
            var back = new Minute(minute, ids.next());
            back.chunks.addAll(chunks.keySet());
            minutes.addLast(back);
            for (byte[] chunk : chunks.values()) {
                var buffer = ByteBuffer.wrap(chunk);
                while (buffer.remaining() >= ID_BYTES) {
                    back.doubled += ids.add(buffer.getLong(), buffer.getLong()) ? 0 : 1;
                }
            }
        });
        restored.clear();
        unwritten = ids.next();
    }

    /** Hands over each chunk that is new since the last call; one with null ids was forgotten. */
    void drainChanged(BiConsumer<String, byte @Nullable []> consumer) {
        forgottenChunks.forEach(chunk -> consumer.accept(chunk, null));
        forgottenChunks.clear();
        long end = ids.next();
        for (Iterator<Minute> newestFirst = minutes.descendingIterator(); end > unwritten && newestFirst.hasNext();) {
            Minute minute = newestFirst.next();
            for (long from = Math.max(minute.firstId, unwritten); from < end; from += MOST_IDS_IN_A_CHUNK) {
                String chunk = minute.minute + ":" + (minute.doubled + from - minute.firstId);
                consumer.accept(chunk, bytes(from, Math.min(end, from + MOST_IDS_IN_A_CHUNK)));
                minute.chunks.add(chunk);
            }
            end = minute.firstId;
        }
        unwritten = ids.next();
    }

    private void forget(long currentMinute) {
        while (minutes.getFirst().minute < currentMinute - windowMinutes
                || (ids.next() - ids.oldest() > limit && minutes.size() > 1)) {
            Minute oldest = minutes.removeFirst();
            ids.dropBefore(minutes.isEmpty() ? ids.next() : minutes.getFirst().firstId);
            forgottenChunks.addAll(oldest.chunks);
        }
        unwritten = Math.max(unwritten, ids.oldest());
    }

    private byte[] bytes(long from, long to) {
        var buffer = ByteBuffer.allocate((int) (to - from) * ID_BYTES);
        for (long number = from; number < to; number++) {
            buffer.putLong(ids.high(number)).putLong(ids.low(number));
        }
        return buffer.array();
    }

    /**
     * Four digits, and four behind the hyphen after them. A UUID in the form that everybody writes, lower case, is its own
     * 128 bits; any other text of that length is hashed.
     */
    private static long around(byte[] text, int start) {
        return (TextWords.word(text, start) & 0xFFFF_FFFFL) | (TextWords.word(text, start + 5) << Integer.SIZE);
    }

    private static boolean hasHyphens(byte[] uuid) {
        return uuid[8] == '-' && uuid[13] == '-' && uuid[18] == '-' && uuid[23] == '-';
    }

    private static byte[] sha256(byte[] eventId) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(eventId);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
