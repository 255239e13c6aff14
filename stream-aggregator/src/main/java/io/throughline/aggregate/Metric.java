package io.throughline.aggregate;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The catalogue: every metric that events turn into, by its name, labels and kind. */
@SuppressWarnings("ImmutableEnumChecker") // lists from List.of cannot change
public enum Metric {
    /** Calls to language models that ended. */
    LLM_REQUESTS("llm_requests_total", Kind.COUNTER, "Calls to language models that ended.",
            List.of(Label.open("model"), Vocabulary.LLM_STATUS)),
    /** Look-ups that a cache answered. */
    CACHE_HITS("cache_hits_total", Kind.COUNTER, "Look-ups that a cache answered.", List.of()),
    /** Look-ups that a cache could not answer. */
    CACHE_MISSES("cache_misses_total", Kind.COUNTER, "Look-ups that a cache could not answer.", List.of()),
    /** Jobs accepted. */
    JOBS_CREATED("jobs_created_total", Kind.COUNTER, "Jobs accepted.", List.of(Label.open("job_type"))),
    /** Jobs that ended. */
    JOBS_COMPLETED("jobs_completed_total", Kind.COUNTER, "Jobs that ended.",
            List.of(Label.open("job_type"), Vocabulary.JOB_STATUS)),
    /** Batches accepted. */
    BATCHES_CREATED("batches_created_total", Kind.COUNTER, "Batches accepted.", List.of()),
    /** Batches that ended. */
    BATCHES_COMPLETED("batches_completed_total", Kind.COUNTER, "Batches that ended.", List.of(Vocabulary.JOB_STATUS)),
    /** HTTP requests that services answered. */
    HTTP_REQUESTS("http_requests_total", Kind.COUNTER, "HTTP requests that services answered.",
            List.of(Label.open("service"), Label.open("status_code"))),
    /** Operations that a database refused or failed. */
    DATABASE_ERRORS("database_errors_total", Kind.COUNTER, "Operations that a database refused or failed.",
            List.of(Label.open("database"))),
    /** Jobs created or started and not yet completed. */
    ACTIVE_JOBS("active_jobs", Kind.LEVEL, "Jobs created or started and not yet completed.", List.of()),
    /** Entries in all caches, by the newest report of each instance. */
    CACHE_ENTRIES("cache_entries", Kind.NEWEST_SUMMED, "Entries in all caches, by the newest report of each instance.",
            List.of()),
    /** Distinct users seen in the last five minutes of event time. */
    ACTIVE_USERS("active_users", Kind.RECENT, "Distinct users seen in the last five minutes of event time.", List.of()),
    /** How long jobs took. */
    JOB_DURATION_SECONDS("job_duration_seconds", Kind.HISTOGRAM, "How long jobs took.",
            List.of(Label.open("job_type"))),
    /** How long jobs waited between creation and start. */
    JOB_QUEUE_SECONDS("job_queue_seconds", Kind.HISTOGRAM, "How long jobs waited between creation and start.",
            List.of(Label.open("job_type"))),
    /** From request to last byte of calls to language models. */
    LLM_LATENCY_SECONDS("llm_latency_seconds", Kind.HISTOGRAM, "From request to last byte of calls to language models.",
            List.of(Label.open("model"))),
    /** How long batches took. */
    BATCH_PROCESSING_SECONDS("batch_processing_seconds", Kind.HISTOGRAM, "How long batches took.", List.of()),
    /** Prompt and completion tokens of each call to a language model. */
    TOKENS_USED("tokens_used", Kind.HISTOGRAM, "Prompt and completion tokens of each call to a language model.",
            List.of(Label.open("model"))),
    /** Tokens by type; prompt leaves out what was cached, so that the types add up. */
    LLM_TOKENS("llm_tokens_total", Kind.COUNTER,
            "Tokens by type; prompt leaves out what was cached, so that the types add up.",
            List.of(Label.open("model"), Vocabulary.TOKEN_TYPE)),
    /** US dollars spent on language models, as reported or by the price table. */
    LLM_COST_USD("llm_cost_usd_total", Kind.COUNTER,
            "US dollars spent on language models, as reported or by the price table.", List.of(Label.open("model"))),
    /** Calls to language models that have no known price. */
    LLM_UNPRICED_REQUESTS("llm_unpriced_requests_total", Kind.COUNTER,
            "Calls to language models that have no known price.", List.of(Label.open("model"))),
    /** US dollars that cache hits saved. */
    CACHE_SAVED_USD("cache_saved_usd_total", Kind.COUNTER, "US dollars that cache hits saved.", List.of()),
    /** Event time of the newest heartbeat. */
    SERVICE_LAST_SEEN_TIMESTAMP_SECONDS("service_last_seen_timestamp_seconds", Kind.NEWEST,
            "Event time of the newest heartbeat.", List.of(Label.open("service"), Label.open("instance"))),
    /** Records read: counted, duplicate, dead-lettered and replayed ones together. */
    THROUGHLINE_CONSUMED("throughline_consumed_total", Kind.COUNTER,
            "Records read: counted, duplicate, dead-lettered and replayed ones together.",
            List.of(Label.open("topic"))),
    /** Records that went into the numbers. */
    THROUGHLINE_COUNTED("throughline_counted_total", Kind.COUNTER, "Records that went into the numbers.",
            List.of(Label.open("topic"))),
    /** Records whose event_id was seen before, left out of the numbers. */
    THROUGHLINE_DUPLICATES("throughline_duplicates_total", Kind.COUNTER,
            "Records whose event_id was seen before, left out of the numbers.", List.of(Label.open("topic"))),
    /** Records that a replay published, left out of the numbers. */
    THROUGHLINE_REPLAYED("throughline_replayed_total", Kind.COUNTER,
            "Records that a replay published, left out of the numbers.", List.of(Label.open("topic"))),
    /** Records that could not be used, by reason. */
    THROUGHLINE_DEAD_LETTERS("throughline_dead_letters_total", Kind.COUNTER,
            "Records that could not be used, by reason.", List.of(Label.open("topic"), Vocabulary.DEAD_LETTER_REASON)),
    /** Records that went into the numbers, but came too late for their window. */
    THROUGHLINE_LATE("throughline_late_total", Kind.COUNTER,
            "Records that went into the numbers, but came too late for their window.", List.of(Label.open("topic"))),
    /** Jobs that never completed and were given up. */
    THROUGHLINE_EXPIRED_JOBS("throughline_expired_jobs_total", Kind.COUNTER,
            "Jobs that never completed and were given up.", List.of(Label.open("job_type"))),
    /** Instances that reported no size of a cache for a day, and left the sum. */
    THROUGHLINE_EXPIRED_CACHE_REPORTS("throughline_expired_cache_reports_total", Kind.COUNTER,
            "Instances that reported no size of a cache for a day, and left the sum.", List.of()),
    /** Observations folded into the label value other. */
    THROUGHLINE_LABEL_OVERFLOW("throughline_label_overflow_total", Kind.COUNTER,
            "Observations folded into the label value other.", List.of(Label.open("metric"))),
    /** Newest event time seen. */
    THROUGHLINE_WATERMARK_TIMESTAMP_SECONDS("throughline_watermark_timestamp_seconds", Kind.NEWEST,
            "Newest event time seen.", List.of(Label.open("topic")));

