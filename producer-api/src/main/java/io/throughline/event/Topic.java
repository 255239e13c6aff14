package io.throughline.event;

/** The topics of the pipeline, by the part of their name that follows the prefix. */
public enum Topic {
    /** Job life cycles, keyed by job id. */
    JOBS("jobs"),
    /** Batch life cycles, keyed by batch id. */
    BATCHES("batches"),
    /** Calls to language models, keyed by trace id. */
    LLM("llm"),
    /** Cache hits, misses and sizes, keyed by trace id. */
    CACHE("cache"),
    /** Requests, database errors and heartbeats, keyed by service. */
    SERVICES("services"),
    /** Structured log lines, keyed by trace id. */
    LOGS("logs"),
    /** What the aggregator has committed; written by it alone. */
    SERIES("series"),
    /** The same by minutes of event time; written by it alone. */
    WINDOWS("windows"),
    /** Records that could not be used, bytes untouched. */
    DEAD_LETTERS("dead-letters"),
    /** Which dead letters were sent back to their topic, so that each is sent once. */
    REDRIVEN("redriven");

    /** The prefix of every topic name unless configured otherwise. */
    public static final String DEFAULT_PREFIX = "throughline.";

    private final String suffix;

    Topic(String suffix) {
        this.suffix = suffix;
    }

    /** The topic's name in Kafka, such as {@code throughline.llm} for the prefix {@code throughline.}. */
    public String name(String prefix) {
        return prefix + suffix;
    }
}
