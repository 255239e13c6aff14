package io.throughline.aggregate;

import io.throughline.publish.Settings;
import java.nio.file.Path;
import java.time.Duration;

/**
 * What the numbers depend on, besides the records: whoever counts the same records with the same of these arrives at the
 * same numbers.
 *
 * @param topicPrefix what every topic's name begins with
 * @param labelLimit most label value combinations of a metric that are shown, and that an input partition keeps apart
 * @param jobLimits how long a job may go without an event before it is given up
 * @param dedupWindow how long an event id is remembered, in stream time
 * @param dedupLimit most event ids remembered for each input partition
 * @param windowGrace how far behind stream time a window may be and still take events
 * @param prices the price table
 * @param layout the buckets of every histogram
 */
public record CountingConfig(String topicPrefix, int labelLimit, JobLimits jobLimits, Duration dedupWindow,
        int dedupLimit, Duration windowGrace, Prices prices, BucketLayout layout) {

    /** Reads the configuration; errors name the key and the value. */
    public static CountingConfig from(Settings settings) {
        return new CountingConfig(settings.topicPrefix(),
                settings.integer("THROUGHLINE_LABEL_LIMIT", 1_000, 1, 1_000_000),
                JobLimits.from(settings),
                settings.duration("THROUGHLINE_DEDUP_WINDOW", Duration.ofMinutes(10)),
                settings.integer("THROUGHLINE_DEDUP_LIMIT", 500_000, 1_000, 100_000_000),
                settings.duration("THROUGHLINE_WINDOW_GRACE", Duration.ofHours(1)),
                settings.optionalText("THROUGHLINE_PRICES").map(file -> Prices.read(Path.of(file)))
                        .orElseGet(Prices::bundled),
                settings.optionalText("THROUGHLINE_BUCKETS").map(file -> BucketLayout.read(Path.of(file)))
                        .orElseGet(BucketLayout::bundled));
    }

    /** The same with another price table. */
    public CountingConfig withPrices(Prices other) {
        return new CountingConfig(topicPrefix, labelLimit, jobLimits, dedupWindow, dedupLimit, windowGrace, other,
                layout);
    }

    /** The same with other buckets. */
    public CountingConfig withLayout(BucketLayout other) {
        return new CountingConfig(topicPrefix, labelLimit, jobLimits, dedupWindow, dedupLimit, windowGrace, prices,
                other);
    }

    /** The same with another label limit. */
    public CountingConfig withLabelLimit(int other) {
        return new CountingConfig(topicPrefix, other, jobLimits, dedupWindow, dedupLimit, windowGrace, prices, layout);
    }
}
