package io.throughline.publish;

import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Every setting of the product, whoever reads it: one environment often serves several of its processes. Each stands in
 * the README of the module that reads it.
 */
final class SettingNames {

    /** Those besides {@code THROUGHLINE_KAFKA_*}. */
    static final Set<String> ALL = Set.of("THROUGHLINE_AGGREGATOR_PORT", "THROUGHLINE_ALERTMANAGER_PORT",
            "THROUGHLINE_AUDIT", "THROUGHLINE_BATCHES", "THROUGHLINE_BIND", "THROUGHLINE_BOOTSTRAP_SERVERS",
            "THROUGHLINE_BORN_AT_ZERO", "THROUGHLINE_BUCKETS", "THROUGHLINE_COMMIT_INTERVAL",
            "THROUGHLINE_DEDUP_LIMIT", "THROUGHLINE_DEDUP_WINDOW", "THROUGHLINE_DEMO_MONITORING",
            "THROUGHLINE_DEMO_RATE", "THROUGHLINE_DEMO_SCRAPE_INTERVAL", "THROUGHLINE_DEMO_SEED",
            "THROUGHLINE_GRAFANA_URL", "THROUGHLINE_IDLE_SERIES", "THROUGHLINE_INSTANCE",
            "THROUGHLINE_JOB_LIMIT", "THROUGHLINE_JOB_LIMITS", "THROUGHLINE_JOB_ROWS",
            "THROUGHLINE_LABEL_LIMIT", "THROUGHLINE_NATIVE_HISTOGRAMS", "THROUGHLINE_OPENSEARCH_INDEX",
            "THROUGHLINE_OPENSEARCH_PASSWORD", "THROUGHLINE_OPENSEARCH_URL", "THROUGHLINE_OPENSEARCH_USER",
            "THROUGHLINE_PEERS", "THROUGHLINE_PRICES", "THROUGHLINE_PROMETHEUS_PORT",
            "THROUGHLINE_PROMETHEUS_URL", "THROUGHLINE_PROMPTS", "THROUGHLINE_QUEUE_BYTES",
            "THROUGHLINE_QUEUE_RECORDS", "THROUGHLINE_REDACT_EMAIL", "THROUGHLINE_REDACT_KEYS",
            "THROUGHLINE_RETENTION_AGE", "THROUGHLINE_RETENTION_BYTES", "THROUGHLINE_SHIPPER_COMMIT_INTERVAL",
            "THROUGHLINE_SHIPPER_COMMIT_RECORDS", "THROUGHLINE_SHIPPER_INSTANCE", "THROUGHLINE_SHIPPER_PORT",
            "THROUGHLINE_SHIPPER_URL", "THROUGHLINE_SPILL_BYTES", "THROUGHLINE_SPILL_DIR",
            "THROUGHLINE_STATE_DIR", "THROUGHLINE_STORE", "THROUGHLINE_STORE_DIR", "THROUGHLINE_STREAM_THREADS",
            "THROUGHLINE_TOPIC_PREFIX", "THROUGHLINE_WINDOW_GRACE", "THROUGHLINE_WINDOW_RETENTION");

    private static final int MOST_TYPING_ERRORS = 3;

    private SettingNames() {}

    /** The setting that was probably meant. */
    static Optional<String> nearest(String typed) {
        String nearest = "";
        int least = MOST_TYPING_ERRORS + 1;
        for (String name : new TreeSet<>(ALL)) {
            int distance = distance(typed, name);
            if (distance < least) {
                least = distance;
                nearest = name;
            }
        }
        return Optional.of(nearest).filter(name -> !name.isEmpty());
    }

    /** How many characters must be inserted, deleted or replaced to make one of the other. */
    private static int distance(String one, String other) {
        int[] before = new int[other.length() + 1];
        for (int j = 0; j <= other.length(); j++) {
            before[j] = j;
        }
        for (int i = 1; i <= one.length(); i++) {
            int[] row = new int[other.length() + 1];
            row[0] = i;
            for (int j = 1; j <= other.length(); j++) {
                int replaced = before[j - 1] + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(replaced, 1 + Math.min(before[j], row[j - 1]));
            }
            before = row;
        }
        return before[other.length()];
    }
}
