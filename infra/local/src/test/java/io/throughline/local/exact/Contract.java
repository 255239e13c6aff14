package io.throughline.local.exact;

import java.util.List;
import java.util.Set;

/** The metrics that are promised to be exact, written down from the contract and not from the code. */
final class Contract {

    static final List<String> EVENT_TOPICS = List.of("jobs", "batches", "llm", "cache", "services");

    static final Set<String> HISTOGRAMS = Set.of("job_duration_seconds", "llm_latency_seconds",
            "batch_processing_seconds", "tokens_used");

    private static final Set<String> COUNTERS = Set.of("llm_requests_total", "cache_hits_total", "cache_misses_total",
            "jobs_created_total", "jobs_completed_total", "batches_created_total", "batches_completed_total",
            "http_requests_total", "database_errors_total", "llm_tokens_total", "llm_cost_usd_total",
            "llm_unpriced_requests_total", "cache_saved_usd_total", "throughline_consumed_total",
            "throughline_counted_total", "throughline_duplicates_total", "throughline_replayed_total",
            "throughline_dead_letters_total");

    /** Without active_users, which falls while time goes by. */
    private static final Set<String> GAUGES = Set.of("active_jobs", "cache_entries",
            "service_last_seen_timestamp_seconds");

    private Contract() {}

    /** Whether a sample is of a series that the oracle knows, and that one instance alone may show. */
    static boolean covers(String sample) {
        return neverFalls(sample) || GAUGES.contains(Page.name(sample));
    }

    /** Whether a sample is of a counter, or of a histogram, whose parts are counters. */
    static boolean neverFalls(String sample) {
        String name = Page.name(sample);
        return COUNTERS.contains(name) || HISTOGRAMS.contains(histogramOf(name));
    }

    private static String histogramOf(String name) {
        for (String suffix : List.of("_bucket", "_count", "_sum")) {
            if (name.endsWith(suffix)) {
                return name.substring(0, name.length() - suffix.length());
            }
        }
        return "";
    }
}
