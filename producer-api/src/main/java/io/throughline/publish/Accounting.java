package io.throughline.publish;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/**
 * Where every record of a {@link Publisher} is at one instant: accepted = acknowledged + dropped + queued + spilled.
 * Immutable.
 *
 * @param accepted all that the others divide up: handed over by callers, found on disk, and own reports of losses
 * @param acknowledged stored by the brokers
 * @param drops given up, by reason; every reason is there
 * @param queued in memory: waiting, or on their way and not yet acknowledged
 * @param spilled on disk, those on their way from there included
 * @param recovered the part of {@code accepted} that an earlier process had left on disk
 * @param reports the part of {@code accepted} that are the publisher's own log lines about losses
 */
public record Accounting(long accepted, long acknowledged, Map<DropReason, Long> drops, long queued, long spilled,
        long recovered, long reports) {

    /** Keeps a copy of {@code drops}; refuses sums that do not hold with {@link IllegalArgumentException}. */
    public Accounting {
        Map<DropReason, Long> all = new EnumMap<>(DropReason.class);
        for (DropReason reason : DropReason.values()) {
            all.put(reason, drops.getOrDefault(reason, 0L));
        }
        drops = Collections.unmodifiableMap(all);
        long dropped = sum(drops);
        if (accepted != acknowledged + dropped + queued + spilled || queued < 0 || spilled < 0) {
            throw new IllegalArgumentException("accepted " + accepted + " is not acknowledged " + acknowledged
                    + " + dropped " + dropped + " + queued " + queued + " + spilled " + spilled);
        }
    }

    /** Given up for whatever reason. */
    public long dropped() {
        return sum(drops);
    }

    /** Given up for this reason. */
    public long dropped(DropReason reason) {
        return drops.getOrDefault(reason, 0L);
    }

    /** Neither acknowledged nor given up: in memory or on disk. */
    public long pending() {
        return queued + spilled;
    }

    private static long sum(Map<DropReason, Long> drops) {
        return drops.values().stream().mapToLong(Long::longValue).sum();
    }
}
