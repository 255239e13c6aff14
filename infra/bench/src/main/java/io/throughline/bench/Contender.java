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
    THROUGHLINE("throughline", "the aggregator, everything switched on", "yes: exactly once");

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
            case THROUGHLINE -> new Throughline();
        };
    }
}
