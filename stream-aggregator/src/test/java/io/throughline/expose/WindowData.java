package io.throughline.expose;

import io.throughline.aggregate.BucketLayout;
import io.throughline.aggregate.Cell;
import io.throughline.aggregate.CellKey;
import io.throughline.aggregate.Distribution;
import io.throughline.aggregate.Metric;
import io.throughline.aggregate.Nanos;
import io.throughline.aggregate.Newest;
import io.throughline.aggregate.Series;
import io.throughline.aggregate.Sum;
import io.throughline.aggregate.Users;
import io.throughline.aggregate.WindowKey;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Cells of windows, as tests need them. */
final class WindowData {

    static final BucketLayout LAYOUT = BucketLayout.bundled();
    static final Series SUCCESS = series(Metric.JOBS_COMPLETED, "video", "success");
    static final Series FAILED = series(Metric.JOBS_COMPLETED, "video", "failed");
    static final Series SCRIPTS = series(Metric.JOBS_COMPLETED, "script", "success");
    static final Series VIDEO = series(Metric.JOB_DURATION_SECONDS, "video");

    private WindowData() {}

    static Series series(Metric metric, String... labelValues) {
        return new Series(metric, List.of(labelValues));
    }

    static WindowKey key(Series series, int inputPartition, String start) {
        return key(series, "", inputPartition, 0, Instant.parse(start));
    }

    static WindowKey key(Series series, String part, int inputPartition, long generation, Instant start) {
        return new WindowKey(new CellKey(series, part), inputPartition, generation, start.toEpochMilli());
    }

    static Cell sum(String amount) {
        var sum = new Sum(0);
        sum.add(Nanos.of(new BigDecimal(amount)));
        return sum;
    }

    static Cell newest(double value, Instant at) {
        var newest = new Newest(0);
        newest.set(Nanos.of(value), Nanos.ofInstant(at));
        return newest;
    }

    static Distribution distribution(Metric metric, double... values) {
        var distribution = new Distribution(LAYOUT.of(metric), Distribution.WINDOW_SCHEMA, 0);
        for (double value : values) {
            distribution.observe(Nanos.of(value), "trace", 0);
        }
        return distribution;
    }

    static Cell users(String... ids) {
        var users = new Users(0);
        for (String id : ids) {
            users.add(0, Users.hash(id));
        }
        return users;
    }

    /** An event of that time was counted from an input partition of {@code throughline.jobs}. */
    static void watermark(WindowStore store, int inputPartition, String time) {
        Instant at = Instant.parse(time);
        long minute = Math.floorDiv(at.toEpochMilli(), 60_000) * 60_000;
        store.apply(key(series(Metric.THROUGHLINE_WATERMARK_TIMESTAMP_SECONDS, "throughline.jobs"), "", inputPartition,
                0, Instant.ofEpochMilli(minute)), newest(0, at));
    }

    static WindowQuery query(Metric metric, String from, String to, Duration step, List<String> by) {
        return new WindowQuery(metric, Instant.parse(from), Instant.parse(to), step, by, Map.of(), Map.of());
    }
}
