package io.throughline.expose;

import io.throughline.aggregate.Metric;

/** What the amounts of a metric are. */
enum Unit {
    /** US dollars. */
    USD("usd"),
    /** Seconds. */
    SECONDS("seconds"),
    /** Tokens of language models. */
    TOKENS("tokens"),
    /** A number of things. */
    ONE("1");

    private final String text;

    Unit(String text) {
        this.text = text;
    }

    /** By the metric's name, which says its unit as the conventions of Prometheus ask for. */
    static Unit of(Metric metric) {
        String name = metric.metricName();
        if (name.contains("_usd")) {
            return USD;
        }
        if (name.endsWith("_seconds")) {
            return SECONDS;
        }
        return name.contains("tokens") ? TOKENS : ONE;
    }

    String text() {
        return text;
    }
}
