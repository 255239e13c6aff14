package io.throughline.aggregate;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
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
    private static final int NOT_HEX = -1;
    private static final byte[] HEX_DIGITS = hexDigits();

    private final long windowMinutes;
    private final int limit;
    private final TreeMap<Long, Minute> minutes = new TreeMap<>();
    private final List<String> forgottenChunks = new ArrayList<>();
    private @Nullable Minute newest;
    private int held;
    private boolean wellFormed;

    /**
     * A hash table with open addressing: three numbers a place, the id in two and its minute plus 1 in the third. 0 is a
     * place that was never taken; a minute that was forgotten leaves places that can be taken again.
     */
    private long[] table = new long[3 * 64];
    private int taken;
    private long oldestMinute = Long.MIN_VALUE;

    private static final class Minute {
        final long minute;
        final List<String> chunks = new ArrayList<>();
        int ids;
        /** What is not written yet. */
        long[] pending = new long[2 * 16];
        int pendingLongs;

        Minute(long minute) {
            this.minute = minute;
        }

        void add(long high, long low) {
            if (pendingLongs == pending.length) {
                pending = Arrays.copyOf(pending, 2 * pendingLongs);
            }
            pending[pendingLongs++] = high;
            pending[pendingLongs++] = low;
            ids++;
        }
    }

    SeenEvents(Duration window, int limit) {
        this.windowMinutes = Math.max(1, window.toMinutes());
        this.limit = limit;
    }

    /** Remembers the id; false when it was seen before. */
    boolean add(String eventId, long streamTimeMillis) {
        long minute = streamTimeMillis / MINUTE_MILLIS;
        if (eventId.length() == UUID_LENGTH) {
            wellFormed = true;
            long high = uuidHalf(eventId, 0, 8, 13);
            long low = uuidHalf(eventId, 18, 18, 23);
            if (wellFormed) {
                return add(high, low, minute);
            }
        }
        byte[] digest = sha256(eventId);
        var halves = ByteBuffer.wrap(digest);
        return add(halves.getLong(), halves.getLong(), minute);
    }

    private boolean add(long high, long low, long minute) {
        if (!put(high, low, minute)) {
            return false;
        }
        Minute current = newest;
        if (current == null || current.minute != minute) {
            current = minutes.computeIfAbsent(minute, Minute::new);
            newest = current;
        }
        current.add(high, low);
        held++;
        forget(minute);
        return true;
    }

    void restore(String chunk, byte[] ids) {
        long minute = Long.parseLong(chunk.substring(0, chunk.indexOf(':')));
        Minute restored = minutes.computeIfAbsent(minute, Minute::new);
        restored.chunks.add(chunk);
        var buffer = ByteBuffer.wrap(ids);
        while (buffer.remaining() >= ID_BYTES) {
            boolean unused = put(buffer.getLong(), buffer.getLong(), minute);
            restored.ids++;
            held++;
        }
    }

    /** Hands over each chunk that is new since the last call; one with null ids was forgotten. */
    void drainChanged(BiConsumer<String, byte @Nullable []> consumer) {
        forgottenChunks.forEach(chunk -> consumer.accept(chunk, null));
        forgottenChunks.clear();
        for (Map.Entry<Long, Minute> entry : minutes.entrySet()) {
            Minute seen = entry.getValue();
            int pendingIds = seen.pendingLongs / 2;
            for (int from = 0; from < pendingIds; from += MOST_IDS_IN_A_CHUNK) {
                String chunk = entry.getKey() + ":" + (seen.ids - pendingIds + from);
                consumer.accept(chunk, bytes(seen.pending, from, Math.min(pendingIds, from + MOST_IDS_IN_A_CHUNK)));
                seen.chunks.add(chunk);
            }
            seen.pendingLongs = 0;
            if (seen != newest) {
                seen.pending = new long[0];
            }
        }
    }

    private void forget(long currentMinute) {
        while (minutes.firstKey() < currentMinute - windowMinutes || (held > limit && minutes.size() > 1)) {
            Minute oldest = minutes.pollFirstEntry().getValue();
            held -= oldest.ids;
            oldestMinute = minutes.isEmpty() ? oldest.minute + 1 : minutes.firstKey();
            forgottenChunks.addAll(oldest.chunks);
        }
    }

    private boolean put(long high, long low, long minute) {
        int places = table.length / 3;
        if (taken > places / 2) {
            makeRoom();
            places = table.length / 3;
        }
        int place = placeOf(high, low, places);
        int free = -1;
        while (table[place + 2] != 0) {
            if (table[place + 2] <= oldestMinute) {
                free = free < 0 ? place : free;
            } else if (table[place] == high && table[place + 1] == low) {
                return false;
            }
            place += 3;
            if (place == table.length) {
                place = 0;
            }
        }
        if (free < 0) {
            free = place;
            taken++;
        }
        table[free] = high;
        table[free + 1] = low;
        table[free + 2] = minute + 1;
        return true;
    }

    /** Leaves out what was forgotten, and doubles when that is not enough. */
    private void makeRoom() {
        long[] before = table;
        int places = 64;
        while (places < 4 * held) {
            places *= 2;
        }
        table = new long[3 * Math.max(places, 64)];
        taken = 0;
        for (int i = 0; i < before.length; i += 3) {
            if (before[i + 2] > Math.max(0, oldestMinute)) {
                int place = placeOf(before[i], before[i + 1], places);
                while (table[place + 2] != 0) {
                    place += 3;
                    if (place == table.length) {
                        place = 0;
                    }
                }
                System.arraycopy(before, i, table, place, 3);
                taken++;
            }
        }
    }

    private static int placeOf(long high, long low, int places) {
        long mixed = (high * 0x9E37_79B9_7F4A_7C15L) ^ low;
        mixed *= 0xFF51_AFD7_ED55_8CCDL;
        return 3 * (int) ((mixed >>> 32) & (places - 1));
    }

    private static byte[] bytes(long[] ids, int from, int to) {
        var buffer = ByteBuffer.allocate((to - from) * ID_BYTES);
        for (int i = 2 * from; i < 2 * to; i++) {
            buffer.putLong(ids[i]);
        }
        return buffer.array();
    }

    /**
     * Half a UUID from {@code start} on: a UUID in the form that everybody writes, lower case, is its own 128 bits. False
     * in {@link #wellFormed} when it is none; any other text of that length is hashed.
     */
    private long uuidHalf(String text, int start, int hyphen, int otherHyphen) {
        long half = 0;
        int wrong = 0;
        for (int i = start; i < start + UUID_LENGTH / 2; i++) {
            char c = text.charAt(i);
            if (i == hyphen || i == otherHyphen) {
                wrong |= c ^ '-';
            } else {
                int digit = HEX_DIGITS[c & 0x7F];
                wrong |= (digit & ~0xF) | (c >>> 7);
                half = (half << 4) | (digit & 0xF);
            }
        }
        wellFormed &= wrong == 0;
        return half;
    }

    private static byte[] hexDigits() {
        byte[] digits = new byte[128];
        Arrays.fill(digits, (byte) NOT_HEX);
        for (int i = 0; i < 16; i++) {
            digits["0123456789abcdef".charAt(i)] = (byte) i;
        }
        return digits;
    }

    private static byte[] sha256(String eventId) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(eventId.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
