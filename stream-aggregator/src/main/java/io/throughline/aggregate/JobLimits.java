package io.throughline.aggregate;

import io.throughline.publish.Settings;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * How long a job may go without an event before it is given up.
 *
 * @param usual for jobs of types that have no limit of their own, and for batches
 * @param byType limits of single types
 * @param mostRows how many jobs and batches are remembered for each input partition; beyond it, the one is given up that
 *     was without an event for longest
 */
public record JobLimits(Duration usual, Map<String, Duration> byType, int mostRows) {

    private static final int MOST_ROWS = 200_000;

    /** Keeps a copy of {@code byType}. */
    public JobLimits {
        byType = Map.copyOf(byType);
    }

    /** With the default number of rows. */
    public JobLimits(Duration usual, Map<String, Duration> byType) {
        this(usual, byType, MOST_ROWS);
    }

    /** {@code THROUGHLINE_JOB_ROWS}, {@code THROUGHLINE_JOB_LIMIT}, and {@code THROUGHLINE_JOB_LIMITS} such as {@code video=6h,script=15m}. */
    static JobLimits from(Settings settings) {
        Duration usual = settings.duration("THROUGHLINE_JOB_LIMIT", Duration.ofHours(24));
        Map<String, Duration> byType = new HashMap<>();
        for (String limit : settings.text("THROUGHLINE_JOB_LIMITS", "").split(",", -1)) {
            if (!limit.isBlank()) {
                int equals = limit.lastIndexOf('=');
                byType.put(limit.substring(0, Math.max(0, equals)).strip(),
                        Settings.parseDuration(limit.substring(equals + 1).strip())
                                .filter(duration -> equals > 0)
                                .orElseThrow(() -> new IllegalArgumentException("THROUGHLINE_JOB_LIMITS must be types"
                                        + " and durations such as video=6h,script=15m, got \"" + limit + '"')));
            }
        }
        return new JobLimits(usual, byType, settings.integer("THROUGHLINE_JOB_ROWS", MOST_ROWS, 100, 100_000_000));
    }

    /** The limit for jobs of that type. */
    Duration of(String type) {
        return byType.getOrDefault(type, usual);
    }
}