    /** How observations become one number. */
    public enum Kind {
        /** Sum of amounts, never falling. */
        COUNTER,
        /** Sum of steps up and down. */
        LEVEL,
        /** The newest event time. */
        NEWEST,
        /** Sum over parts of each part's newest value. */
        NEWEST_SUMMED,
        /** How many parts have been seen lately. */
        RECENT,
        /** Distribution of amounts. */
        HISTOGRAM
    }

    private static final Map<String, Metric> BY_NAME = Arrays.stream(values())
            .collect(Collectors.toUnmodifiableMap(Metric::metricName, metric -> metric));

    private final String metricName;
    private final Kind kind;
    private final String help;
    private final List<Label> labels;

    Metric(String metricName, Kind kind, String help, List<Label> labels) {
        this.metricName = metricName;
        this.kind = kind;
        this.help = help;
        this.labels = labels;
    }

    /** The metric of that name; null when the catalogue has none. */
    public static @Nullable Metric named(String metricName) {
        return BY_NAME.get(metricName);
    }

    /** The name as it is exposed, {@code _total} included. */
    public String metricName() {
        return metricName;
    }

    /** How observations become one number. */
    public Kind kind() {
        return kind;
    }

    /** One sentence for people. */
    public String help() {
        return help;
    }

    /** Index into arrays with a place for each metric, as an EnumMap has it; one look-up is a step less. */
    @SuppressWarnings("EnumOrdinal")
    int index() {
        return ordinal();
    }

    /** The labels, in the order of a series' values. */
    public List<Label> labels() {
        return labels;
    }
}
