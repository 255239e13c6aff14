package io.throughline.aggregate;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
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
    private final Map<Id, Long> minuteOf = new HashMap<>();
    private final TreeMap<Long, Minute> minutes = new TreeMap<>();
    private final List<String> forgottenChunks = new ArrayList<>();

    private record Id(long high, long low) {}

    private static final class Minute {
        final List<Id> ids = new ArrayList<>();
        final List<String> chunks = new ArrayList<>();
        int written;
    }

    SeenEvents(Duration window, int limit) {
        this.windowMinutes = Math.max(1, window.toMinutes());
        this.limit = limit;
    }

    /** Remembers the id; false when it was seen before. */
    boolean add(String eventId, long streamTimeMillis) {
        long minute = streamTimeMillis / MINUTE_MILLIS;
        Id id = idOf(eventId);
        if (minuteOf.putIfAbsent(id, minute) != null) {
            return false;
        }
        minutes.computeIfAbsent(minute, m -> new Minute()).ids.add(id);
        forget(minute);
        return true;
    }

    void restore(String chunk, byte[] ids) {
        long minute = Long.parseLong(chunk.substring(0, chunk.indexOf(':')));
        Minute restored = minutes.computeIfAbsent(minute, m -> new Minute());
        restored.chunks.add(chunk);
        var buffer = ByteBuffer.wrap(ids);
        while (buffer.remaining() >= ID_BYTES) {
            var id = new Id(buffer.getLong(), buffer.getLong());
            minuteOf.put(id, minute);
            restored.ids.add(id);
        }
        restored.written = restored.ids.size();
    }

    /** Hands over each chunk that is new since the last call; one with null ids was forgotten. */
    void drainChanged(BiConsumer<String, byte @Nullable []> consumer) {
        forgottenChunks.forEach(chunk -> consumer.accept(chunk, null));
        forgottenChunks.clear();
        minutes.forEach((minute, seen) -> {
            while (seen.written < seen.ids.size()) {
                String chunk = minute + ":" + seen.written;
                int end = Math.min(seen.ids.size(), seen.written + MOST_IDS_IN_A_CHUNK);
                consumer.accept(chunk, bytes(seen.ids.subList(seen.written, end)));
                seen.chunks.add(chunk);
                seen.written = end;
            }
        });
    }

    private void forget(long currentMinute) {
        while (minutes.firstKey() < currentMinute - windowMinutes || (minuteOf.size() > limit && minutes.size() > 1)) {
            Minute oldest = minutes.pollFirstEntry().getValue();
            oldest.ids.forEach(minuteOf::remove);
            forgottenChunks.addAll(oldest.chunks);
        }
    }

    private static byte[] bytes(List<Id> ids) {
        var buffer = ByteBuffer.allocate(ids.size() * ID_BYTES);
        ids.forEach(id -> buffer.putLong(id.high()).putLong(id.low()));
        return buffer.array();
    }

    private static Id idOf(String eventId) {
        return eventId.length() == UUID_LENGTH ? uuidOrHash(eventId) : hash(eventId);
    }

    /** A UUID in the form that everybody writes is its own 128 bits; any other text of that length is hashed. */
    private static Id uuidOrHash(String text) {
        long high = 0;
        long low = 0;
        for (int i = 0; i < UUID_LENGTH; i++) {
            char c = text.charAt(i);
            if (i == 8 || i == 13 || i == 18 || i == 23) {
                if (c != '-') {
                    return hash(text);
                }
                continue;
            }
            int digit = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
            if (digit < 0) {
                return hash(text);
            }
            if (i < 18) {
                high = high << 4 | digit;
            } else {
                low = low << 4 | digit;
            }
        }
        return new Id(high, low);
    }

    private static Id hash(String eventId) {
        try {
            var digest = ByteBuffer.wrap(
                    MessageDigest.getInstance("SHA-256").digest(eventId.getBytes(StandardCharsets.UTF_8)));
            return new Id(digest.getLong(), digest.getLong());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
