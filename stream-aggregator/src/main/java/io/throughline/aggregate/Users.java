package io.throughline.aggregate;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;

/**
 * Which users were seen in which spans of event time, each user by 64 bits of a hash: with a million users, two look
 * alike once in 37 million such sets.
 *
 * <p>It is a set of pairs, so it merges as sets do: a pair that is in both counts once. Spans are {@link #SPAN} long in
 * {@code throughline.series}, and a window long in {@code throughline.windows}.
 */
public final class Users implements Cell {

    /** How exactly {@code active_users} knows when somebody was seen. */
    public static final Duration SPAN = Duration.ofSeconds(2);

    private long createdMillis;
    private long[] starts = {};
    private long[] hashes = {};
    private int size;

    /** Nobody seen yet. */
    public Users(long createdMillis) {
        this.createdMillis = createdMillis;
    }

    /** Receives the pairs. */
    @FunctionalInterface
    public interface Visitor {
        /** A user, by {@link #hash}, was seen in the span that begins at {@code startMillis}. */
        void seen(long startMillis, long userHash);
    }

    /** A user was seen in the span that begins then. */
    public void add(long startMillis, long userHash) {
        if (size == hashes.length) {
            int length = Math.max(8, 2 * size);
            starts = Arrays.copyOf(starts, length);
            hashes = Arrays.copyOf(hashes, length);
        }
        starts[size] = startMillis;
        hashes[size++] = userHash;
    }

    /** Adds what another has. */
    public void merge(Users other) {
        createdMillis = Math.min(createdMillis, other.createdMillis);
        other.forEach(this::add);
    }

    /** Visits every pair, some perhaps more than once. */
    public void forEach(Visitor visitor) {
        for (int i = 0; i < size; i++) {
            visitor.seen(starts[i], hashes[i]);
        }
    }

    /** How many different users are in it. */
    public int distinct() {
        return distinctSince(List.of(this), Long.MIN_VALUE);
    }

    /** How many different users are in any of {@code sets}, in spans that begin at {@code fromMillis} or later. */
    public static int distinctSince(Collection<Users> sets, long fromMillis) {
        var counted = new LongSet(sets.stream().mapToInt(Users::size).sum());
        for (Users users : sets) {
            for (int i = 0; i < users.size; i++) {
                if (users.starts[i] >= fromMillis) {
                    counted.add(users.hashes[i]);
                }
            }
        }
        return counted.size();
    }

    /** How many pairs are held. */
    public int size() {
        return size;
    }

    /** The beginning of the newest span; {@link Long#MIN_VALUE} when there is none. */
    public long newestMillis() {
        return Arrays.stream(starts, 0, size).max().orElse(Long.MIN_VALUE);
    }

    /** The same pairs in cells of at most {@code most}. */
    List<Users> split(int most, long createdMillisOfEach) {
        List<Users> parts = new ArrayList<>();
        for (int from = 0; from < size; from += most) {
            var part = new Users(createdMillisOfEach);
            part.size = Math.min(most, size - from);
            part.starts = Arrays.copyOfRange(starts, from, from + part.size);
            part.hashes = Arrays.copyOfRange(hashes, from, from + part.size);
            parts.add(part);
        }
        return parts;
    }

    /** Back to nobody. */
    void reset(long newCreatedMillis) {
        createdMillis = newCreatedMillis;
        size = 0;
    }

    @Override
    public long createdMillis() {
        return createdMillis;
    }

    /** 64 bits that tell a user from others, the same in every release: they are stored. */
    public static long hash(String userId) {
        return hash(userId.getBytes(StandardCharsets.UTF_8));
    }

    /** As {@link #hash(String)}, of the id in UTF-8. */
    static long hash(byte[] userId) {
        long hash = 0x9E37_79B9_7F4A_7C15L ^ userId.length;
        for (int i = 0; i < userId.length; i += Long.BYTES) {
            hash = mix(hash ^ mix(TextWords.word(userId, i)));
        }
        return hash;
    }

    /** The finalizer of MurmurHash3, which is a permutation: different words stay different. */
    private static long mix(long word) {
        long mixed = (word ^ (word >>> 33)) * 0xFF51_AFD7_ED55_8CCDL;
        mixed = (mixed ^ (mixed >>> 33)) * 0xC4CE_B9FE_1A85_EC53L;
        return mixed ^ (mixed >>> 33);
    }
}
