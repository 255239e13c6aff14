package io.throughline.bench;

import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The variants that are compared; the first two are the baselines of the ratios. */
enum Contender {
    /** {@link Fetch}. */
    FETCH("fetch", "consumer that polls and counts", "-"),
    /** {@link ByHand}. */
    BY_HAND("by-hand", "consumer + Jackson databind + Prometheus client", "no: at least once"),
    /** {@link StreamsDsl}. */
    STREAMS_DSL("streams-dsl", "Kafka Streams DSL: flatMap, groupByKey, aggregate", "yes: exactly once"),
    /** {@link FlinkKeyed}. */
    FLINK("flink", "Flink: flatMap, keyBy, state on the heap", "yes: checkpoints"),
    /** {@link Throughline}. */
    THROUGHLINE("throughline", "the aggregator without its audit", "yes: exactly once"),
    /** {@link Throughline} with a second stream thread. */
    TWO_THREADS("throughline-2", "the same with two stream threads", "yes: exactly once"),
    /** {@link Throughline} with its audit, which reads and counts everything a second time. */
    AUDITED("throughline-audit", "the aggregator with its audit: everything is counted twice", "yes: and checked");

    private final String label;
    private final String what;
    private final String exact;

    Contender(String label, String what, String exact) {
        this.label = label;
        this.what = what;
        this.exact = exact;
    }

    /** The one of that label. */
    static Contender labelled(String label) {
        return Stream.of(values()).filter(contender -> contender.label.equals(label)).findAny()
                .orElseThrow(() -> new IllegalArgumentException("there is no variant " + label + ", only "
                        + Stream.of(values()).map(Contender::label).collect(Collectors.joining(", "))));
    }

    /** Whether it leaves groups and topics of an aggregator behind. */
    boolean isAggregator() {
        return this == THROUGHLINE || this == TWO_THREADS || this == AUDITED;
    }

    String label() {
        return label;
    }

    String what() {
        return what;
    }

    /** Whether its numbers survive a crash. */
    String exact() {
        return exact;
    }

    Variant variant() {
        return switch (this) {
            case FETCH -> new Fetch();
            case BY_HAND -> new ByHand();
            case STREAMS_DSL -> new StreamsDsl();
            case FLINK -> new FlinkKeyed();
            case THROUGHLINE -> new Throughline(1, false);
            case TWO_THREADS -> new Throughline(2, false);
            case AUDITED -> new Throughline(1, true);
        };
    }
}
